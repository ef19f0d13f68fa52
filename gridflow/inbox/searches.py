"""Searches that somebody keeps under a name. The caller opens the transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select
from sqlalchemy.orm import Session

from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.inbox.errors import TooManySearches
from gridflow.inbox.models import SavedSearch

_SAVED = table(SavedSearch)
_OWN = select(_SAVED).where(_SAVED.c.user_id == bindparam("me")).order_by(_SAVED.c.id)
MOST = 20
"""What fits beside the list."""


def saved_searches(session: Session, viewer: Viewer) -> Sequence[Row[Any]]:
    """Return the viewer's own, oldest first, with the columns of the table."""
    return session.execute(_OWN, {"me": viewer.user.id}).all()


def save_search(session: Session, viewer: Viewer, name: str, box: str, search: str) -> None:
    """Keep a search; one of the same name is replaced. Raises TooManySearches."""
    own = SavedSearch.user_id == viewer.user.id
    session.execute(delete(SavedSearch).where(own, SavedSearch.name == name))
    if (session.scalar(select(func.count()).select_from(SavedSearch).where(own)) or 0) >= MOST:
        raise TooManySearches(MOST)
    session.add(SavedSearch(user_id=viewer.user.id, name=name, box=box, search=search))


def drop_search(session: Session, viewer: Viewer, search_id: str) -> None:
    """Forget one of the viewer's searches; nothing happens when it is gone already."""
    session.execute(delete(SavedSearch).where(SavedSearch.user_id == viewer.user.id, SavedSearch.id == search_id))
