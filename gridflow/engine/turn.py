"""One command on one instance: restore, change, run until quiet, and write what is different."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from gridflow.audit.chain import Head
from gridflow.bpmn import Node
from gridflow.calendars import Calendar
from gridflow.clock import SHANGHAI
from gridflow.engine.actions import OWN, Action, Call
from gridflow.engine.definitions import Parsed
from gridflow.engine.directory import Actor, CaseFacts, Directory
from gridflow.engine.errors import ActionUnknown, RunawayLoop
from gridflow.engine.limit_rows import past_limit
from gridflow.engine.limits import Limits
from gridflow.engine.models import Limit
from gridflow.engine.routing import Router
from gridflow.engine.runtime.run import Run, Waiter, Waiting
from gridflow.engine.runtime.tokens import PARKED, cause
from gridflow.engine.scope import Lazy, Scope
from gridflow.feel import for_record

MOST_ROUNDS, MOST_STEPS, MOST_SERVICES = 200, 10_000, 2_000
"""Rounds of automatic work in one command, nodes and service tasks in all; more is a loop that never waits."""
UNDER_WAY = "under_way"
"""The key of a session's `info` that holds the instances whose commands an action has interrupted to open others."""


@dataclass
class Trouble:
    """A node that could not go on in this command."""

    waiter: Waiter
    kind: str
    cause: str


@dataclass
class Effects:
    """What a command will write beside the instance."""

    changes: dict[str, Any] = field(default_factory=dict)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    finished_services: set[str] = field(default_factory=set)

    @contextmanager
    def undone_on_failure(self) -> Iterator[None]:
        """Take back what is added inside when that fails, as a savepoint does with rows."""
        jobs = len(self.jobs)
        changes = {key: [*value] if isinstance(value, list) else value for key, value in self.changes.items()}
        try:
            yield
        except PARKED:
            del self.jobs[jobs:]
            self.changes = changes
            raise


class Turn:
    """The state of one command; it is also what the run asks about time, expressions, decisions and limits."""

    def __init__(
        self,
        session: Session,
        *,
        directory: Directory,
        actions: Mapping[str, Action],
        parsed: Parsed,
        instance_id: str,
        facts: CaseFacts,
        actor: Actor,
        now: datetime,
        limit_rows: Iterable[Limit] = (),
    ) -> None:
        """Take everything the command needs."""
        self.session = session
        self.directory = directory
        self.actions = {**OWN, **actions}
        self.parsed = parsed
        self.instance_id = instance_id
        self.facts = facts
        self.actor = actor
        self.instant = now
        self.effects = Effects()
        self.owner = {"city": facts.city, "case_id": facts.case_id, "instance_id": instance_id}
        self.limits = Limits(
            limit_rows, calendar=lambda: self.calendar, decide=self.terms, now=now, owner=self.owner,
            where=lambda task_id: self.run.whereabouts(task_id),
            past=lambda name, items: past_limit(session, instance_id, name, items),
        )  # fmt: skip
        self.run: Run
        self.before = Waiting()
        self.head: Head | None = None
        """The end of the case's record as the command locked it; None when another entry may stand after it."""
        self._followed = 0
        """How much of the trail the limits have followed."""
        self.hops = 0
        """How many other instances passed messages on before this one was reached, in the same transaction."""

    def under_lock(self, session: Session, actor: Actor, now: datetime) -> "Turn":
        """Return the command that goes on from what this turn only looked at, and has still to change nothing of.

        The caller has locked the case and seen that the instance is still the one that was read. This one is used up.
        """
        turn = Turn(
            session, directory=self.directory, actions=self.actions, parsed=self.parsed, actor=actor, now=now,
            instance_id=self.instance_id, facts=self.facts, limit_rows=self.limits.rows,
        )  # fmt: skip
        turn.run, turn.before = self.run.asking(turn), self.before
        return turn

    # ------------------------------------------------------------ what the run asks

    def now(self) -> datetime:
        """Return the instant of the command."""
        return self.instant

    def evaluate(self, expression: str, data: Mapping[str, object], task_id: str | None = None) -> object:
        """Evaluate FEEL over the variables of a node, the frozen values of the case and the limits a token is under."""
        with self.limits.seen_from(task_id):
            return self.scope.evaluate(expression, data)

    def decide(self, decision_id: str, data: Mapping[str, object], task_id: str | None = None) -> Mapping[str, object]:
        """Evaluate a decision and keep for the audit which rules hit, of which decision, and on what values."""
        with self.limits.seen_from(task_id):
            decided = self.parsed.decisions.evaluate(decision_id, self.scope.over(data), self.scope.functions)
        hits = [[hit.decision, hit.number, hit.rule] for hit in decided.hits]
        note = {"decision": decision_id, "hits": hits, "looked_at": for_record(decided.inputs)}
        self.note("decisions", {**note, "gave": dict(decided.variables)})
        return decided.variables

    def limit_due(self, name: str, data: Mapping[str, object], host_id: str | None) -> datetime | None:
        """Return the due instant of a limit, None in a pause.

        A boundary timer that is the first to ask starts it, and it ends with the timer's host.
        """
        self.end_limits()
        row = self.limits.start(name, data, task_id=host_id)
        return None if row.paused_at else row.due

    def limit_runs(self, name: str, host_id: str | None) -> bool:
        """Tell whether the limit of a timer runs."""
        self.end_limits()
        return self.limits.runs(name, host_id)

    # ------------------------------------------------------------ contexts

    @cached_property
    def calendar(self) -> Calendar:
        """The city's working calendar, read when first needed."""
        return self.directory.calendar(self.session, self.facts.city, self.actor.calendar)

    @cached_property
    def scope(self) -> Scope:
        """The names and functions of expressions."""
        city = self.parsed.bundle.city_file
        return Scope(
            {
                "case": _typed(self.facts.seen),
                "city": {"code": city.code, "name": city.name, **city.switches},
                "limit": Lazy(lambda: self.limits.view()),
                "matters": self.matters,
            },
            lambda: self.calendar,
        )

    @cached_property
    def matters(self) -> Mapping[str, Mapping[str, object]]:
        """The matter list of today, read when an expression or the guard looks into it."""
        day = self.instant.astimezone(SHANGHAI).date()
        return Lazy(lambda: self.directory.matters(self.session, self.facts.city, day, self.facts.county))

    @cached_property
    def router(self) -> Router:
        """Finds who gets a task."""
        return Router(
            self.session, self.directory, self.parsed, self.instance_id, self.facts.units, self.evaluate, self.matters
        )

    def terms(self, name: str, data: Mapping[str, object]) -> Mapping[str, object]:
        """Ask the decision `limit` how long a limit is."""
        return self.decide("limit", {**data, "step": name})

    # ------------------------------------------------------------ running

    def settle(self) -> None:
        """Run until quiet: tokens, service tasks that need no worker, and timers whose limit moved."""
        steps = 0
        for _ in range(MOST_ROUNDS):
            steps += self._advance()
            if steps > MOST_STEPS or len(self.effects.finished_services) > MOST_SERVICES:
                break
            moved, self.limits.moved = self.limits.moved, set()
            for name in moved:
                self.run.limit_moved(name)
            fresh = [waiter for waiter in self.run.waiting().services if self._is_fresh(waiter)]
            for waiter in fresh:
                if self.run.is_serving(waiter.task_id):  # another may have ended the loop they both stand in
                    self.act(waiter)
            if not fresh and not moved:
                return
        raise self._runaway()

    def _advance(self) -> int:
        try:
            return self.run.advance()
        except RunawayLoop as error:
            raise self._runaway() from error

    def _runaway(self) -> RunawayLoop:
        """Name the last steps that ran: the loop is among them."""
        ids = dict.fromkeys(step.element_id for step in self.run.trail[-20:])
        return RunawayLoop(self.parsed.bundle.title, [self.parsed.names.get(each, each) for each in [*ids][-5:]])

    def act(self, waiter: Waiter) -> None:
        """Do a service task, or park it with its cause."""
        node = self.parsed.node(waiter.process_id, waiter.element_id)
        self.effects.finished_services.add(waiter.task_id)
        self.end_limits()
        try:
            verb = node.attributes.get("action", "")
            if verb not in self.actions:
                raise ActionUnknown(verb)
            inputs = {name: self.evaluate(text, waiter.data, waiter.task_id) for name, text in node.inputs.items()}
            call = Call(self, waiter.task_id, waiter.process_id, node, waiter.data, inputs)
            with self.effects.undone_on_failure(), self._apart(verb):  # leave nothing half-done behind
                result = self.actions[verb](call)
                if result is not None:
                    self.run.service_done(waiter.task_id, dict(result))
        except PARKED as error:
            self.run.service_failed(waiter.task_id, cause(error, node.name))

    @contextmanager
    def _apart(self, verb: str) -> Iterator[None]:
        """Run an action of a domain in a savepoint; what it opens reaches this instance only after the command."""
        if verb in OWN:
            yield
            return
        busy = self.session.info.setdefault(UNDER_WAY, set())
        busy.add(self.instance_id)
        try:
            with self.session.begin_nested():
                yield
        finally:
            busy.discard(self.instance_id)

    def forget_arrival(self, task_id: str) -> None:
        """Look at a task, an offer or a parked node as if it had just arrived."""
        before = self.before
        humans, offers, parked = (
            tuple(waiter for waiter in waiters if waiter.task_id != task_id)
            for waiters in (before.humans, before.messages, before.incidents)
        )
        self.before = replace(before, humans=humans, messages=offers, incidents=parked)

    def end_limits(self) -> None:
        """End the limits whose task is over, so that rework gets a row of its own."""
        over = {step.task_id: step.what for step in self.run.trail[self._followed :] if step.what != "entered"}
        self._followed = len(self.run.trail)
        for row in self.limits.rows if over else ():
            if row.ended_at is None and row.task_id in over:
                self.limits.end_with_task(row, dropped=over[row.task_id] == "cancelled")

    def note(self, key: str, value: object) -> None:
        """Keep something for the audit entry of this command."""
        self.effects.changes.setdefault(key, []).append(value)

    def data_of(self, task_id: str) -> Mapping[str, Any]:
        """Return the variables a task or message event saw before this command; empty when it did not wait."""
        waiters = (*self.before.humans, *self.before.messages)
        return next((waiter.data for waiter in waiters if waiter.task_id == task_id), {})

    def passed(self) -> list[tuple[str, Node]]:
        """Return the drawn elements completed in this command, in order."""
        return [
            (step.process_id, self.parsed.node(step.process_id, step.element_id))
            for step in self.run.trail
            if step.what == "completed" and self.parsed.has(step.process_id, step.element_id)
        ]

    def _is_fresh(self, waiter: Waiter) -> bool:
        known = {service.task_id for service in self.before.services} | self.effects.finished_services
        return waiter.task_id not in known


def _typed(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Give the instants of the facts back their type; facts are stored as JSON."""
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and isinstance(value, str) else value
        for name, value in seen.items()
    }
