"""What people handed in, as whoever judges it reads it: step, unit, person, time, fields and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gridflow.cases.covering import cover, veil, veiled
from gridflow.cases.filed import CaseFiled, Filed, case_filed
from gridflow.cases.models import Attachment, Case
from gridflow.cases.office import Office
from gridflow.cases.queries import FieldValue, hidden_name, holder_name, labelled_values
from gridflow.cases.viewer import Viewer
from gridflow.cases.wording import action_words, empty
from gridflow.db import table
from gridflow.formats import gettext as _
from gridflow.people.permissions import Permission

PICTURES = frozenset({"image/jpeg", "image/png"})
"""What a browser shows as a picture; everything else is offered under its name."""
LATEST = 2
"""How many hand-ins a task shows where its diagram does not say which, with what was asked for among them."""


ATTACHMENT = table(Attachment)
_ATTACHED = select(ATTACHMENT).where(ATTACHMENT.c.case_id == bindparam("of_case")).order_by(ATTACHMENT.c.id)
"""Made once."""


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file handed in, with where it comes from."""

    id: str
    name: str
    size: int
    picture: bool
    step: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandIn:
    """One form as it was handed in."""

    instance_id: str | None
    """None for the form that opened the case."""
    process_id: str
    element_id: str
    step: str
    unit_id: str | None
    by: str
    """Unit and person."""
    at: datetime
    values: Sequence[FieldValue]
    files: Sequence[FileShown]


@dataclass(frozen=True, slots=True)
class Facts:
    """The hand-ins of a case as a task shows them: what is to be judged, the report, and the rest."""

    shown: Sequence[HandIn]
    """Newest first, but what was asked for leads."""
    report: HandIn | None
    """What opened the case."""
    earlier: Sequence[HandIn]


def hand_ins(session: Session, office: Office, viewer: Viewer, case_id: str) -> list[HandIn]:
    """Return everything handed in, newest first, personal values covered; the viewer handles the case."""
    found = case_filed(session, office.cities, case_id)
    of_version = [(one.row, one.version_id) for one in found.forms]
    values = labelled_values(session, office, found.city, of_version, found.names, masked=False)
    files = _files(session, office, found)
    may, nothing = viewer.may(Permission.PERSONAL_REVEAL), empty()
    secret = veiled(viewer, unnamed=found.unnamed)
    return [
        HandIn(
            one.row.instance_id, one.row.process_id, one.row.element_id, _step(one), one.row.unit_id, _by(found, one),
            one.row.at,
            [
                veil(value) if secret and one.row.instance_id is None else cover(value, may=may)
                for value in values[one.row.id] if value.value != nothing
            ],
            files.get(one.row.id, ()),
        )
        for one in found.forms
    ]  # fmt: skip


def case_files(session: Session, office: Office, case: Case) -> list[FileShown]:
    """Return the files of a case, newest first."""
    found = case_filed(session, office.cities, case.id)
    files = _files(session, office, found)
    return [shown for one in found.forms for shown in files.get(one.row.id, ())]


def _step(one: Filed) -> str:
    """Return the name of the step or offer; the form that opens a case stands in no diagram."""
    return one.row.step if one.row.instance_id else action_words("open_case")


def _files(session: Session, office: Office, case: CaseFiled) -> dict[str, list[FileShown]]:
    """Return the files of submissions by submission, in two statements; in none where there are no files."""
    rows = session.execute(_ATTACHED, {"of_case": case.id}).all() if case.attached else ()
    names = office.vault.read_many(session, case.city, {row.name_token for row in rows}) if rows else {}
    origins, found = {one.row.id: one for one in case.forms}, dict[str, list[FileShown]]()
    for row in rows:
        origin, name = origins[row.submission_id], str(names.get(row.name_token, ""))
        shown = FileShown(
            row.id, name, row.size, row.media_type in PICTURES, _step(origin), _by(case, origin), origin.row.at
        )  # fmt: skip
        found.setdefault(row.submission_id, []).append(shown)
    return found


def chosen(found: Sequence[HandIn], *, named: Sequence[str], asked: HandIn | None, instance_id: str) -> Facts:
    """Return what a task shows of the hand-ins: those its diagram names, else the latest of its instance.

    What started the branch the task belongs to leads; of a step done again only the last counts, for each unit.
    """
    report = next((one for one in found if one.instance_id is None), None)
    latest = [one for one in _last_of_each(found) if one not in (report, asked) and (one.values or one.files)]
    if named:
        shown = [one for one in latest if one.element_id in named]
    else:
        here = [one for one in latest if one.instance_id == instance_id]
        shown = (here or latest)[: LATEST - bool(asked)]
    shown = [asked, *shown] if asked else shown
    rest = [one for one in found if one is not report and one not in shown and (one.values or one.files)]
    return Facts(shown, report, rest)


def _last_of_each(found: Sequence[HandIn]) -> list[HandIn]:
    last: dict[tuple[str | None, str, str | None], HandIn] = {}
    for one in found:
        last.setdefault((one.instance_id, one.element_id, one.unit_id), one)
    return list(last.values())


def _by(case: CaseFiled, one: Filed) -> str:
    """Return unit and person; of whoever reported no more than may be known. Source: N18-4, domain 6.3."""
    if one.row.actor_id and one.row.actor_id == case.reporter_id and (case.unnamed or case.reporter_kind != "staff"):
        return hidden_name() if case.unnamed else _("群众")
    return " ".join(filter(None, (one.unit, one.person or holder_name())))
