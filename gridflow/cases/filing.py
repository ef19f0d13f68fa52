"""Forms handed in: checked first, with their files on disk, then filed in the transaction of the command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from gridflow.cases.models import Attachment, Submission
from gridflow.cases.office import Office
from gridflow.db import new_id, table, together
from gridflow.feel import Functions
from gridflow.forms import Form, Option, Upload
from gridflow.vault.masking import Kind
from gridflow.vault.service import Secret

_SUBMISSIONS, _ATTACHMENTS = insert(table(Submission)), insert(table(Attachment))


@dataclass(frozen=True, slots=True)
class Handed:
    """What came in from a page: every value as typed, files by field."""

    values: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[Upload]]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file whose content is already on disk."""

    field: str
    name: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A form with everything needed to show and to check it."""

    form_id: str
    form: Form
    options: Mapping[str, Sequence[Option]]
    scope: Mapping[str, object]
    functions: Functions


@dataclass(frozen=True, slots=True)
class Ready:
    """A form that passed every check."""

    form_id: str
    public: Mapping[str, Any]
    text: Mapping[str, Any]
    personal: Mapping[str, Any]
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and by whom a form is handed in."""

    case_id: str
    city: str
    process_id: str
    element_id: str
    step: str
    at: datetime
    actor_id: str | None
    role: str | None
    unit_id: str | None
    instance_id: str | None = None


def check(office: Office, opened: Opened, handed: Handed) -> Ready:
    """Check a form and put its files on disk; raises FormInvalid with a message for each field.

    Writes nothing to the database: an orphaned file is swept later.
    """
    loaded = opened.form.load(handed.values, handed.files, opened.options, opened.scope, opened.functions)
    files = [
        StoredFile(field, upload.name, office.blobs.put(upload.content), len(upload.content), upload.mime)
        for field, uploads in loaded.files.items()
        for upload in uploads
    ]
    return Ready(opened.form_id, loaded.public, loaded.text, loaded.personal, tuple(files))


def file(session: Session, office: Office, ready: Ready, desk: Desk) -> dict[str, Any]:
    """Write a checked form and return what the audit keeps of it: tokens, commitments and hashes, no values."""
    named = [(field, value, Kind.TEXT) for field, value in ready.text.items() if value is not None]
    named += [(field, value, Kind.PERSONAL) for field, value in ready.personal.items() if value is not None]
    named += [(f"{stored.field}.name", stored.name, Kind.TEXT) for stored in ready.files]
    fields = len(named) - len(ready.files)
    submission_id = new_id()
    with together(session):
        kept = office.vault.keep_many(session, desk.city, desk.case_id, [Secret(*secret) for secret in named])
        session.execute(
            _SUBMISSIONS,
            [{
                "id": submission_id, "city": desk.city, "case_id": desk.case_id, "instance_id": desk.instance_id,
                "process_id": desk.process_id, "element_id": desk.element_id, "form_id": ready.form_id,
                "step": desk.step, "at": desk.at, "actor_id": desk.actor_id, "role": desk.role,
                "unit_id": desk.unit_id, "public": plain_values(ready.public),
                "tokens": {named[n][0]: kept[n].token for n in range(fields)},
            }],
        )  # fmt: skip
        rows = [
            {
                "id": new_id(), "city": desk.city, "case_id": desk.case_id, "submission_id": submission_id,
                "field": stored.field, "name_token": kept[fields + n].token, "sha256": stored.sha256,
                "size": stored.size, "media_type": stored.media_type,
            }
            for n, stored in enumerate(ready.files)
        ]  # fmt: skip
        if rows:
            session.execute(_ATTACHMENTS, rows)
    noted: dict[str, Any] = {"submission": submission_id, "form": ready.form_id}
    if fields:
        noted["vault"] = {named[n][0]: [kept[n].token, kept[n].commitment] for n in range(fields)}
    if rows:
        noted["files"] = [{"field": row["field"], "sha256": row["sha256"], "size": row["size"]} for row in rows]
    return noted


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON keeps them: exact numbers and instants as text."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return plain_values(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
