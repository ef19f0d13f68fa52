"""Open a form and complete a task over HTTP, in turns with the reference."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from statistics import median

from bench.browser import Answer, Browser
from bench.counting import COMMITS, STATEMENTS
from bench.figures import Figure, Took, compared
from bench.installation import REPORTER, VILLAGE, Store, open_case, person, waiting
from bench.serving import served
from gridflow.config import DEMO_PASSWORD
from gridflow.db import new_id

NOTE = "已到现场查看，联系责任单位当天清走，并告知附近居民，没有异议。"
STEP = {"result": "done", "count": 3, "note": NOTE}
COORDINATED = {"village_result": "solved", "coordination_note": NOTE}
WARM = 10


@dataclass(slots=True)
class Taken:
    """The seconds of one kind of task, and of the reference between them."""

    reference: list[Took] = field(default_factory=list)
    opened: list[Took] = field(default_factory=list)
    completed: list[Took] = field(default_factory=list)
    around: list[Took] = field(default_factory=list)
    """What the page fetches once its form stands: the case so far."""
    opening: Answer | None = None
    surrounding: Answer | None = None
    completing: list[Answer] = field(default_factory=list)


def measure(store: Store, cases: int) -> Iterator[Figure]:
    """Measure a plain task, and the first of the event procedure with its limit, reminders and documents."""
    for slug, values, tasks, label in (
        ("five_steps", STEP, 5, "task of a 5-step procedure"),
        ("event", COORDINATED, 1, "first task of event"),
    ):
        taken = _worked(store, slug, values, cases if tasks > 1 else cases * 2, tasks)
        yield compared(f"complete a human task: {label}", taken.completed, taken.reference, 2)
        yield _counted(taken, label)
        yield compared(f"open a form: {label}", taken.opened, taken.reference, 1.5)
        assert taken.opening
        kilobytes = len(taken.opening.text.encode()) / 1000
        yield Figure(f"… its page: {label}", f"{kilobytes:.1f} kB, {taken.opening.headers[STATEMENTS]} statements")
        yield _surrounded(taken, label)


def _surrounded(taken: Taken, label: str) -> Figure:
    assert taken.surrounding
    seconds, worked = (median(getattr(each, name) for each in taken.around) for name in ("clock", "processor"))
    figure = (
        f"{seconds * 1000:.1f} ms, processor {worked * 1000:.1f} ms, {taken.surrounding.headers[STATEMENTS]} statements"
    )
    return Figure(f"… the case beside it, fetched once the form stands: {label}", figure)


def _counted(taken: Taken, label: str) -> Figure:
    statements = median(int(answer.headers[STATEMENTS]) for answer in taken.completing)
    commits = max(int(answer.headers[COMMITS]) for answer in taken.completing)
    figure = f"{statements:g} statements in the whole request, {commits} commit"
    return Figure(f"… its SQL: {label}", figure, None, "12 and 1", statements <= 12 and commits == 1)


def _worked(store: Store, slug: str, values: Mapping[str, object], cases: int, tasks: int) -> Taken:
    taken = Taken()
    with (
        store.copy(slug) as settings,
        served("reference", settings, "/") as plain,
        served("gridflow", settings, "/sign-in") as ours,
    ):
        reporter = person(REPORTER)
        ids = [open_case(reporter, slug) for _ in range(cases)]
        beside, browser = Browser(plain.port), Browser(ours.port)
        browser.sign_in(VILLAGE, DEMO_PASSWORD)
        for number, case_id in enumerate(ids * tasks):
            address = f"/tasks/{waiting(case_id)}"
            taken.reference.append(plain.timed(lambda: beside.post("/notes", {"note": NOTE}))[1])
            taken.opening, took = ours.timed(partial(browser.get, address))
            taken.opened.append(took)
            taken.surrounding, took = ours.timed(partial(browser.get, f"{address}/around"))
            taken.around.append(took)
            taken.reference.append(plain.timed(lambda: beside.post("/notes", {"note": NOTE}))[1])
            given = {**values, "_request": new_id()}
            done, took = ours.timed(partial(browser.post, address, given, expect=302))
            taken.completed.append(took)
            taken.completing.append(done)
            if number == WARM:
                taken = Taken()
    return taken
