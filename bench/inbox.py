"""The inbox of a unit with one open task and with 20,000."""

from collections.abc import Iterator

from sqlalchemy import insert, select

from bench.browser import Browser
from bench.counting import STATEMENTS
from bench.figures import Figure, compared
from bench.installation import REPORTER, VILLAGE, Store, open_case, person
from bench.serving import served
from bench.tasks import NOTE, WARM
from gridflow.config import DEMO_PASSWORD
from gridflow.db import db, new_id, table, writing
from gridflow.engine.models import WorkItem

MANY = 20_000
ADDRESS = "/inbox?box=unit"


def measure(store: Store, rounds: int) -> Iterator[Figure]:
    """Measure the same inbox before and after its one task is copied 20,000 times, all in the viewer's own unit."""
    with (
        store.copy("inbox") as settings,
        served("reference", settings, "/") as plain,
        served("gridflow", settings, "/sign-in") as ours,
    ):
        open_case(person(REPORTER), "event")
        beside, browser = Browser(plain.port), Browser(ours.port)
        browser.sign_in(VILLAGE, DEMO_PASSWORD)
        for many in (1, MANY):
            _multiply(many)
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds + WARM):
                times[0].append(beside.post("/notes", {"note": NOTE}).seconds)
                page = browser.get(ADDRESS)
                times[1].append(page.seconds)
            lines = page.text.count('id="row-')
            what = f"inbox, {many:,} open tasks in the unit ({lines} lines, {len(page.text.encode()) / 1000:.0f} kB, "
            what += f"{page.headers[STATEMENTS]} statements)"
            yield compared(what, times[1][WARM:], times[0][WARM:], 3)


def _multiply(many: int) -> None:
    """Copy the one open task until there are many: rows of this benchmark, never of a demo."""
    items = table(WorkItem)
    with writing() as session:
        row = dict(session.execute(select(items).where(items.c.status == "open")).mappings().one())
        if copies := [row | {"id": new_id()} for _ in range(many - 1)]:
            session.execute(insert(items), copies)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
