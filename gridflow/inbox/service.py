"""Claim, release, hand over, hand in; drafts. The caller opens the transaction."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.engine import claims
from gridflow.inbox.errors import DraftTooLong
from gridflow.inbox.models import Draft

LONGEST_DRAFT = 200_000
"""Characters; a form at its limits stays far below."""


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
    text = json.dumps({name: list(typed) for name, typed in values.items()}, ensure_ascii=False)
    if len(text) > LONGEST_DRAFT:
        raise DraftTooLong
    box, _ = office.drafts.close(text.encode(), _bound(viewer, key))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    saved = {"box": box, "saved_at": clock.now()}
    row = dialect.insert(Draft).values(user_id=viewer.user.id, key=key, **saved)
    session.execute(row.on_conflict_do_update(index_elements=["user_id", "key"], set_=saved))
    return claims.renew(session, key, viewer.actor)


def read_draft(session: Session, office: Office, viewer: Viewer, key: str) -> dict[str, list[str]] | None:
    """Return what was typed, None when there is no draft."""
    box = session.scalar(select(Draft.box).where(Draft.user_id == viewer.user.id, Draft.key == key))
    if box is None:
        return None
    values: dict[str, list[str]] = json.loads(office.drafts.open(box, _bound(viewer, key))[1])
    return values


def drop_draft(session: Session, viewer: Viewer, key: str) -> None:
    """Forget a draft, because its form was handed in."""
    session.execute(delete(Draft).where(Draft.user_id == viewer.user.id, Draft.key == key))


def _bound(viewer: Viewer, key: str) -> str:
    return f"draft/{viewer.user.id}/{key}"
