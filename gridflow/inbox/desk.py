"""A task as it lies on somebody's desk: what is asked, why, until when; and beside it the case so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.covering import covered
from gridflow.cases.due import amount_words
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.queries import FieldValue, handles
from gridflow.cases.service import TaskForm
from gridflow.cases.story import Told, past
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.ordinance import Article
from gridflow.db import table
from gridflow.engine.models import Limit, MessageWait, WorkItem
from gridflow.inbox.queries import Counts, InboxItem, item_of
from gridflow.people.queries import holders


@dataclass(frozen=True, slots=True)
class LimitView:
    """The limit of a task."""

    step: str
    """The task that waits under it."""
    due: datetime
    first_due: datetime
    amount_words: str
    basis: str
    provisional: bool
    overdue: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the holder may do beside the task."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may take the task over."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """Everything a task page shows beside its form."""

    item: InboxItem
    limit: LimitView | None
    articles: Sequence[Article]
    documents: Sequence[str]
    """Names of the documents issued when the task is done."""
    offers: Sequence[Offer]
    claimed_by_me: bool
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Around:
    """The case a task belongs to, as its holder sees it beside the form."""

    item: WorkItem
    summary: Sequence[FieldValue]
    """What was reported."""
    steps: Sequence[Told]
    colleagues: Sequence[Colleague]


def task_view(session: Session, viewer: Viewer, task: TaskForm) -> TaskView:
    """Return what stands around the form of a task; its form was opened before."""
    item, node = task.item, task.turn.parsed.node(task.item.process_id, task.item.element_id)
    mine = item.claimed_by == viewer.user.id and item.claimed_until is not None and item.claimed_until >= clock.now()
    return TaskView(
        item=item_of(session, viewer, item),
        limit=limit_view(task, item.limit_id),
        articles=viewer.city.articles(node.attributes.get("article", "")),
        documents=node.attributes.get("document", "").split(),
        offers=_offers(session, viewer, task) if task.turn.before.messages else (),
        claimed_by_me=mine,
        claimed_until=item.claimed_until if mine else None,
    )


def around(session: Session, office: Office, viewer: Viewer, work_item_id: str) -> Around:
    """Return the case of a task the viewer may do; its page fetches it once the form stands."""
    item = office.engine.work_item(session, work_item_id, viewer.actor)
    case = session.get_one(Case, item.case_id)
    masked = not handles(session, viewer, case)
    steps = past(session, office, case, masked=masked)
    if not masked:
        steps = [covered(step, viewer) for step in steps]
    summary = next((step.values for step in steps if step.values), ())
    return Around(item, summary, steps, _colleagues(session, viewer, item))


def waiting(numbers: Counts) -> int:
    """Return how many tasks the viewer could do now: those of the post, and those addressed to the person."""
    return numbers.unit + numbers.mine - numbers.claimed


def limit_view(task: TaskForm, limit_id: str | None) -> LimitView | None:
    """Return the limit a task runs under, None when it has none."""
    row: Limit | None = task.turn.limits.by_id(limit_id) if limit_id else None
    if row is None:
        return None
    return LimitView(
        step=task.item.step,
        due=row.due,
        first_due=row.first_due,
        amount_words=amount_words(row.amount, row.unit),
        basis=row.basis,
        provisional=row.provisional,
        overdue=row.ended_at is None and row.due < clock.now(),
        paused=row.paused_at is not None,
    )


def _offers(session: Session, viewer: Viewer, task: TaskForm) -> list[Offer]:
    """Return the offers of the instance that are made to the viewer, each name once."""
    rows = session.execute(
        select(table(MessageWait))
        .where(MessageWait.instance_id == task.item.instance_id, MessageWait.form.is_not(None))
        .order_by(MessageWait.id)
    )
    open_to = [
        row
        for row in rows
        if (row.unit_id, row.role) in viewer.actor.posts or viewer.actor.is_person(row.person_id)
    ]  # fmt: skip
    return sorted((Offer(row.id, row.label) for row in open_to), key=lambda offer: offer.name)


def _colleagues(session: Session, viewer: Viewer, item: WorkItem) -> list[Colleague]:
    if item.unit_id is None or item.role is None:
        return []
    people = holders(session, item.unit_id, item.role, clock.today())
    barred = {viewer.user.id, *item.excluded}
    return [Colleague(person.id, person.name) for person in people if person.id not in barred]
