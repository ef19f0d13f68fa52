"""Claim, release, hand over, keep on typing. The caller opens the transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy.orm import Session

from gridflow.cases import drafts
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.engine import claims
from gridflow.engine.errors import (
    InstanceChanged,
    InstanceOver,
    InstanceSuspended,
    OfferGone,
    WorkItemGone,
    WorkItemTaken,
)

TOO_LATE = (WorkItemTaken, WorkItemGone, InstanceChanged, InstanceOver, InstanceSuspended, OfferGone)


def claim(session: Session, office: Office, viewer: Viewer, work_item_id: str) -> None:
    """Hold a task for thirty minutes; typing renews it."""
    claims.claim(session, office.engine, work_item_id, viewer.actor)


def release(session: Session, office: Office, viewer: Viewer, work_item_id: str) -> None:
    """Give a task back to the unit."""
    claims.release(session, office.engine, work_item_id, viewer.actor)


def hand_over(session: Session, office: Office, viewer: Viewer, work_item_id: str, to_user: str, reason: str) -> None:
    """Give a task to a colleague of the same post, with a reason for the record."""
    claims.hand_over(session, office.engine, work_item_id, viewer.actor, to_user, reason)


def save_draft(session: Session, office: Office, viewer: Viewer, key: str, values: Mapping[str, Sequence[str]]) -> bool:
    """Keep what was typed so far, and renew the claim when the form is that of a task.

    Returns whether the task is still the viewer's; the draft is kept either way.
    """
    drafts.save_draft(session, office, viewer, key, values)
    return claims.renew(session, key, viewer.actor)


@contextmanager
def keeping(keep: Callable[[], object]) -> Iterator[None]:
    """Keep what was typed when the task turns out to be lost or suspended, then say so."""
    try:
        yield
    except TOO_LATE:
        keep()
        raise
