"""Runs of a revision against its worked examples and against cases of the past, by workers, a few at a time.

A revision is sent for approval only after a run in which every example went as it says, on the very bundle sent.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.jobs import Finish
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.checking.examples import bad_example
from gridflow.db import db, new_id, table
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Job
from gridflow.workbench.errors import TrialRefused, WorkbenchError
from gridflow.workbench.models import Proving, Revision
from gridflow.workbench.revising.revisions import bundle_of, note
from gridflow.workbench.trying.examples import Example, digest_of, examples_of
from gridflow.workbench.trying.sandbox import bundle_called, carried_out, laid, tidy

JOB = "prove"
EXAMPLES, HISTORY = "examples", "history"
SLICE = 6.0
"""Seconds of one job: timers and other jobs have their turn in between."""
PAUSE = timedelta(seconds=1)
SECONDS = 90
"""Of one example or case; the first one of a city makes an installation as well."""
PROVINGS = table(Proving)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    run: Proving
    done: int
    total: int
    passed: int
    current: bool
    """Whether the revision still is what it ran on."""

    @property
    def running(self) -> bool:
        """Tell whether there is more to come."""
        return self.run.state == "running"

    @property
    def green(self) -> bool:
        """Tell whether everything went as it should."""
        return self.run.state == "done" and self.passed == self.total


def unproven(session: Session, office: Office, revision: Revision, bundle: Bundle) -> str | None:
    """Say why the worked examples do not yet speak for a bundle, None when each went as it says on this very one."""
    last = _last(session, revision, EXAMPLES)
    if last is None:
        return "还没有用这份修改稿跑过案例。请在“试办”里跑一遍全部案例，通过后再送审。"
    if last.digest != bundle.digest or last.examples != digest_of(examples_of(session, office, revision)):
        return "上次跑案例以后，修改稿或案例又改过。请在“试办”里重跑一遍，通过后再送审。"
    if last.state != "done":
        return "案例还没有跑完。请等“试办”里的案例全部跑完、通过后再送审。"
    failed = [result for result in last.results if not result["passed"]]
    if failed:
        return f"有 {len(failed)} 个案例没有通过，第一个：{failed[0]['title']}。请在“试办”里看差别，改好后重跑。"
    return None


def begin_examples(session: Session, office: Office, viewer: Viewer, revision: Revision) -> Proving:
    """Begin to run every worked example on a revision as it is now; a run that is under way is called off."""
    examples = examples_of(session, office, revision)
    wanted = [one.path for one in examples]
    return begin(session, office, viewer, revision, EXAMPLES, wanted, examples=digest_of(examples))


def begin(
    session: Session,
    office: Office,
    viewer: Viewer,
    revision: Revision,
    kind: str,
    wanted: Sequence[str],
    *,
    examples: str = "",
    chosen: Mapping[str, Any] | None = None,
) -> Proving:
    """Begin a run of some kind; a run of the same kind that is under way is called off."""
    cancel(session, revision, kind)
    tidy(office)
    bundle = bundle_of(session, office, revision)
    laid(office, bundle.digest, bundle.to_bytes)
    run = Proving(
        id=new_id(), city=revision.city, revision_id=revision.id, kind=kind, digest=bundle.digest, examples=examples,
        by=viewer.user.id, begun_at=clock.now(), ended_at=None if wanted else clock.now(),
        state="running" if wanted else "done", wanted=list(wanted), results=[], chosen=dict(chosen or {}),
    )  # fmt: skip
    session.add(run)
    session.flush()
    if wanted:
        session.execute(insert(table(Job)), [job_row(JOB, revision.city, {"run": run.id})])
    note(session, viewer, f"prove_{kind}", revision, run=run.id, number=len(wanted))
    return run


def cancel(session: Session, revision: Revision, kind: str) -> None:
    """Call a run off; what is done stays to be read."""
    running = update(PROVINGS).where(
        PROVINGS.c.revision_id == revision.id, PROVINGS.c.kind == kind, PROVINGS.c.state == "running"
    )
    session.execute(running.values(state="cancelled", ended_at=clock.now()))


def progress(session: Session, office: Office, revision: Revision, kind: str) -> Progress | None:
    """Return how far the last run of a kind is, None where there was none."""
    run = _last(session, revision, kind)
    if run is None:
        return None
    current = run.digest == bundle_of(session, office, revision).digest
    if kind == EXAMPLES:
        current = current and run.examples == digest_of(examples_of(session, office, revision))
    passed = sum(bool(result.get("passed")) for result in run.results)
    return Progress(run, len(run.results), len(run.wanted), passed, current)


def _last(session: Session, revision: Revision, kind: str) -> Proving | None:
    mine = select(Proving).where(Proving.revision_id == revision.id, Proving.kind == kind)
    return session.scalars(mine.order_by(Proving.begun_at.desc(), Proving.id.desc()).limit(1)).first()


# ------------------------------------------------------------ what a worker does

One = Callable[[Session, Office, Proving, Bundle, str], Mapping[str, Any]]


def slice_of(office: Office, job: Job, kinds: Mapping[str, One]) -> Finish:
    """Carry out as many as fit into a slice, and write them down with a job for the next ones."""
    session = db.session()
    run = session.get_one(Proving, job.payload["run"])
    bundle = _bundle(session, office, run) if run.state == "running" else None
    found: list[Mapping[str, Any]] = []
    until = time.monotonic() + SLICE
    for each in run.wanted[len(run.results) :] if bundle else ():
        found.append(_safely(kinds[run.kind], session, office, run, cast(Bundle, bundle), each))
        if time.monotonic() > until:
            break
    session.rollback()

    def finish(session: Session) -> Mapping[str, Any]:
        _write(session, run.id, found)
        return {}

    return finish


def _safely(one: One, session: Session, office: Office, run: Proving, bundle: Bundle, wanted: str) -> Mapping[str, Any]:
    """Return what became of one; what fails is a result as well, so that the others have their turn."""
    try:
        return one(session, office, run, bundle, wanted)
    except WorkbenchError as error:
        return {"of": wanted, "title": wanted, "passed": False, "went": "failed", "differences": [error.message]}


def _write(session: Session, run_id: str, found: Sequence[Mapping[str, Any]]) -> None:
    run = session.get_one(Proving, run_id)
    if run.state != "running":
        return
    run.results = [*run.results, *found]
    over = len(run.results) >= len(run.wanted)
    if over or not found:
        run.state, run.ended_at = "done" if over else "cancelled", clock.now()
    else:
        again = job_row(JOB, run.city, {"run": run.id})
        session.execute(insert(table(Job)), [again | {"next_at": clock.now() + PAUSE}])
    session.flush()


def _bundle(session: Session, office: Office, run: Proving) -> Bundle | None:
    """Return the bundle a run began with, None where it is gone and the revision is another one now."""
    kept = bundle_called(office, run.digest) or bundle_of(session, office, session.get_one(Revision, run.revision_id))
    return kept if kept.digest == run.digest else None


def run_example(session: Session, office: Office, run: Proving, bundle: Bundle, path: str) -> Mapping[str, Any]:
    """Carry out one worked example."""
    example = _example(session, office, run, path)
    found = differences(session, office, bundle, path, example.content.decode())
    return {"of": path, "title": example.title, "passed": not found, "differences": found}


def differences(session: Session, office: Office, bundle: Bundle, path: str, text: str) -> list[str]:
    """Carry out an example on a draft and return what is not as it says, in words; takes seconds."""
    answer = carried_out(session, office, bundle, {"do": "scenario", "path": path, "text": text, "seconds": SECONDS})
    found = [answer["refused"]] if "refused" in answer else answer["differences"]
    unsound = bad_example(text.encode(), bundle.city_file)
    return [*found, *(f"{finding.message}{finding.remedy}" for finding in unsound)]


def _example(session: Session, office: Office, run: Proving, path: str) -> Example:
    every = examples_of(session, office, session.get_one(Revision, run.revision_id))
    found = next((one for one in every if one.path == path), None)
    if found is None:
        raise TrialRefused("这个案例已经不在了。请重新开始。")
    return found


def accepted(session: Session, office: Office, revision: Revision, path: str, text: str) -> bytes:
    """Return an example that expects what happens on the revision; raises TrialRefused where it cannot be done."""
    asked = {"do": "accept", "path": path, "text": text, "seconds": SECONDS}
    answer = carried_out(session, office, bundle_of(session, office, revision), asked)
    if "refused" in answer:
        raise TrialRefused(answer["refused"])
    return str(answer["text"]).encode()
