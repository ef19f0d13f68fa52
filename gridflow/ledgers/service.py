"""Add an entry to a ledger, or end one. Nothing is changed or taken away."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.filing import Opened, Ready, plain_values
from gridflow.cases.office import Office
from gridflow.cases.options import options_for
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.ledgers import Ledger
from gridflow.engine.scope import Scope
from gridflow.formats import gettext as _
from gridflow.forms import Form
from gridflow.ledgers.errors import EntryEnded, NotKept
from gridflow.ledgers.models import LedgerEntry
from gridflow.ledgers.queries import entry_of, keeps
from gridflow.people.models import Unit
from gridflow.vault.masking import Kind
from gridflow.vault.service import Secret


def entry_form(session: Session, office: Office, viewer: Viewer, ledger: Ledger) -> Opened:
    """Return the form of a ledger; raises NotKept for whoever does not keep it."""
    _check_keeps(viewer, ledger)
    form = Form.read(ledger.form)
    scope = Scope({"case": {}, "city": {}}, lambda: office.engine.directory.calendar(session, viewer.city.code))
    return Opened(ledger.name, form, options_for(session, viewer, form, place=None), scope.over({}), scope.functions)


def add_entry(session: Session, office: Office, viewer: Viewer, ledger: Ledger, ready: Ready) -> LedgerEntry:
    """Enter a checked form for the unit the viewer acts for."""
    _check_keeps(viewer, ledger)
    unit = _own_unit(viewer)
    entry = LedgerEntry(
        city=viewer.city.code, ledger=ledger.name, unit_id=unit.id, unit_code=unit.code, by=viewer.user.id,
        at=clock.now(), public=plain_values(ready.public), tokens={}, until=_until(ledger, ready.public),
    )  # fmt: skip
    session.add(entry)
    session.flush()
    secrets = [Secret(key, value) for key, value in ready.text.items() if value is not None]
    secrets += [Secret(key, value, Kind.PERSONAL) for key, value in ready.personal.items() if value is not None]
    kept = office.vault.keep_many(session, entry.city, entry.id, secrets)
    entry.tokens = {secret.field: each.token for secret, each in zip(secrets, kept, strict=True)}
    _log(session, viewer, "add_to_ledger", entry, {})
    return entry


def end_entry(session: Session, viewer: Viewer, ledger: Ledger, entry_id: str, reason: str) -> None:
    """End an entry that no longer holds, or was wrong; raises EntryEnded without a reason or the second time."""
    entry = entry_of(session, viewer, ledger, entry_id)
    if not reason.strip():
        raise EntryEnded(_("请写明为什么结束这一条记录，例如“到期”“填错，已另记”。"))
    if entry.ended_at is not None:
        raise EntryEnded(_("这一条记录已经结束，不用再办。"))
    entry.ended_at, entry.ended_by, entry.reason = clock.now(), viewer.user.id, reason.strip()[:200]
    _log(session, viewer, "end_in_ledger", entry, {"reason": entry.reason})


def _check_keeps(viewer: Viewer, ledger: Ledger) -> None:
    if not keeps(viewer, ledger):
        raise NotKept(ledger.title)


def _own_unit(viewer: Viewer) -> Unit:
    own = next(post.unit_id for post in viewer.posts if post.user_id == viewer.user.id)
    return viewer.units[own]


def _until(ledger: Ledger, values: Mapping[str, Any]) -> date | None:
    found = values.get(ledger.until) if ledger.until else None
    return found if isinstance(found, date) else None


def _log(session: Session, viewer: Viewer, action: str, entry: LedgerEntry, detail: Mapping[str, object]) -> None:
    operation = Operation(
        city=entry.city, at=clock.now(), action=action, actor=viewer.user.id, subject=entry.id, case_id=None,
        detail={"ledger": entry.ledger, **detail},
    )  # fmt: skip
    log_operation(session, operation)
