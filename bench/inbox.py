"""The inbox of a unit with one open task, with 20,000, and with 1,000,000 where that is asked for."""

from collections.abc import Iterator, Sequence

from sqlalchemy import text

from bench.browser import Browser
from bench.counting import STATEMENTS
from bench.figures import Figure, Took, compared
from bench.installation import REPORTER, VILLAGE, Store, open_case, person
from bench.serving import served
from bench.tasks import NOTE, WARM
from gridflow.config import DEMO_PASSWORD
from gridflow.db import db, table, writing
from gridflow.engine.models import WorkItem

MANY, MOST = 20_000, 1_000_000
LATER = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + (n - :late) * 60000000",
    "postgresql": "now() + (n - :late) * interval '1 minute'",
}
"""When the n-th copy is due, a minute after the one before; the first are late."""
ADDRESS = "/inbox?box=unit"


def million(store: Store, rounds: int) -> Iterator[Figure]:
    """Measure the inbox of a unit with 1,000,000 open tasks."""
    yield from measure(store, rounds, (MOST,))


def measure(store: Store, rounds: int, sizes: Sequence[int] = (1, MANY)) -> Iterator[Figure]:
    """Measure the same inbox before and after its one task is copied many times, all in the viewer's own unit."""
    with (
        store.copy(f"inbox_{max(sizes)}") as settings,
        served("reference", settings, "/") as plain,
        served("gridflow", settings, "/sign-in") as ours,
    ):
        open_case(person(REPORTER), "event")
        beside, browser = Browser(plain.port), Browser(ours.port)
        browser.sign_in(VILLAGE, DEMO_PASSWORD)
        for many in sizes:
            _multiply(many)
            times: tuple[list[Took], list[Took]] = ([], [])
            for _ in range(rounds + WARM):
                times[0].append(plain.timed(lambda: beside.post("/notes", {"note": NOTE}))[1])
                page, took = ours.timed(lambda: browser.get(ADDRESS))
                times[1].append(took)
            lines = page.text.count('id="row-')
            what = f"inbox, {many:,} open tasks in the unit ({lines} lines, {len(page.text.encode()) / 1000:.0f} kB, "
            what += f"{page.headers[STATEMENTS]} statements)"
            yield compared(what, times[1][WARM:], times[0][WARM:], 3)


def _multiply(many: int) -> None:
    """Copy the one open task until there are many: rows of this benchmark, never of a demo."""
    kind = db.engine.dialect.name
    copied = [column.name for column in table(WorkItem).columns if column.name not in ("id", "due_at")]
    with writing() as session:
        session.execute(
            text(
                "WITH RECURSIVE counting(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < :many) "
                f"INSERT INTO work_item (id, due_at, {', '.join(copied)}) "
                f"SELECT 'copy' || n, {LATER[kind]}, {', '.join(copied)} FROM work_item, counting "
                "WHERE status = 'open' AND n < :many"
            ),
            {"many": many, "late": many // 10},
        )
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE work_item")  # as its own upkeep does after a while
