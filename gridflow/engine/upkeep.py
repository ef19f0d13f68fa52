"""The commands that nobody gives by hand on a page of work: timers, jobs, messages, calendars, retries."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.db import table
from gridflow.engine.directory import Actor
from gridflow.engine.due import forget_timer, is_still_due
from gridflow.engine.errors import InstanceOver, InstanceSuspended
from gridflow.engine.jobs import job_row
from gridflow.engine.messages import addressee, post, send_kept, take_kept
from gridflow.engine.models import Instance, Job, TimerDue
from gridflow.engine.operations.holding import hold_job
from gridflow.engine.operations.recalling import Recalling
from gridflow.engine.recomputing import recompute
from gridflow.engine.recording import first_time
from gridflow.engine.runtime.values import own, unpack
from gridflow.engine.turn import Trouble, Turn


class Upkeep(Recalling):
    """Keeps instances going between the steps of people."""

    def fire_timer(self, session: Session, timer_id: str) -> bool:
        """Let a due timer happen; returns False when somebody else did it or it was moved."""
        row = self._lock_timer(session, timer_id)
        if row is None:
            return False
        turn, version = self._restore(session, row.instance_id, Actor.system(row.city))
        if row.kind == "reminder":
            forget_timer(session, timer_id)
            payload = {"limit_id": row.limit_id, "percent": row.percent, "instance_id": row.instance_id}
            turn.effects.jobs.append(job_row("remind", row.city, payload, case_id=row.case_id))
            turn.note("reminder", {"limit_id": row.limit_id, "percent": row.percent})
        else:
            turn.run.fire(str(row.task_id))
        self._finish(turn, version, "remind" if row.kind == "reminder" else "fire_timer")
        return True

    def park_timer(self, session: Session, timer_id: str, why: str) -> None:
        """Give a timer up that failed too often: an incident stands in its place, and `retry` lets it happen."""
        row = self._lock_timer(session, timer_id)
        if row is not None:
            forget_timer(session, timer_id)
            turn, version = self._restore(session, row.instance_id, Actor.system(row.city))
            waiting = [waiter for waiter in turn.before.timers if waiter.task_id == row.task_id]
            turn.effects.troubles += [Trouble(waiter, "timer", why) for waiter in waiting]
            self._finish(turn, version, "park_timer")

    def _lock_timer(self, session: Session, timer_id: str) -> TimerDue | None:
        """Lock the case of a timer and return the timer, None when it is due no more."""
        found = session.execute(select(table(TimerDue)).where(TimerDue.id == timer_id)).one_or_none()
        if found is None:
            return None
        lock(session, found.case_id, found.city)
        return TimerDue(**found._mapping) if is_still_due(session, timer_id) else None

    def service_done(self, session: Session, job: Job, result: Mapping[str, Any]) -> None:
        """Report the result of a job to the service task that waits for it; one that was withdrawn hears nothing."""
        awaited = self._awaited(session, job, result)
        if awaited:
            turn, version = awaited
            turn.run.service_done(str(job.task_id), dict(result))
            self._finish(turn, version, "service_done", done=[str(job.task_id)])

    def service_failed(self, session: Session, job: Job, why: str) -> None:
        """Park the service task that waits for a job which was given up; `retry` asks for it again."""
        awaited = self._awaited(session, job)
        if awaited:
            turn, version = awaited
            turn.run.service_failed(str(job.task_id), why)
            self._finish(turn, version, "service_failed")
        elif job.instance_id is not None and job.task_id is None:
            self.give_up(session, job, why)

    def _awaited(self, session: Session, job: Job, result: Mapping[str, Any] | None = None) -> tuple[Turn, int] | None:
        """Lock and take up the instance whose service task waits for a job; a suspended one keeps the result."""
        if job.instance_id is None or job.task_id is None:
            return None
        lock(session, str(job.case_id), job.city)
        try:
            turn, version = self._restore(session, job.instance_id, Actor.system(job.city))
        except InstanceOver:
            return None
        except InstanceSuspended:
            hold_job(session, job, result)
            return None
        waits = any(waiter.task_id == job.task_id for waiter in turn.before.services)
        return (turn, version) if waits else None

    def receive(self, session: Session, city: str, letter: Mapping[str, Any]) -> bool:
        """Deliver what another case or the outside sent, as messages.post wrote it down.

        When nobody waits there any more, a signal is over, and a message looks for the next who waits; returns False.
        """
        payload = unpack(letter["payload"])
        while (wait := addressee(session, letter)) is not None:
            lock(session, wait.case_id, wait.city)
            if self._deliver(session, wait.id, payload):
                return True
        if "name" in letter:
            post(session, city, letter["name"], letter["key"], payload, now=clock.now(), case_id=letter["from"])
        return False

    def send_kept(self, session: Session, city: str, letter: Mapping[str, Any]) -> bool:
        """Bring what was kept for a key to who waits for it, or for one wait of its own case.

        Returns False when nobody waits, or nothing is left.
        """
        if "wait" not in letter:
            return send_kept(session, city, letter["name"], letter["key"], clock.now())
        wait = addressee(session, letter)
        if wait is None:
            return False
        lock(session, wait.case_id, city)
        payload = take_kept(session, vars(wait), clock.now())
        return payload is not None and self._deliver(session, wait.id, payload)

    def send(
        self, session: Session, city: str, name: str, key: str, payload: Mapping[str, Any], *, message_id: str
    ) -> Literal["accepted", "kept", "repeated"]:
        """Take a message from outside for the case that waits for its name and key, or keep it until one does.

        message_id is the sender's own, at most 60 characters; one that was taken before is repeated, and nothing is
        done.
        """
        if not first_time(session, f"{city}/{message_id}", ""):
            return "repeated"
        awaited = post(session, city, name, key, own(dict(payload)), now=clock.now())
        return "accepted" if awaited else "kept"

    def recompute_limits(self, session: Session, instance_id: str) -> bool:
        """Work out open due instants again after the calendar changed; returns False when none moved.

        Source: domain 3.7.
        """
        found = session.execute(
            select(Instance.case_id, Instance.city).where(Instance.id == instance_id, Instance.status == "running")
        ).one_or_none()
        if found is None:
            return False
        lock(session, found.case_id, found.city)
        try:
            turn, version = self._restore(session, instance_id, Actor.system(found.city))
        except InstanceOver:
            return False
        if not recompute(turn):
            return False
        self._finish(turn, version, "recompute_limits")
        return True
