"""Drafts of forms that are not handed in yet: sealed like the vault, since they may hold anything."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.errors import DraftTooLong
from gridflow.cases.models import Draft
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import table

_DRAFTS = table(Draft)
_DROP = delete(_DRAFTS).where(_DRAFTS.c.user_id == bindparam("user"), _DRAFTS.c.key == bindparam("form"))
LONGEST_DRAFT = 200_000
"""Characters; a form at its limits stays far below."""


def save_draft(session: Session, office: Office, viewer: Viewer, key: str, values: Mapping[str, Sequence[str]]) -> None:
    """Keep what was typed so far; the key names the task, the offer or the procedure."""
    text = json.dumps({name: list(typed) for name, typed in values.items()}, ensure_ascii=False)
    if len(text) > LONGEST_DRAFT:
        raise DraftTooLong
    box, _ = office.drafts.close(text.encode(), _bound(viewer, key))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    saved = {"box": box, "saved_at": clock.now()}
    row = dialect.insert(Draft).values(user_id=viewer.user.id, key=key, **saved)
    session.execute(row.on_conflict_do_update(index_elements=["user_id", "key"], set_=saved))


def read_draft(session: Session, office: Office, viewer: Viewer, key: str) -> dict[str, list[str]] | None:
    """Return what was typed, None when there is no draft."""
    if not viewer.drafts:
        return None
    box = session.scalar(select(Draft.box).where(Draft.user_id == viewer.user.id, Draft.key == key))
    if box is None:
        return None
    values: dict[str, list[str]] = json.loads(office.drafts.open(box, _bound(viewer, key))[1])
    return values


def saved_at(session: Session, viewer: Viewer, key: str) -> datetime | None:
    """Return when a draft was last saved, None when there is none."""
    return session.scalar(select(Draft.saved_at).where(Draft.user_id == viewer.user.id, Draft.key == key))


def drop_draft(session: Session, viewer: Viewer, key: str) -> None:
    """Forget a draft, because its form was handed in."""
    if viewer.drafts:
        session.execute(_DROP, {"user": viewer.user.id, "form": key})


def _bound(viewer: Viewer, key: str) -> str:
    return f"draft/{viewer.user.id}/{key}"
