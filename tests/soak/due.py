"""Ten thousand timers due at once: four workers, one of which is killed, and each timer happens exactly once.

`python -m tests.soak.due --timers 10000 --store postgres` prints how many a second.
"""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from toy_parts import limit_timer, service, task
from toy_town import MONDAY, Town, prepare

from gridflow import clock
from gridflow.audit.models import AuditEntry
from gridflow.cases.models import Case
from gridflow.db import db, new_id, table, writing
from gridflow.engine.due import LEASE
from gridflow.engine.models import Instance, TimerDue, WorkItem
from gridflow.jobs.tick import fire_due
from tests.soak.__main__ import database, postgres, say
from tests.soak.chaos import FORK
from tests.soak.checks import faults

WORKERS = 4


def main() -> int:
    """Measure what was asked for and return how many runs left something wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.due")
    parser.add_argument("--timers", type=int, default=10_000)
    parser.add_argument("--store", choices=["sqlite", "postgres"], action="append")
    asked = parser.parse_args()
    wrong = 0
    with postgres() as server:
        for store in asked.store or ["sqlite", "postgres"]:
            if store == "sqlite" or server:
                with (
                    tempfile.TemporaryDirectory(prefix="gridflow-due-") as folder,
                    database(store, Path(folder), server) as url,
                ):
                    wrong += bool(run(store, Path(folder), url, asked.timers))
    return wrong


def run(store: str, folder: Path, url: str, timers: int) -> list[str]:
    """Let so many timers happen and return what is wrong afterwards."""
    prepare(folder, url)
    with clock.set_to(MONDAY) as hand:
        town = Town(folder, url, hand)
        with town.app.app_context():
            fill(town, timers)
            hand.advance(timedelta(hours=2))
            seconds, worked, fired = work(town)
            hand.advance(LEASE)
            while fire_due(town.office):
                pass
            found = [*wrong_of(timers), *faults(town.office, [])]
            db.session.remove()
            db.engine.dispose()
    say(
        f"due {store}: {timers} timers, {WORKERS} workers, one killed: {fired} in {seconds:.1f} s, "
        f"{fired / seconds:.0f}/s, {worked / fired * 1000:.1f} ms of processor each; "
        f"the rest after the lease, {'WRONG' if found else 'each once'}"
    )
    for fault in found[:10]:
        say(f"    {fault}")
    return found


def fill(town: Town, timers: int) -> None:
    """Open one case with a timer and as many like it as are wanted."""
    late = service("do_note", "set_values", {"late": "true"})
    town.draw("timed", "start -> ask -> end; late -> do_note -> end_b", do_note=late,
              ask=task("ask", role="town", limit="hour"), late=limit_timer("late", "ask", "hour"))  # fmt: skip
    first = town.open("timed")
    town.work()
    models = {model: dict(_row(model, first)) for model in (Case, Instance, WorkItem, TimerDue)}
    for begin in range(1, timers, 2000):
        clones: dict[Any, list[dict[str, Any]]] = {model: [] for model in models}
        for _ in range(begin, min(begin + 2000, timers)):
            case_id, instance_id = new_id(), new_id()
            new = {"case_id": case_id, "instance_id": instance_id, "row_version": 1}
            clones[Case].append(_like(models[Case], id=case_id, number=f"TT-{case_id}", query_code=case_id[:8]))
            clones[Instance].append(_like(models[Instance], **new, id=instance_id))
            clones[WorkItem].append(_like(models[WorkItem], **new, id=new_id()))
            clones[TimerDue].append(_like(models[TimerDue], **new, id=new_id()))
        with writing() as session:
            for model, rows in clones.items():
                session.execute(insert(table(model)), rows)


def _row(model: Any, case_id: str) -> Mapping[str, Any]:
    with Session(db.engine) as session:
        of = model.id if model is Case else model.case_id
        return session.execute(select(table(model)).where(of == case_id)).mappings().one()


def _like(row: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    return {**row, **{name: value for name, value in values.items() if name in row}}


def work(town: Town) -> tuple[float, float, int]:
    """Let the workers work, kill one of them after a quarter; returns seconds, processor seconds and timers done."""
    db.session.remove()
    db.engine.dispose()
    begun, all_of_them = time.monotonic(), _count(TimerDue)
    db.engine.dispose()
    before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    running = [FORK.Process(target=_work, args=(town,)) for _ in range(WORKERS)]
    for process in running:
        process.start()
    while _count(TimerDue) > all_of_them * 3 // 4:
        time.sleep(0.1)
    os.kill(running[0].pid or 0, signal.SIGKILL)
    for process in running:
        process.join()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = spent.ru_utime + spent.ru_stime - before
    return time.monotonic() - begun, worked, all_of_them - _count(TimerDue)


def _work(town: Town) -> None:
    with town.app.app_context():
        while _fired(town):
            pass
    os._exit(0)


def _fired(town: Town) -> bool:
    """Tell whether something was due; a lock that SQLite waited for in vain is no reason to stop."""
    try:
        return fire_due(town.office) > 0
    except OperationalError as error:
        if "locked" not in str(error):
            raise
        db.session.remove()
        return True


def _count(model: Any) -> int:
    with Session(db.engine) as session:
        return session.scalar(select(func.count()).select_from(table(model))) or 0


def wrong_of(timers: int) -> list[str]:
    """Return what is wrong with the number of times each timer happened."""
    entries = table(AuditEntry)
    fired = select(entries.c.instance_id, func.count()).where(entries.c.action == "fire_timer")
    with Session(db.engine) as session:
        times = [row[1] for row in session.execute(fired.group_by(entries.c.instance_id))]
    left = _count(TimerDue)
    return [f"{len(times)} of {timers} happened, at most {max(times, default=0)} times, {left} are left"] * (
        left > 0 or times != [1] * timers
    )


if __name__ == "__main__":
    sys.exit(main())
