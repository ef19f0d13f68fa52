"""What workers do for the workbench."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from gridflow.cases.jobs import Finish, Handler
from gridflow.cases.office import Office
from gridflow.engine.models import Job
from gridflow.workbench.publishing import JOB, take_effect


def begin_version(office: Office, job: Job) -> Finish:
    """Put an approved revision in force on its day."""

    def finish(session: Session) -> Mapping[str, Any]:
        take_effect(session, office, job.payload["publication"])
        return {}

    return finish


HANDLERS: Mapping[str, Handler] = {JOB: begin_version}
