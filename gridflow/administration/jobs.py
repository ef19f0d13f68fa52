"""What workers do for operators."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from gridflow.administration.attention import tell_asked
from gridflow.administration.batches import KIND, carry_out
from gridflow.administration.requests import TELL
from gridflow.cases.jobs import Finish, Handler, told
from gridflow.cases.office import Office
from gridflow.engine.models import Job


def operate(office: Office, job: Job) -> Finish:
    """Carry out one item of a batch."""

    def finish(session: Session) -> Mapping[str, Any]:
        carry_out(session, office, job.payload["item"])
        return {}

    return finish


HANDLERS: Mapping[str, Handler] = {KIND: operate, TELL: told(tell_asked)}
