"""A task as it lies on somebody's desk: what is asked, why, until when; and beside it the case so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.branches import Answering, answering, asking
from gridflow.cases.covering import around_form
from gridflow.cases.hand_ins import Facts, HandIn, chosen, hand_ins
from gridflow.cases.limits import LimitShown, limit_shown
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.queries import handles
from gridflow.cases.service import TaskForm
from gridflow.cases.story import Told, past
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.ordinance import Article
from gridflow.db import table
from gridflow.engine.models import MessageWait, WorkItem
from gridflow.inbox.queries import Counts, InboxItem, item_of
from gridflow.people.queries import holders


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the holder may do beside the task."""

    id: str
    name: str
    waits_for: str
    """The step that has still to answer the last time it was done; empty where it may be done now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of something the holder's side asked for."""

    name: str
    asked_at: datetime
    step: str
    """The step that answered."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may take the task over."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """Everything a task page shows beside its form."""

    item: InboxItem
    about: str
    """What somebody asked for and this task answers, such as an extension; empty on the main line."""
    facts: Facts
    limit: LimitShown | None
    around: Sequence[LimitShown]
    """The other limits that run meanwhile and that the task stands under."""
    articles: Sequence[Article]
    documents: Sequence[str]
    """Names of the documents issued when the task is done."""
    offers: Sequence[Offer]
    answers: Sequence[Answer]
    claimed_by_me: bool
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Around:
    """The case a task belongs to, as its holder sees it beside the form."""

    item: WorkItem
    steps: Sequence[Told]
    colleagues: Sequence[Colleague]


_WAITS, _ITEMS = table(MessageWait).c, table(WorkItem).c
_OFFERS = (
    select(*_WAITS)
    .where(_WAITS.instance_id == bindparam("instance"), _WAITS.form.is_not(None))
    .order_by(_WAITS.label, _WAITS.id)
)
_OPEN_STEPS = select(_ITEMS.process_id, _ITEMS.step, _ITEMS.unit_id, _ITEMS.role, _ITEMS.person_id).where(
    _ITEMS.instance_id == bindparam("instance"), _ITEMS.status == "open"
)


def task_view(session: Session, office: Office, viewer: Viewer, task: TaskForm) -> TaskView:
    """Return what stands around the form of a task; its form was opened before."""
    item, parsed = task.item, task.turn.parsed
    node = parsed.node(item.process_id, item.element_id)
    mine = item.claimed_by == viewer.user.id and item.claimed_until is not None and item.claimed_until >= clock.now()
    found = hand_ins(session, office, viewer, item.case_id)
    answers = answering(parsed)
    asked = asking(found, answers, item.process_id, item.instance_id)
    offers = _offers(session, viewer, task, answers) if task.turn.before.messages else ()
    limit = limit_of(task)
    return TaskView(
        item=item_of(session, viewer, item, limit.unit if limit else None),
        about=asked.step if asked else "",
        facts=chosen(
            found, named=node.attributes.get("shows", "").split(), asked=asked, instance_id=item.instance_id
        ),
        limit=limit,
        around=limits_around(task),
        articles=viewer.city.articles(node.attributes.get("article", "")),
        documents=node.attributes.get("document", "").split(),
        offers=[Offer(row.id, row.label, waits_for) for row, waits_for in offers],
        answers=[
            answer for row, waits_for in offers if not waits_for for answer in _answer(viewer, found, answers, row)
        ],
        claimed_by_me=mine,
        claimed_until=item.claimed_until if mine else None,
    )  # fmt: skip


def limit_of(task: TaskForm) -> LimitShown | None:
    """Return the limit a task runs under, None when it has none."""
    row = task.turn.limits.by_id(task.item.limit_id) if task.item.limit_id else None
    return limit_shown(row, task.turn.parsed.bundle.manifest.limits, task.item.step) if row else None


def limits_around(task: TaskForm) -> list[LimitShown]:
    """Return the running limits a task stands under beside its own: that of the handling while it is signed for."""
    item, titles = task.item, task.turn.parsed.bundle.manifest.limits
    return [limit_shown(row, titles, "") for row in task.turn.limits.over(item.task_id) if row.id != item.limit_id]


def around(session: Session, office: Office, viewer: Viewer, work_item_id: str) -> Around:
    """Return the case of a task the viewer may do; its page fetches it once the form stands."""
    item = office.engine.work_item(session, work_item_id, viewer.actor)
    case = session.get_one(Case, item.case_id)
    handling = handles(session, viewer, case)
    steps = past(session, office, case, masked=not handling)
    if handling:
        steps = around_form(session, viewer, case, steps)
    return Around(item, steps, _colleagues(session, viewer, item))


def waiting(numbers: Counts) -> int:
    """Return how many tasks the viewer could do now: those of the post, and those addressed to the person."""
    return numbers.unit + numbers.mine - numbers.claimed


def waits_for(session: Session, viewer: Viewer, task: TaskForm, offer: MessageWait) -> str:
    """Return the step that has still to answer an offer the viewer's side took; empty where it may be taken."""
    return _pending(_answering_now(session, viewer, task), answering(task.turn.parsed), offer)


def _offers(session: Session, viewer: Viewer, task: TaskForm, answers: Answering) -> list[tuple[MessageWait, str]]:
    """Return the offers of the instance that are made to the viewer, each with the step it still waits for."""
    rows = session.execute(_OFFERS, {"instance": task.item.instance_id})
    open_to = [
        MessageWait(**row._mapping)
        for row in rows
        if (row.unit_id, row.role) in viewer.actor.posts or viewer.actor.is_person(row.person_id)
    ]  # fmt: skip
    waiting_now = _answering_now(session, viewer, task) if open_to else []
    return [(row, _pending(waiting_now, answers, row)) for row in open_to]


def _answering_now(session: Session, viewer: Viewer, task: TaskForm) -> list[tuple[str, str]]:
    """Return process and name of the steps of the instance that others than the viewer have to do."""
    rows = session.execute(_OPEN_STEPS, {"instance": task.item.instance_id})
    return [
        (row.process_id, row.step)
        for row in rows
        if (row.unit_id, row.role) not in viewer.actor.posts and not viewer.actor.is_person(row.person_id)
    ]


def _pending(waiting_now: Sequence[tuple[str, str]], answers: Answering, offer: MessageWait) -> str:
    mine = answers.get(offer.element_id, frozenset())
    return next((step for process_id, step in waiting_now if process_id in mine), "")


def _answer(viewer: Viewer, found: Sequence[HandIn], answers: Answering, offer: MessageWait) -> list[Answer]:
    """Return what became of the last time the viewer's side took an offer: the latest step of others after it."""
    mine = {unit for unit, _ in viewer.actor.posts}
    for place, asked in enumerate(found):
        if (asked.instance_id, asked.element_id) == (offer.instance_id, offer.element_id):
            if asked.unit_id not in mine:
                return []
            since = [one for one in found[:place] if one.process_id in answers.get(offer.element_id, ())]
            by_others = [one for one in since if one.unit_id != asked.unit_id]
            return [Answer(asked.step, asked.at, one.step, one.at) for one in by_others[:1]]
    return []


def _colleagues(session: Session, viewer: Viewer, item: WorkItem) -> list[Colleague]:
    if item.unit_id is None or item.role is None:
        return []
    people = holders(session, item.unit_id, item.role, clock.today())
    barred = {viewer.user.id, *item.excluded}
    return [Colleague(person.id, person.name) for person in people if person.id not in barred]
