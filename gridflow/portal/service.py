"""Report something: open a case once, however often the button was pressed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.filing import Ready
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.service import open_case
from gridflow.cases.viewer import Viewer
from gridflow.engine.models import RequestSeen


def report(session: Session, office: Office, viewer: Viewer, slug: str, ready: Ready, request_id: str) -> Case:
    """Open a case with a checked start form, or return the one this request opened before.

    Two presses at the same instant meet in the primary key of the request: the second transaction fails as a whole.
    """
    seen = session.scalar(
        select(Case).join(RequestSeen, RequestSeen.case_id == Case.id).where(RequestSeen.id == request_id)
    )
    if seen is not None:
        return seen
    case = open_case(session, office, viewer, slug, ready)
    session.add(RequestSeen(id=request_id, case_id=case.id, seen_at=clock.now()))
    session.flush()
    return case
