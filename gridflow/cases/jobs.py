"""What workers do for cases: each handler works outside, then returns what to write in the finishing transaction."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from gridflow.cases import notices
from gridflow.cases.office import Office
from gridflow.engine.models import Job

Finish = Callable[[Session], Mapping[str, Any]]
"""Writes the result of a job and returns the variables for the service task that waits for it."""
Handler = Callable[[Office, Job], Finish]


def nothing(session: Session) -> Mapping[str, Any]:
    """Write nothing."""
    return {}


def _told(tell: Callable[[Office, Job], None]) -> Handler:
    def handler(office: Office, job: Job) -> Finish:
        tell(office, job)
        return nothing

    return handler


def push(office: Office, job: Job) -> Finish:
    """Push a result to the city's platform."""
    office.platform.push(str(job.case_id), job.payload)
    return nothing


def archive(office: Office, job: Job) -> Finish:
    """Build and seal the case file."""
    return nothing


HANDLERS: Mapping[str, Handler] = {
    "tell": _told(notices.tell),
    "remind": _told(notices.remind),
    "notify": _told(notices.notify),
    "push": push,
    "archive": archive,
}


def prepare_rendering(office: Office) -> None:
    """Make this process ready to set documents."""
