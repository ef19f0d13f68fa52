"""What every command of the engine does first and last: take an instance up, and write what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.audit.service import append
from gridflow.bpmn import Node
from gridflow.db import table, together
from gridflow.engine import messages
from gridflow.engine.actions import Action
from gridflow.engine.definitions import ParsedVersions
from gridflow.engine.difference import Difference
from gridflow.engine.directory import Actor, CaseFacts, Directory
from gridflow.engine.errors import InstanceOver, InstanceSuspended, RunawayLoop
from gridflow.engine.limit_rows import read_limits
from gridflow.engine.models import Instance, Limit
from gridflow.engine.recording import entry_of, save_instance
from gridflow.engine.runtime.run import Run
from gridflow.engine.runtime.tokens import PARKED, cause
from gridflow.engine.runtime.waiting import Waiter
from gridflow.engine.turn import Trouble, Turn

MOST_HOPS = 20
"""Instances of a case that may answer each other's messages in one command; more is a conversation without end."""
OnPassed = Callable[[Turn, Node], None]
INSTANCES = table(Instance)


class Stored(NamedTuple):
    """The columns of an instance that a command goes on from."""

    status: str
    suspended_for: str | None
    row_version: int
    version_id: str
    facts: Mapping[str, Any]
    blob: bytes


STORED = [INSTANCES.c[name] for name in Stored._fields]
_INSTANCE = select(*STORED).where(INSTANCES.c.id == bindparam("instance"))
_LOCKED = _INSTANCE.with_for_update()


def nothing_more(turn: Turn, node: Node) -> None:
    """Do nothing when a node is passed."""


def nothing_settled(turn: Turn) -> None:
    """Do nothing when a command is quiet."""


def refuse_halted(row: Stored) -> None:
    """Raise InstanceSuspended or InstanceOver unless the instance runs."""
    if row.status == "suspended":
        raise InstanceSuspended(row.suspended_for)
    if row.status != "running":
        raise InstanceOver(row.facts["number"])


@dataclass(frozen=True)
class Core:
    """The parts of the engine; see the commands for what it can do."""

    directory: Directory
    actions: Mapping[str, Action] = field(default_factory=dict)
    on_passed: OnPassed = nothing_more
    """Called for every drawn node a command passed, before it is written; issues documents."""
    on_settled: Callable[[Turn], None] = nothing_settled
    """Called once a command has run until quiet, before it is written."""
    versions: ParsedVersions = field(default_factory=ParsedVersions)

    def look(self, session: Session, instance_id: str, actor: Actor) -> Turn:
        """Return an instance as it stands, to evaluate expressions over it; nothing is locked or written."""
        return self._restore(session, instance_id, actor, lock_row=False)[0]

    def look_back(self, session: Session, instance_id: str, actor: Actor) -> Turn:
        """Return an instance as it stands or ended, also a suspended one, to evaluate expressions over it."""
        row = Stored(*session.execute(_INSTANCE, {"instance": instance_id}).one())
        return self._taken_up(session, instance_id, row, actor, read_limits(session, instance_id))

    def _restore(
        self, session: Session, instance_id: str, actor: Actor, *, lock_row: bool = True, suspended: bool = False
    ) -> tuple[Turn, int]:
        row = Stored(*session.execute(_LOCKED if lock_row else _INSTANCE, {"instance": instance_id}).one())
        if row.status != "suspended" or not suspended:
            refuse_halted(row)
        return self._taken_up(session, instance_id, row, actor, read_limits(session, instance_id)), row.row_version

    def _taken_up(
        self, session: Session, instance_id: str, row: Stored, actor: Actor, limit_rows: Iterable[Limit]
    ) -> Turn:
        """Return the turn of an instance that was read with its limits."""
        parsed = self.versions.get(session, row.version_id)
        turn = Turn(
            session, directory=self.directory, actions=self.actions, parsed=parsed, instance_id=instance_id,
            facts=CaseFacts(**row.facts), actor=actor, now=clock.now(), limit_rows=limit_rows,
        )  # fmt: skip
        turn.run = Run.restore(parsed.specs, row.blob, turn)
        turn.before = turn.run.waiting()
        return turn

    def _finish(
        self,
        turn: Turn,
        version: int,
        action: str,
        as_post: tuple[str | None, str | None] = (None, None),
        *,
        done: Iterable[str] = (),
    ) -> None:
        turn.settle()
        turn.end_limits()  # before those of an instance that is over: what was called off is not met
        passed = turn.passed()
        for process_id, node in passed:
            if node.attributes.get("document"):
                self._issue(turn, process_id, node)
        self.on_settled(turn)
        if turn.run.finished:
            turn.limits.end_all()
        difference = Difference(turn, done)
        save_instance(turn, version)
        head = turn.head or lock(turn.session, turn.facts.case_id, turn.facts.city)
        with together(turn.session):
            difference.write()
            append(turn.session, entry_of(turn, action, as_post, [node for _, node in passed]), head)
        self._pass_on(turn, difference.waits)

    def _issue(self, turn: Turn, process_id: str, node: Node) -> None:
        """Issue the documents a node names, or park that: whoever did the node has done their part."""
        jobs, notes = len(turn.effects.jobs), len(turn.effects.changes.get("documents", ()))
        try:
            with turn.session.begin_nested():
                self.on_passed(turn, node)
        except PARKED as error:
            del turn.effects.jobs[jobs:], turn.effects.changes.get("documents", [])[notes:]
            waiter = Waiter(node.id, process_id, node.id, "document", {})
            turn.effects.troubles.append(Trouble(waiter, "document", cause(error, node.name)))

    def _pass_on(self, turn: Turn, waits: Sequence[Mapping[str, Any]]) -> None:
        """Deliver what the command threw to the other instances of the case, and what was kept for its new waits."""
        self._hand_kept(turn, [wait for wait in waits if wait["form"] is None], turn.hops + 1)
        for thrown in turn.run.thrown:
            for wait_id in messages.receivers(turn, thrown):
                self._deliver(turn.session, wait_id, thrown.payload or {}, turn.hops + 1)

    def _hand_kept(self, turn: Turn, waits: Iterable[Mapping[str, Any]], hops: int = 0) -> None:
        """Deliver what was kept for some waits, one after the other.

        To one with a key a worker takes it, and so it does what comes next for an event that is armed again.
        """
        for wait in waits:
            if wait["key"] is not None or hops > 1:
                messages.ask_for_kept(turn.session, wait, turn.instant)
            elif (payload := messages.take_kept(turn.session, wait, turn.instant)) is not None:
                self._deliver(turn.session, wait["id"], payload, hops)

    def _deliver(self, session: Session, wait_id: str, payload: Mapping[str, Any], hops: int = 0) -> bool:
        wait = messages.take_wait(session, wait_id)
        if wait is None:
            return False
        turn, version = self._restore(session, wait.instance_id, Actor.system(wait.city))
        if hops > MOST_HOPS:
            raise RunawayLoop(turn.parsed.bundle.title)
        turn.hops = hops
        turn.run.deliver(wait.task_id, payload)
        turn.note("received", wait.name)
        self._finish(turn, version, "receive_message")
        return True
