"""What workers do for inspectors."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from gridflow.audit.verify import verify_database
from gridflow.cases.jobs import Finish, Handler
from gridflow.cases.office import Office
from gridflow.db import db
from gridflow.engine.models import Job
from gridflow.inspection.checks import KIND, note_result


def check_record(_office: Office, job: Job) -> Finish:
    """Verify the whole record, and write down what was found."""
    report = verify_database(db.session.connection())

    def finish(session: Session) -> Mapping[str, Any]:
        note_result(session, job.payload["check"], report)
        return {}

    return finish


HANDLERS: Mapping[str, Handler] = {KIND: check_record}
