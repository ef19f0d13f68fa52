"""Open a case, hand in a task or an offer. Each is one command: the caller opens the transaction and commits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.duplicates import duplicates_of, spot_of
from gridflow.cases.errors import FormMissing, MayNotStart
from gridflow.cases.filing import Desk, Handed, Opened, Ready, check, file
from gridflow.cases.models import Case
from gridflow.cases.notices import answer_asker
from gridflow.cases.office import Office
from gridflow.cases.options import options_for
from gridflow.cases.places import Place, new_query_code, next_case_number, place_of
from gridflow.cases.viewer import Viewer
from gridflow.clock import SHANGHAI
from gridflow.db import new_id
from gridflow.engine.commands import Did, Task
from gridflow.engine.definitions import Parsed, version_in_force
from gridflow.engine.directory import CaseFacts
from gridflow.engine.models import MessageWait, WorkItem
from gridflow.engine.scope import Scope
from gridflow.engine.turn import Turn
from gridflow.forms import Form
from gridflow.registers.models import Category, Matter
from gridflow.registers.queries import matter


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A task that somebody opened, with its form."""

    task: Task
    opened: Opened

    @property
    def item(self) -> WorkItem:
        """The task itself."""
        return self.task.item

    @property
    def turn(self) -> Turn:
        """Its instance."""
        return self.task.turn


@dataclass(frozen=True, slots=True)
class OfferForm:
    """An offer that somebody opened, with its form."""

    wait: MessageWait
    turn: Turn
    opened: Opened


# ------------------------------------------------------------ opening a case


def start_form(session: Session, office: Office, viewer: Viewer, slug: str) -> Opened:
    """Return the form that opens a procedure; raises MayNotStart when the viewer's roles may not."""
    parsed = office.engine.versions.get(session, version_in_force(session, viewer.city.code, slug))
    manifest = parsed.bundle.manifest
    if manifest.start_form is None or not viewer.roles & set(manifest.start_roles):
        raise MayNotStart(manifest.title)
    scope = Scope({"case": _reporter(viewer), "city": _city(parsed)}, lambda: _calendar(session, office, viewer))
    form = _form(parsed, manifest.start_form)
    options = options_for(session, viewer, form, place=None)
    return Opened(manifest.start_form, form, options, scope.over(_reporter(viewer)), scope.functions)


def open_case(session: Session, office: Office, viewer: Viewer, slug: str, ready: Ready) -> Case:
    """Open a case with a checked start form and begin its main instance.

    Source: N18-2, B16-1, B16-2.
    """
    place = place_of(session, viewer.city.code, str(ready.public.get("grid_code", "")))
    case = _new_case(session, viewer, slug, ready, place)
    spot = spot_of(office.vault, case.city, case.grid_code, {**ready.text, **ready.public})
    duplicates = duplicates_of(session, case.city, spot, case.category, viewer.city.switches)
    if spot:
        case.spot, case.longitude, case.latitude = spot.key, spot.longitude, spot.latitude
    session.add(case)
    session.flush()
    facts = _facts(case, place, viewer, duplicates)
    desk = replace(_desk(case, viewer), element_id=ready.form_id, step="登记上报")
    office.engine.open(
        session, facts, slug, {**_reporter(viewer), **ready.public}, viewer.actor,
        record=lambda: file(session, office, ready, desk), as_post=(desk.role, desk.unit_id),
    )  # fmt: skip
    return case


def _new_case(session: Session, viewer: Viewer, slug: str, ready: Ready, place: Place) -> Case:
    public = ready.public
    return Case(
        id=new_id(),
        city=viewer.city.code,
        county=place.county.county_code,
        number=next_case_number(session, viewer.city.case_prefix, place.county.county_code),
        query_code=new_query_code(),
        slug=slug,
        title=" · ".join(filter(None, (_subject(session, viewer.city.code, public), place.words))),
        state="open",
        grid_code=place.grid.code,
        place=place.words,
        village_id=place.village.id,
        town_id=place.town.id,
        county_id=place.county.id,
        city_id=place.city.id,
        category=public.get("category"),
        matter_code=public.get("matter_code"),
        urgency=public.get("urgency"),
        channel=str(public.get("source_channel") or ("小程序/网页" if viewer.roles <= {"resident"} else "网格巡查")),
        reporter_id=viewer.user.id,
        reporter_kind=_reporter(viewer)["reporter_kind"],
        opened_at=clock.now(),
    )


def _subject(session: Session, city: str, public: Mapping[str, Any]) -> str:
    """Return what a case is about in the words of the registers, never in typed ones."""
    code, category = public.get("matter_code"), public.get("category")
    found: Matter | Category | None = matter(session, city, str(code), clock.today()) if code else None
    if found is None and category:
        found = session.get(Category, (city, str(category)))
    return found.name if found else ""


def _facts(case: Case, place: Place, viewer: Viewer, duplicates: list[dict[str, str]]) -> CaseFacts:
    seen = {
        "slug": case.slug, "number": case.number, "title": case.title, "city": viewer.city.code,
        "county": place.county.code, "town": place.town.code, "village": place.village.code,
        "grid": place.grid.code, "channel": case.channel, "reporter": viewer.user.id,
        "opened_at": case.opened_at.astimezone(SHANGHAI).isoformat(), "duplicates": duplicates, **_reporter(viewer),
    }  # fmt: skip
    return CaseFacts(case.id, case.city, case.county, case.number, case.place, place.units, seen)


# ------------------------------------------------------------ tasks


def task_form(session: Session, office: Office, viewer: Viewer, work_item_id: str) -> TaskForm:
    """Return a task the viewer may do, with its form; raises what the engine raises for strangers."""
    task = office.engine.task(session, work_item_id, viewer.actor)
    item, turn = task.item, task.turn
    node = turn.parsed.node(item.process_id, item.element_id)
    data = turn.data_of(item.task_id)
    form_id = node.attributes.get("form", node.id)
    return TaskForm(task, _opened(session, viewer, turn, form_id, data))


def complete_task(
    session: Session, office: Office, viewer: Viewer, task: TaskForm, ready: Ready, request_id: str
) -> Did:
    """Complete a task with a checked form; everything or nothing is written."""
    item = task.item
    desk = Desk(
        item.case_id, item.city, item.process_id, item.element_id, item.step, clock.now(),
        viewer.user.id, item.role, item.unit_id, item.instance_id, item.id,
    )  # fmt: skip
    did = office.engine.complete(
        session, item.id, viewer.actor, ready.public,
        record=lambda: file(session, office, ready, desk), request_id=request_id, seen=task.task,
    )  # fmt: skip
    if not did.repeated:
        answer_asker(session, task.task, _choices(task.opened.form, ready))
    return did


def _choices(form: Form, ready: Ready) -> list[str]:
    """Return the first thing that was chosen, in words: what a ruling says, never what was typed."""
    for field in form.fields:
        label = next((option.label for option in field.options if option.value == ready.public.get(field.key)), "")
        if field.kind == "radio" and label:
            return [label]
    return []


# ------------------------------------------------------------ offers


def offer_form(session: Session, office: Office, viewer: Viewer, message_wait_id: str) -> OfferForm:
    """Return an offer made to the viewer, with its form."""
    wait = office.engine.offer(session, message_wait_id, viewer.actor)
    turn = office.engine.look(session, wait.instance_id, viewer.actor)
    data = turn.data_of(wait.task_id)
    return OfferForm(wait, turn, _opened(session, viewer, turn, str(wait.form), data))


def take_offer(
    session: Session, office: Office, viewer: Viewer, offer: OfferForm, ready: Ready, request_id: str
) -> Did:
    """Send the message of an offer with a checked form."""
    wait = offer.wait
    desk = Desk(
        wait.case_id, wait.city, wait.process_id, wait.element_id, wait.label, clock.now(),
        viewer.user.id, wait.role, wait.unit_id, wait.instance_id,
    )  # fmt: skip
    return office.engine.take_offer(
        session, wait.id, viewer.actor, ready.public,
        record=lambda: file(session, office, ready, desk), request_id=request_id,
    )  # fmt: skip


# ------------------------------------------------------------ parts


def _opened(session: Session, viewer: Viewer, turn: Turn, form_id: str, data: Mapping[str, object]) -> Opened:
    form = _form(turn.parsed, form_id)
    place = turn.facts.seen
    options = options_for(session, viewer, form, place=place)
    return Opened(form_id, form, options, turn.scope.over(data), turn.scope.functions)


def _form(parsed: Parsed, form_id: str) -> Form:
    content = parsed.bundle.form(form_id)
    if content is None:
        raise FormMissing(form_id)
    return Form.read(content)


def _reporter(viewer: Viewer) -> dict[str, Any]:
    resident = viewer.roles <= {"resident"}
    first = min(viewer.roles, default="resident")
    return {"reporter_kind": "resident" if resident else "staff", "reporter_role": first}


def _city(parsed: Parsed) -> dict[str, object]:
    city = parsed.bundle.city_file
    return {"code": city.code, "name": city.name, **city.switches}


def _desk(case: Case, viewer: Viewer) -> Desk:
    unit, post = _acting_post(viewer)
    return Desk(case.id, case.city, case.slug, "", "", clock.now(), viewer.user.id, post, unit)


def _acting_post(viewer: Viewer) -> tuple[str | None, str | None]:
    own = next((post for post in viewer.posts if post.user_id == viewer.user.id), None)
    return (own.unit_id, own.role) if own else (None, None)


def _calendar(session: Session, office: Office, viewer: Viewer) -> Any:
    return office.engine.directory.calendar(session, viewer.city.code)


__all__ = ["Handed", "check", "complete_task", "offer_form", "open_case", "start_form", "take_offer", "task_form"]
