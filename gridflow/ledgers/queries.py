"""Read ledgers: those of a city, and the entries a person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.cases.wording import in_words, merged_rows, register_names
from gridflow.catalogue.ledgers import Ledger
from gridflow.forms import Field, Form
from gridflow.ledgers.errors import LedgerUnknown
from gridflow.ledgers.models import LedgerEntry
from gridflow.people.models import Unit, User

PAGE = 50
SOON = timedelta(days=30)
Holding = Literal["holds", "soon", "over", "ended"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in words."""

    id: str
    values: Sequence[tuple[str, str]]
    """Label and value of what was filled in, in the order of the form; personal values masked for others."""
    unit: str
    by: str
    at: datetime
    holding: Holding
    """soon: it runs out within 30 days; over: it has; ended: somebody ended it."""
    until: date | None
    reason: str
    """Why it was ended."""
    may_end: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Fifty entries, the newest first."""

    items: Sequence[Entry]
    page: int
    more: bool


def ledger_of(office: Office, viewer: Viewer, name: str) -> Ledger:
    """Return a ledger of the viewer's city; raises LedgerUnknown."""
    found = next((each for each in office.ledgers[viewer.city.code] if each.name == name), None)
    if found is None:
        raise LedgerUnknown
    return found


def keeps(viewer: Viewer, ledger: Ledger) -> bool:
    """Tell whether the viewer adds and ends entries."""
    return bool(viewer.roles & set(ledger.keepers))


def entry_page(session: Session, office: Office, viewer: Viewer, ledger: Ledger, page: int) -> EntryPage:
    """Return entries of the viewer's places."""
    mine = viewer.scope.within(LedgerEntry.city, LedgerEntry.unit_code)
    rows = session.execute(
        select(LedgerEntry, Unit.name.label("unit"), User.name.label("by"))
        .join(Unit, Unit.id == LedgerEntry.unit_id)
        .join(User, User.id == LedgerEntry.by)
        .where(LedgerEntry.ledger == ledger.name, mine)
        .order_by(LedgerEntry.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()
    entries = [row.LedgerEntry for row in rows[:PAGE]]
    values = _values(session, office, viewer, ledger, entries)
    items = [
        Entry(
            row.LedgerEntry.id, values[row.LedgerEntry.id], row.unit, row.by, row.LedgerEntry.at,
            _holding(row.LedgerEntry), row.LedgerEntry.until, row.LedgerEntry.reason or "",
            may_end=row.LedgerEntry.ended_at is None and _kept_here(viewer, ledger, row.LedgerEntry),
        )
        for row in rows[:PAGE]
    ]  # fmt: skip
    return EntryPage(items, page, len(rows) > PAGE)


def entry_of(session: Session, viewer: Viewer, ledger: Ledger, entry_id: str) -> LedgerEntry:
    """Return an entry the viewer may end; raises LedgerUnknown."""
    mine = select(LedgerEntry).where(
        LedgerEntry.id == entry_id, LedgerEntry.city == viewer.city.code, LedgerEntry.ledger == ledger.name
    )
    found = session.scalar(mine)
    if found is None or not _kept_here(viewer, ledger, found):
        raise LedgerUnknown
    return found


def _kept_here(viewer: Viewer, ledger: Ledger, entry: LedgerEntry) -> bool:
    return keeps(viewer, ledger) and entry.unit_id in viewer.scope.unit_ids


def _holding(entry: LedgerEntry) -> Holding:
    if entry.ended_at is not None:
        return "ended"
    if entry.until is None or entry.until > clock.today() + SOON:
        return "holds"
    return "over" if entry.until < clock.today() else "soon"


def _values(
    session: Session, office: Office, viewer: Viewer, ledger: Ledger, entries: Sequence[LedgerEntry]
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return labelled values by entry: the viewer's own units' in full, personal ones of others masked."""
    form, city = Form.read(ledger.form), viewer.city.code
    names = register_names(session, viewer.city, viewer.city.division)
    opened = office.vault.read_many(session, city, [token for each in entries for token in each.tokens.values()])
    hidden = [
        token
        for each in entries if not _kept_here(viewer, ledger, each)
        for field in form.fields if field.class_ == "personal" and (token := each.tokens.get(field.key))
    ]  # fmt: skip
    opened |= office.vault.masked_many(session, city, hidden)
    return {each.id: list(_filled(form.fields, each, opened, names)) for each in entries}


def _filled(
    fields: Sequence[Field], entry: LedgerEntry, opened: Mapping[str, Any], names: Any
) -> list[tuple[str, str]]:
    found = []
    for field in fields:
        parts = [opened.get(entry.tokens[field.key])] if field.key in entry.tokens else []
        parts += [entry.public[field.key]] if entry.public.get(field.key) is not None else []
        if parts:
            value = merged_rows(parts) if field.kind == "dynamiclist" else parts[0]
            found.append((field.label, in_words(field, value, names)))
    return found
