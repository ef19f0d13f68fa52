"""How many bytes a finished case of five steps takes, with its record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bench.figures import Figure, limited
from bench.installation import REPORTER, VILLAGE, Store, complete, open_case, person, waiting
from bench.tasks import STEP
from gridflow import clock
from gridflow.application import office
from gridflow.cases.outside import ConsoleMail
from gridflow.cases.viewer import Viewer
from gridflow.db import db, new_id
from gridflow.jobs.sweeping import sweep_rows
from gridflow.jobs.tick import tick

TABLES = {
    "sqlite": "SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name",
    "postgres": "SELECT relname AS name, pg_relation_size(oid) AS bytes FROM pg_class "
    "WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace",
}
SHOWN = 8
A_MONTH = timedelta(days=31)


def measure(store: Store, cases: int) -> Iterator[Figure]:
    """Finish cases, let the workers finish their jobs, and see by how much tables and indexes grew."""
    with store.copy("size"):
        reporter, village = person(REPORTER), person(VILLAGE)
        _finish(reporter, village)  # the first case of a kind brings rows of its own
        before = _sizes(store)
        for _ in range(cases):
            _finish(reporter, village)
        quiet = replace(office(), mail=ConsoleMail(quiet=True))
        while tick(quiet):
            pass
        after = _sizes(store)
        with clock.set_to(clock.now() + A_MONTH):
            sweep_rows()
        later = _sizes(store)
    grown = {name: (after[name] - before.get(name, 0)) / cases for name in after}
    yield limited("finished 5-step case with audit, tables and indexes", sum(grown.values()) / 1000, 5, "kB")
    kept = sum((later[name] - before.get(name, 0)) / cases for name in later)
    yield limited("… after the nightly sweep a month later", kept / 1000, 5, "kB")
    most = sorted(grown.items(), key=lambda pair: -pair[1])[:SHOWN]
    yield Figure("… most of it", ", ".join(f"{name} {size / 1000:.1f}" for name, size in most) + " kB")


def _finish(reporter: Viewer, village: Viewer) -> None:
    case_id = open_case(reporter, "five_steps")
    while item := waiting(case_id):
        complete(village, item, STEP, new_id())


def _sizes(store: Store) -> dict[str, float]:
    db.session.remove()
    if store.name == "sqlite":
        db.engine.raw_connection().execute("VACUUM")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.name != "sqlite":
            connection.exec_driver_sql("VACUUM FULL")
        return {row.name: float(row.bytes) for row in connection.execute(text(TABLES[store.name]))}
