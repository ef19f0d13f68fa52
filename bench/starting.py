"""How long a web process takes until it answers, and how much memory it holds."""

from collections.abc import Iterator
from statistics import median

from bench.browser import Browser
from bench.figures import Figure, limited
from bench.installation import REPORTER, VILLAGE, Store, open_case, person, waiting
from bench.serving import served
from gridflow.config import DEMO_PASSWORD


def measure(store: Store, times: int) -> Iterator[Figure]:
    """Start a process several times, the reference in between."""
    seconds, processor, memory, plain = [], [], [], []
    with store.copy("starting") as settings:
        case_id = open_case(person(REPORTER), "event")
        item = waiting(case_id)
        for _ in range(times):
            with served("reference", settings, "/") as reference:
                plain.append((reference.seconds, reference.memory()))
            with served("gridflow", settings, "/sign-in") as ours:
                seconds.append(ours.seconds)
                processor.append(ours.processor_seconds())
                memory.append(ours.memory())
                browser = Browser(ours.port)
                browser.sign_in(VILLAGE, DEMO_PASSWORD)
                first = browser.get(f"/tasks/{item}").seconds
                browser.get("/inbox")
                used = ours.memory()
    yield limited("start of one web process until it answers", median(seconds), 1.5, "s")
    yield Figure("… of that processor time", f"{median(processor):.2f} s")
    yield Figure(
        "… the reference application", f"{median(p[0] for p in plain):.2f} s, {median(p[1] for p in plain):.0f} MB"
    )
    yield limited("memory of one web process after its first page", median(memory), 90, "MB")
    yield Figure("… after it opened an event task and an inbox", f"{used:.0f} MB; that first task took {first:.2f} s")
