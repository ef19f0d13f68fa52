"""A running limit as pages show it: what it is called, until when, and on what basis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gridflow import clock
from gridflow.cases.due import amount_words
from gridflow.engine.models import Limit
from gridflow.formats import bare_basis
from gridflow.formats import gettext as _


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit that runs now."""

    title: str
    due: datetime
    first_due: datetime
    amount_words: str
    unit: str
    """In what it counts: WD, WH, H or M."""
    basis: str
    provisional: bool
    overdue: bool
    paused: bool


def standing(row: Limit) -> str:
    """Return how a limit stands or ended: one cut off when its time was up has expired, not been dropped."""
    if row.outcome == "dropped" and row.ended_at and row.due <= row.ended_at:
        return "expired"
    return row.outcome or ("paused" if row.paused_at else "running")


def limit_shown(row: Limit, titles: Mapping[str, str], step: str) -> LimitShown:
    """Return a limit under the name its procedure gives it, else that of the step that waits under it."""
    return LimitShown(
        title=titles.get(row.name) or (_("%(step)s时限", step=step) if step else _("办理时限")),
        due=row.due,
        first_due=row.first_due,
        amount_words=amount_words(row.amount, row.unit),
        unit=row.unit,
        basis=bare_basis(row.basis),
        provisional=row.provisional,
        overdue=row.ended_at is None and row.due < clock.now(),
        paused=row.paused_at is not None,
    )
