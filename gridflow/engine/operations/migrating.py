"""Let an instance go over to another version of its procedure: checked first, and to be undone until its next step."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.bpmn import Node
from gridflow.db import new_id, table
from gridflow.engine.definitions import Parsed
from gridflow.engine.directory import Actor
from gridflow.engine.errors import OperationRefused, UndoTooLate
from gridflow.engine.limit_rows import read_limits
from gridflow.engine.models import DefinitionVersion, Instance, MessageWait, WorkItem
from gridflow.engine.operations import keeping
from gridflow.engine.operations.incidents import Incidents
from gridflow.engine.operations.models import Migration
from gridflow.engine.operations.obstacles import changed_scopes, obstacles
from gridflow.engine.operations.operating import Why
from gridflow.engine.runtime.rebasing import rebase
from gridflow.engine.turn import Turn

INSTANCES, MIGRATIONS, VERSIONS = table(Instance), table(Migration), table(DefinitionVersion)
ITEMS, WAITS = table(WorkItem), table(MessageWait)


class Migrating(Incidents):
    """Migrates instances."""

    def check_migration(self, session: Session, instance_id: str, version_id: str, actor: Actor) -> list[str]:
        """Return why an instance may not go over to a version, each with a remedy; empty when it may."""
        turn = self.view(session, instance_id, actor)
        return self._strangers(session, turn, version_id) or obstacles(turn, self.versions.get(session, version_id))

    def migrate(self, session: Session, instance_id: str, version_id: str, actor: Actor, why: Why) -> None:
        """Let a running instance go on by another version of its procedure; raises OperationRefused with reasons."""
        old, version = self._reach(session, instance_id, actor)
        reasons = self._strangers(session, old, version_id)
        to = old.parsed if reasons else self.versions.get(session, version_id)
        if reasons := reasons or obstacles(old, to):
            raise OperationRefused("迁移", reasons)
        kept = keeping.keep(session, instance_id)
        turn = self._over(session, old, to)
        session.execute(update(INSTANCES).where(INSTANCES.c.id == instance_id).values(version_id=to.id))
        turn.effects.changes.update(why, version=[old.parsed.number, to.number])
        self._finish(turn, version, "migrate")
        session.execute(
            insert(MIGRATIONS),
            [{
                "id": new_id(), "city": actor.city, "case_id": turn.facts.case_id, "instance_id": instance_id,
                "from_version": old.parsed.id, "to_version": to.id, "row_version": version + 1, "blob": kept.blob,
                "rows": kept.rows, "migrated_by": actor.user_id, "migrated_at": clock.now(),
            }],
        )  # fmt: skip

    def undo_migration(self, session: Session, instance_id: str, actor: Actor, why: Why) -> None:
        """Bring an instance back to how it was before its last migration; raises UndoTooLate once it has gone on."""
        turn, version = self._reach(session, instance_id, actor)
        last = session.execute(
            select(MIGRATIONS).where(MIGRATIONS.c.instance_id == instance_id).order_by(MIGRATIONS.c.id.desc()).limit(1)
        ).one_or_none()
        if last is None or last.undone_at or last.blob is None or last.row_version != version:
            raise UndoTooLate
        keeping.put_back(session, instance_id, last.rows)
        session.execute(
            update(MIGRATIONS).where(MIGRATIONS.c.id == last.id).values(undone_at=clock.now(), blob=None, rows=None)
        )
        back = self.versions.get(session, last.from_version)
        note = {**why, "version": [turn.parsed.number, back.number]}
        self._conclude(turn, version, "undo_migration", note, {"blob": last.blob, "version_id": back.id})

    def _over(self, session: Session, old: Turn, to: Parsed) -> Turn:
        """Return the command that goes on by the other version, with what is drawn differently arriving anew."""
        turn = Turn(
            session, directory=self.directory, actions=self.actions, parsed=to, instance_id=old.instance_id,
            facts=old.facts, actor=old.actor, now=old.instant, limit_rows=read_limits(session, old.instance_id),
        )  # fmt: skip
        turn.before = old.before
        turn.run = rebase(old.run, to.specs, changed_scopes(old.parsed, to), turn)
        for task_id in _placed_anew(old, to):
            for rows in (ITEMS, WAITS):
                mine = (rows.c.instance_id == old.instance_id, rows.c.task_id == task_id)
                if rows is ITEMS:
                    gone = update(rows).where(*mine, rows.c.status == "open")
                    session.execute(gone.values(status="withdrawn", done_at=old.instant))
                else:
                    session.execute(delete(rows).where(*mine))
            turn.forget_arrival(task_id)
        return turn

    def _strangers(self, session: Session, turn: Turn, version_id: str) -> list[str]:
        """Return why a version is none the instance could have."""
        of = select(VERSIONS.c.definition_id).where(VERSIONS.c.id.in_((version_id, turn.parsed.id)))
        found = session.scalars(of).all()
        if version_id == turn.parsed.id:
            return ["案件已经按这个版本办理。请另选版本。"]
        return [] if len(found) == 2 and len(set(found)) == 1 else ["这不是同一流程的版本。请另选版本。"]


def _placed_anew(old: Turn, to: Parsed) -> Iterator[str]:
    """Yield the tasks and offers that another person gets, or that are called otherwise, by the new version."""
    for waiter in (*old.before.humans, *old.before.messages):
        node = old.parsed.node(waiter.process_id, waiter.element_id)
        if to.has(waiter.process_id, waiter.element_id):
            other = to.node(waiter.process_id, waiter.element_id)
            if _placing(old.parsed, waiter.process_id, node) != _placing(to, waiter.process_id, other):
                yield waiter.task_id


def _placing(parsed: Parsed, process_id: str, node: Node) -> dict[str, Any]:
    names = ("role", "unit", "person", "exclude", "title", "limit", "remind", "matter", "form")
    return {"name": node.name, **{name: parsed.attribute(process_id, node, name) for name in names}}
