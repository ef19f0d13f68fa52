"""One step of a loop in its first round and in its thousandth, through the commands, in turns."""

from collections.abc import Iterator
from time import perf_counter, process_time

from sqlalchemy import func, select

from bench.figures import Figure, Took, compared
from bench.installation import REPORTER, VILLAGE, Store, open_case, person, waiting
from bench.tasks import STEP
from gridflow.application import office
from gridflow.cases.viewer import Viewer
from gridflow.db import db, new_id, writing
from gridflow.engine.models import Instance

ROUNDS = 1_000


def measure(store: Store, cases: int) -> Iterator[Figure]:
    """Take one instance to round 1,000; then it and fresh instances take steps in turns."""
    with store.copy("rounds"):
        reporter, village = person(REPORTER), person(VILLAGE)
        old = open_case(reporter, "rounds")
        fresh = [open_case(reporter, "rounds") for _ in range(cases)]
        for _ in range(ROUNDS - 1):
            _step(village, old)
        size = func.length(Instance.blob)
        stored = db.session.scalar(select(size).where(Instance.case_id == old))
        first = db.session.scalar(select(size).where(Instance.case_id == fresh[0]))
        times = [(_step(village, case_id), _step(village, old)) for case_id in fresh]
        firsts, lasts = [one for one, _ in times[3:]], [other for _, other in times[3:]]
        yield compared("step in round 1,000 of a loop, against round 1", lasts, firsts, 1.1)
        yield Figure("… stored state in round 1 and in round 1,000", f"{first} and {stored} bytes")


def _step(who: Viewer, case_id: str) -> Took:
    item = str(waiting(case_id))
    begun, worked = perf_counter(), process_time()
    with writing() as session:
        office().engine.complete(session, item, who.actor, STEP, request_id=new_id())
    return Took(perf_counter() - begun, process_time() - worked)
