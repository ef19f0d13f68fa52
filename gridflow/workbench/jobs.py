"""What workers do for the workbench."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from gridflow.cases.jobs import Finish, Handler
from gridflow.cases.office import Office
from gridflow.engine.models import Job
from gridflow.workbench.publishing import orders, restoring
from gridflow.workbench.publishing.publications import JOB, take_effect
from gridflow.workbench.trying.proving import EXAMPLES, HISTORY, run_example, slice_of
from gridflow.workbench.trying.proving import JOB as PROVE
from gridflow.workbench.trying.replays import replay_case

KINDS = {EXAMPLES: run_example, HISTORY: replay_case}


def begin_version(office: Office, job: Job) -> Finish:
    """Put an approved revision in force on its day."""

    def finish(session: Session) -> Mapping[str, Any]:
        take_effect(session, office, job.payload["publication"])
        return {}

    return finish


def prove(office: Office, job: Job) -> Finish:
    """Carry on with a run of worked examples, or of cases of the past, on a revision."""
    return slice_of(office, job, KINDS)


HANDLERS: Mapping[str, Handler] = {
    JOB: begin_version,
    PROVE: prove,
    orders.JOB: orders.set_order,
    restoring.JOB: restoring.set_restoration_order,
}
