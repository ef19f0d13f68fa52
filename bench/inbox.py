"""The inbox of a unit with one open task and with 20,000."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import insert, select

from bench.browser import Browser
from bench.counting import STATEMENTS
from bench.figures import Figure, Took, compared
from bench.installation import REPORTER, VILLAGE, Store, open_case, person
from bench.serving import served
from bench.tasks import NOTE, WARM
from gridflow import clock
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
    """Copy the one open task until there are many, a minute apart: rows of this benchmark, never of a demo."""
    items = table(WorkItem)
    with writing() as session:
        row = dict(session.execute(select(items).where(items.c.status == "open")).mappings().one())
        minutes = [timedelta(minutes=number - many // 10) for number in range(many - 1)]  # a tenth is overdue
        if copies := [row | {"id": new_id(), "due_at": clock.now() + each} for each in minutes]:
            session.execute(insert(items), copies)
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE work_item")  # as its own upkeep does after a while
