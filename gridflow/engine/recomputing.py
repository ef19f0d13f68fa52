"""Due instants worked out again after a calendar changed: from the start, through everything that moved them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from gridflow.audit.queries import entries
from gridflow.calendars import Calendar
from gridflow.engine.models import Limit
from gridflow.engine.reckoning import NATURAL, reckon, resumed
from gridflow.engine.turn import Turn

Note = Mapping[str, Any]


def recompute(turn: Turn) -> bool:
    """Move every open limit to where the present calendar puts it, and tell whether any moved.

    The first due instant stays. What happened to a limit is read from the record of its case.
    """
    changed = False
    open_rows = [row for row in turn.limits.rows if row.ended_at is None and row.unit not in NATURAL]
    stale = [row for row in open_rows if row.calendar_version != turn.calendar.version]
    history = _history(turn) if stale else {}
    for row in stale:
        due = _replayed(turn.calendar, row, history.get(row.id, ()))
        changed = turn.limits.recomputed(row, due) or changed
    return changed


def _history(turn: Turn) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for entry in entries(turn.session, turn.facts.city, turn.facts.case_id):
        for note in entry.changes.get("limits", ()):
            found.setdefault(note["id"], []).append({**note, "at": entry.at})
    return found


def _replayed(calendar: Calendar, row: Limit, notes: Iterable[Note]) -> datetime:
    due = row.due
    for note in notes:
        if "until" in note:
            due = datetime.fromisoformat(note["until"])
        elif note["what"] == "started":
            due = reckon(calendar, row.started_at, row.amount, row.unit)
        elif note["what"] == "extended":
            due = calendar.add_working_days(due, Decimal(note["days"]))
        elif note["what"] == "restarted":
            due = resumed(calendar, row.unit, datetime.fromisoformat(note["paused_at"]), note["at"], due)
    return due
