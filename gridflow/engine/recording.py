"""What every command writes beside its difference: the request, the instance, the audit entry."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.service import Entry
from gridflow.bpmn import Node
from gridflow.db import table, touched
from gridflow.engine.errors import InstanceChanged
from gridflow.engine.models import Instance, RequestSeen
from gridflow.engine.turn import Turn
from gridflow.feel import Months

_INSTANCES, _REQUESTS = table(Instance), table(RequestSeen)
_SAVE = update(_INSTANCES).where(
    _INSTANCES.c.id == bindparam("instance"), _INSTANCES.c.row_version == bindparam("restored")
)
_SEEN = {
    name: dialect.insert(_REQUESTS).on_conflict_do_nothing().returning(_REQUESTS.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def first_time(session: Session, request_id: str, case_id: str) -> bool:
    """Note that a request is carried out; returns False when it was before."""
    done = session.execute(
        _SEEN[session.get_bind().dialect.name], {"id": request_id, "case_id": case_id, "seen_at": clock.now()}
    )
    return done.one_or_none() is not None  # PostgreSQL tells no row count of an INSERT


def case_of_request(session: Session, request_id: str) -> str | None:
    """Return the case a request was carried out on, None when it was not yet."""
    return session.scalar(select(RequestSeen.case_id).where(RequestSeen.id == request_id))


def note_values(turn: Turn, old: Mapping[str, Any], new: Mapping[str, Any], record: Mapping[str, Any] | None) -> None:
    """Keep for the audit what a form changed, and the tokens and hashes of the rest of it."""
    changed = {name: [old.get(name), value] for name, value in new.items() if old.get(name) != value}
    if changed:
        turn.effects.changes["values"] = changed
    if record:
        turn.effects.changes["record"] = dict(record)


def save_instance(turn: Turn, version: int) -> None:
    """Store the instance, or raise InstanceChanged when it is not the one that was restored."""
    run = turn.run
    values: dict[str, Any] = {"blob": run.encode(), "row_version": version + 1}
    if run.finished:
        values |= {"status": "finished", "ended_at": turn.instant, "ends": list(run.ended_at)}
    if touched(turn.session, _SAVE, {"instance": turn.instance_id, "restored": version, **values}) != 1:
        raise InstanceChanged


def entry_of(turn: Turn, action: str, as_post: tuple[str | None, str | None], nodes: list[Node]) -> Entry:
    """Return the audit entry of a command that has run until quiet."""
    city = turn.parsed.bundle.city_file
    articles = {code for node in nodes for code in city.own_codes(node.attributes.get("article", ""))}
    if turn.run.conflicts:
        turn.effects.changes["conflicts"] = [list(conflict) for conflict in turn.run.conflicts]
    if turn.run.thrown:
        turn.effects.changes["thrown"] = [[event.kind, event.name, event.key] for event in turn.run.thrown]
    if turn.limits.changes:
        turn.effects.changes["limits"] = turn.limits.changes
    return Entry(
        case_id=turn.facts.case_id,
        city=turn.facts.city,
        county=turn.facts.county,
        at=turn.instant,
        actor=turn.actor.user_id,
        role=as_post[0],
        unit=as_post[1],
        action=action,
        instance_id=turn.instance_id,
        elements=tuple(f"{step.process_id}/{step.element_id}" for step in turn.run.trail if step.what == "completed"),
        flows=tuple(turn.run.flows),
        articles=tuple(sorted(articles)),
        changes=_recordable(turn.effects.changes),
    )


def _recordable(value: Any) -> Any:
    """Return what a diagram may have made as something the record has a text for: spans of time and floats as text."""
    if isinstance(value, Mapping):
        return {str(key): _recordable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_recordable(item) for item in value]
    return str(value) if isinstance(value, timedelta | Months | float) else value
