"""What is parked: try it again, correct its data first, or go on without it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.audit.service import Entry, append
from gridflow.db import new_id, table, touched
from gridflow.engine.core import STORED, Stored
from gridflow.engine.directory import Actor
from gridflow.engine.errors import IncidentOver, OperationRefused
from gridflow.engine.limit_rows import read_limits
from gridflow.engine.models import Incident, Instance, Job, WorkItem
from gridflow.engine.operations.moving import Moving
from gridflow.engine.operations.operating import Why
from gridflow.engine.recording import note_values
from gridflow.engine.runtime.leaving import correct, leave
from gridflow.engine.turn import Turn

INCIDENTS, JOBS, INSTANCES, ITEMS = map(table, (Incident, Job, Instance, WorkItem))
NOBODY_WAITS = ("background", "document")
"""Kinds of incidents whose token has gone on."""
NO_REASON: Why = {}


class Incidents(Moving):
    """Settles incidents."""

    def retry(self, session: Session, incident_id: str, actor: Actor, why: Why = NO_REASON) -> None:
        """Try a parked node again after its cause was repaired; raises IncidentOver when it is parked no more."""
        found = self._end(session, incident_id, actor)
        if found.kind in NOBODY_WAITS:
            (self._do_again if found.kind == "background" else self._issue_again)(session, found, actor, why)
            return
        turn, version = self._restore(session, found.instance_id, actor)
        turn.effects.changes.update(why)
        turn.forget_arrival(found.task_id)
        _again(turn, found)
        self._finish(turn, version, "retry")
        self._count(session, found)

    def correct(self, session: Session, incident_id: str, actor: Actor, values: Mapping[str, Any], why: Why) -> None:
        """Correct the variables a parked node goes by, and try it again."""
        found = self._end(session, incident_id, actor)
        if found.kind in NOBODY_WAITS:
            raise OperationRefused("更改数据", ["这项故障不是数据引起的。请重试。"])
        turn, version = self._restore(session, found.instance_id, actor)
        parked = (*turn.before.incidents, *turn.before.humans, *turn.before.messages)
        old = next((waiter.data for waiter in parked if waiter.task_id == found.task_id), {})
        turn.effects.changes.update(why)
        note_values(turn, old, values, None)
        correct(turn.run, found.task_id, values)
        turn.forget_arrival(found.task_id)
        _again(turn, found)
        self._finish(turn, version, "correct_data")
        self._count(session, found)

    def skip(self, session: Session, incident_id: str, actor: Actor, to: str | None, why: Why) -> None:
        """Go on without what is parked: along its only flow, or to an element that `to` names among its ways."""
        found = self._end(session, incident_id, actor)
        skipped = {"element": found.element_id, "kind": found.kind, "to": to}
        if found.kind in NOBODY_WAITS:
            self._note(session, actor, found, "skip_step", {**why, "skipped": [skipped]})
            return
        turn, version = self._restore(session, found.instance_id, actor)
        turn.effects.changes.update(why)
        turn.note("skipped", skipped)
        if all(waiter.task_id != found.task_id for waiter in turn.before.messages):  # else an offer nobody was given
            _refuse_elsewhere(turn, found, to)
            leave(turn.run, found.task_id, to)
        self._finish(turn, version, "skip_step")

    def give_up(self, session: Session, job: Job, why: str) -> None:
        """Note that a job of an instance was given up for which nothing waits, so that somebody looks after it."""
        slug = select(INSTANCES.c.slug).where(INSTANCES.c.id == job.instance_id)
        lock(session, str(job.case_id), job.city)
        row = {
            "id": new_id(), "city": job.city, "case_id": job.case_id, "instance_id": job.instance_id,
            "task_id": job.id, "process_id": session.scalars(slug).one(), "kind": "background", "cause": why,
            "element_id": job.payload.get("element", job.kind), "tries": 0, "opened_at": clock.now(),
        }  # fmt: skip
        session.execute(insert(INCIDENTS), [row])
        note = {"element": row["element_id"], "kind": "background", "cause": why}
        self._note(session, Actor.system(job.city), Incident(**row), "job_failed", {"incidents": [note]})

    def _do_again(self, session: Session, found: Incident, actor: Actor, why: Why) -> None:
        """Let a worker try a job that was given up from the beginning."""
        again = {"state": "waiting", "attempts": 0, "next_at": clock.now(), "ended_at": None, "error": None}
        session.execute(update(JOBS).where(JOBS.c.id == found.task_id, JOBS.c.state == "failed").values(again))
        self._note(session, actor, found, "retry", {**why, "job": found.element_id})

    def _issue_again(self, session: Session, found: Incident, actor: Actor, why: Why) -> None:
        """Issue the documents of a passed node in the name of whoever passed it; the instance may be over by now."""
        row = Stored(*session.execute(select(*STORED).where(INSTANCES.c.id == found.instance_id)).one())
        done = select(ITEMS.c.done_by, ITEMS.c.unit_id).where(
            ITEMS.c.instance_id == found.instance_id, ITEMS.c.element_id == found.element_id, ITEMS.c.status == "done"
        )
        signer = session.execute(done.order_by(ITEMS.c.done_at.desc()).limit(1)).one_or_none()
        by = replace(actor, user_id=signer.done_by, unit_id=signer.unit_id) if signer else actor
        turn = self._taken_up(session, found.instance_id, row, by, read_limits(session, found.instance_id))
        if not turn.parsed.has(found.process_id, found.element_id):
            raise OperationRefused("重新制发文书", ["案件迁移到的版本中没有这一环节。请撤销迁移后重试，或跳过。"])
        self._issue(turn, found.process_id, turn.parsed.node(found.process_id, found.element_id))
        for trouble in turn.effects.troubles:
            again = {"ended_at": None, "tries": found.tries + 1, "cause": trouble.cause}
            session.execute(update(INCIDENTS).where(INCIDENTS.c.id == found.id).values(again))
        if turn.effects.jobs:
            session.execute(insert(JOBS), turn.effects.jobs)
        self._note(session, actor, found, "retry", {**why, **turn.effects.changes})

    def _note(self, session: Session, actor: Actor, found: Incident, action: str, changes: Mapping[str, Any]) -> None:
        """Write the audit entry of a command that moved no instance."""
        facts = session.scalars(select(INSTANCES.c.facts).where(INSTANCES.c.id == found.instance_id)).one()
        append(
            session,
            Entry(
                case_id=found.case_id, city=found.city, county=facts["county"], at=clock.now(), actor=actor.user_id,
                role=None, unit=actor.unit_id, action=action, instance_id=found.instance_id, changes=changes,
            ),
        )  # fmt: skip

    def _end(self, session: Session, incident_id: str, actor: Actor) -> Incident:
        """Lock the case of an open incident of the actor's city, end it and return it."""
        mine = select(INCIDENTS).where(INCIDENTS.c.id == incident_id, INCIDENTS.c.city == actor.city)
        found = session.execute(mine).one_or_none()
        if found is None:
            raise IncidentOver
        lock(session, found.case_id, found.city)
        ended = update(INCIDENTS).where(INCIDENTS.c.id == incident_id, INCIDENTS.c.ended_at.is_(None))
        if touched(session, ended.values(ended_at=clock.now())) != 1:
            raise IncidentOver
        return Incident(**found._mapping)

    def _count(self, session: Session, found: Incident) -> None:
        """Let what is parked again say since when, and how often it was tried."""
        same = (INCIDENTS.c.instance_id == found.instance_id) & (INCIDENTS.c.task_id == found.task_id)
        again = update(INCIDENTS).where(same, INCIDENTS.c.ended_at.is_(None))
        session.execute(again.values(tries=found.tries + 1, opened_at=found.opened_at))


def _again(turn: Turn, found: Incident) -> None:
    """Let what is parked happen; a task or offer nobody was given is simply given again."""
    if found.kind == "timer":
        turn.run.fire(found.task_id)
    elif found.kind in ("node", "job"):
        turn.run.retry(found.task_id)


def _refuse_elsewhere(turn: Turn, found: Incident, to: str | None) -> None:
    """Raise OperationRefused unless the element is one of the ways of what is parked."""
    if to is not None and to not in ways(turn, found):
        raise OperationRefused("跳过这一步", [f"“{to}”不是它的去路。请从去路中选择，或改用移动。"])


def ways(turn: Turn, found: Incident) -> dict[str, str]:
    """Return the elements that the flows of a parked node lead to, with their names."""
    process = turn.parsed.diagrams[found.process_id].processes[found.process_id]
    targets = [process.nodes[process.flows[flow].target] for flow in process.nodes[found.element_id].outgoing]
    return {node.id: node.name or node.id for node in targets}
