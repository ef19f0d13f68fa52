"""Where a trial stands: what waits for whom, what will happen when, what happened and which way was taken."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.bpmn import Taken, draw
from gridflow.bpmn.errors import NothingToDraw
from gridflow.cases.drawings import drawn
from gridflow.cases.limits import standing
from gridflow.cases.models import Case
from gridflow.cases.queries import instances_of, limits_of
from gridflow.cases.story import past
from gridflow.db import db
from gridflow.documents.queries import documents_of_case
from gridflow.engine.directory import Actor
from gridflow.engine.models import Incident, Instance, MessageWait, TimerDue, WorkItem
from gridflow.people.models import Post, Unit, User
from gridflow.scenarios.playing import Play

MOST = 60
"""Of each kind of thing that is listed; more are counted."""
Row = dict[str, Any]


def report(play: Play, folder: Path) -> Row:
    """Return where a trial stands as plain values, and draw the diagrams into a folder."""
    db.session.remove()
    session, names = db.session(), {case: name for name, case in play.called.items()}
    every = session.scalars(select(Case).order_by(Case.opened_at, Case.id)).all()
    return {
        "now": clock.now().isoformat(),
        "cases": [
            {"id": one.id, "name": names.get(one.id, ""), "number": one.number, "title": one.title, "state": one.state,
             "current": one.id == play.case_id}
            for one in every
        ],
        "tasks": _tasks(session, play),
        "offers": _offers(session, play),
        "timers": _timers(session, play, every),
        "messages": _messages(session),
        "limits": [row for one in every for row in _limits(session, play, one)],
        "documents": [
            {"kind": paper.kind, "title": paper.title, "number": paper.number, "at": paper.issued_at.isoformat()}
            for one in every
            for paper in documents_of_case(session, one.city, one.id)
        ],
        "incidents": [
            {"element": one.element_id, "cause": one.cause}
            for one in session.scalars(select(Incident).where(Incident.ended_at.is_(None)).order_by(Incident.id))
        ],
        "log": [row for one in every for row in _log(session, play, one)][-MOST:],
        "drawings": _drawings(session, play, every, folder),
    }  # fmt: skip


def _tasks(session: Session, play: Play) -> list[Row]:
    waiting = select(WorkItem).where(WorkItem.status == "open").order_by(WorkItem.id).limit(MOST)
    return [
        {"case": one.case_id, "element": one.element_id, "step": one.step, "returned": one.returned,
         "due": _iso(one.due_at), **_whose(session, play, one.unit_id, one.role, one.person_id, one.excluded)}
        for one in session.scalars(waiting).all()
    ]  # fmt: skip


def _offers(session: Session, play: Play) -> list[Row]:
    made = select(MessageWait).where(MessageWait.form.is_not(None)).order_by(MessageWait.id).limit(MOST)
    return [
        {"case": one.case_id, "element": one.element_id, "step": one.label,
         **_whose(session, play, one.unit_id, one.role, one.person_id, ())}
        for one in session.scalars(made).all()
    ]  # fmt: skip


def _messages(session: Session) -> list[Row]:
    waits = select(MessageWait).where(MessageWait.form.is_(None)).order_by(MessageWait.id).limit(MOST)
    return [{"name": one.name, "key": one.key, "step": one.label} for one in session.scalars(waits).all()]


def _whose(
    session: Session, play: Play, unit_id: str | None, role: str | None, person_id: str | None, but: Sequence[str]
) -> Row:
    """Say who is asked, and who of the demo's people can do it, the first as a scenario calls them."""
    unit = session.get(Unit, unit_id) if unit_id else None
    person = session.get(User, person_id) if person_id else None
    roles = play.office.cities[play.scenario.city].roles.values()
    title = next((each.title for each in roles if each.post == role), role or "")
    holders = [person] if person else _holders(session, unit_id, role)
    able = [one for one in holders if one.id not in but]
    return {
        "role": title, "unit": unit.name if unit else "", "person": person.name if person else "",
        "who": play.called_as(able[0]) if able else "", "by": able[0].name if able else "",
    }  # fmt: skip


def _holders(session: Session, unit_id: str | None, role: str | None) -> Sequence[User]:
    held = select(User).join(Post, Post.user_id == User.id).where(Post.unit_id == unit_id, Post.role == role)
    return session.scalars(held.order_by(User.login)).all()


def _timers(session: Session, play: Play, every: Iterable[Case]) -> list[Row]:
    """List what will happen by itself: timers of the diagrams by name, reminders by their limit."""
    found: list[Row] = []
    for case in every:
        for instance in instances_of(session, case)[:MOST]:
            if instance.status == "running":
                found += _of_instance(session, play, instance)
    reminders = select(TimerDue).where(TimerDue.kind == "reminder").order_by(TimerDue.due_at).limit(MOST)
    found += [{"name": "", "percent": one.percent, "at": _iso(one.due_at)} for one in session.scalars(reminders)]
    return sorted(found, key=lambda row: row["at"] or "9")[:MOST]


def _of_instance(session: Session, play: Play, instance: Instance) -> Iterable[Row]:
    turn = play.office.engine.look(session, instance.id, Actor.system(instance.city))
    for waiter in turn.run.waiting().timers:
        name = turn.parsed.names.get(f"{waiter.process_id}/{waiter.element_id}", waiter.element_id)
        yield {"name": name, "percent": None, "at": _iso(waiter.due)}


def _limits(session: Session, play: Play, case: Case) -> list[Row]:
    titles: dict[str, str] = {}
    for instance in instances_of(session, case)[:MOST]:
        titles |= play.office.engine.versions.get(session, instance.version_id).bundle.manifest.limits
    return [
        {"name": row.name, "title": titles.get(row.name, row.name), "due": _iso(row.due), "state": standing(row)}
        for row in limits_of(session, case)[-MOST:]
    ]


def _log(session: Session, play: Play, case: Case) -> list[Row]:
    return [
        {"case": case.number, "title": one.title, "at": _iso(one.at), "by": one.by, "note": one.note, "late": one.late}
        for one in past(session, play.office, case, masked=False)
    ]


def _drawings(session: Session, play: Play, every: Iterable[Case], folder: Path) -> list[Row]:
    """Draw each diagram that was entered, and say in words what was passed and what is open."""
    found: list[Row] = []
    for case in every:
        for one in drawn(session, play.office, case)[:MOST]:
            try:
                svg = draw(one.diagram, one.process_id, Taken(one.elements, one.flows, one.active))
            except NothingToDraw:
                svg = ""
            file = f"{len(found)}.svg"
            (folder / file).write_text(svg)
            nodes = one.diagram.processes[one.process_id].nodes
            passed = sorted(one.elements, key=lambda element: one.elements[element][0])
            found.append({
                "title": one.title or one.process_id, "case": case.number, "file": file if svg else "",
                "passed": [nodes[each].name or each for each in passed if each in nodes and nodes[each].name],
                "active": [nodes[each].name or each for each in sorted(one.active) if each in nodes],
            })  # fmt: skip
    return found


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
