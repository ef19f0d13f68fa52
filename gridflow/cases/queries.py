"""Read a case: its header, what happened, its data, limits, files and diagrams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session, defer

from gridflow.audit.models import AuditEntry
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.keeping import is_kept
from gridflow.cases.models import Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.relations import Related, linked, nearby
from gridflow.cases.viewer import Viewer
from gridflow.cases.wording import Names, in_words, merged_rows, register_names, row_in_words
from gridflow.db import table
from gridflow.engine.definitions import Parsed
from gridflow.engine.models import Instance, Job, Limit, WorkItem
from gridflow.formats import gettext as _
from gridflow.forms import Field, Form
from gridflow.people.models import Unit, User
from gridflow.people.permissions import Permission
from gridflow.vault.service import Destroyed


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One filled field as people read it."""

    key: str
    label: str
    value: str
    kind: str
    """public, text or personal."""
    basis: Sequence[str]
    submission: str = ""
    covered: str = ""
    """What uncovers a personal value that is shown masked: ask or reason; empty where nothing is covered."""
    rows: Sequence[Sequence[tuple[str, str]]] = ()
    """Of a repeated group that holds nothing typed or personal: label and words of each row."""
    picture: str = ""
    """SVG of a field that shows a drawing; the value only says that there is one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the record, in words."""

    seq: int
    at: datetime
    action: str
    actor: str
    """A name, or 系统."""
    unit: str
    role: str
    step: str
    """The name of the task or offer; empty where the system acted."""
    values: Sequence[FieldValue]
    articles: Sequence[str]
    elements: Sequence[str]
    """The nodes passed, each as process/element."""
    changes: Mapping[str, Any]


FEW = 12
"""So many instances of one place each are told one by one on the page of a case; more are counted."""
Stored = Submission | Row[Any]
"""A submission, or a row that holds one."""
_INSTANCES = table(Instance).c
_VERSIONS = (
    select(_INSTANCES.id, _INSTANCES.slug, _INSTANCES.version_id)
    .where(_INSTANCES.case_id == bindparam("of_case"))
    .order_by(_INSTANCES.id)
)
"""Made once, and without the state of the instances."""


def hidden_name() -> str:
    """Return what whoever is named to nobody is called on screens and papers. Source: N18-4, B15-3."""
    return _("报送人（身份保密）")


def reporter_words(case: Case | Row[Any], actor_id: str | None) -> str:
    """Return what the record calls somebody in place of name, unit and post; empty where he may be named.

    A hidden reporter is named to nobody; the name of a resident is for whoever handles the case, asked for and logged.
    Source: N18-4, domain 6.3.
    """
    if actor_id is None or actor_id != case.reporter_id:
        return ""
    if unnamed(case):
        return hidden_name()
    return "" if case.reporter_kind == "staff" else _("群众")


def holder_name() -> str:
    """Return what whoever acted with the query code of a case, and no account, is called."""
    return _("报送人（凭查询码）")


def unnamed(case: Case | Row[Any]) -> bool:
    """Tell whether nobody may learn who reported a case, or the case a row holds."""
    return case.reporter_hidden


def case_of(session: Session, viewer: Viewer, case_id: str) -> Case:
    """Return a case the viewer may see, or raise CaseUnknown, for another city's as well."""
    case = session.scalar(select(Case).where(Case.id == case_id, Case.city == viewer.city.code))
    if case is None or not may_see(session, viewer, case):
        raise CaseUnknown
    return case


def may_see(session: Session, viewer: Viewer, case: Case) -> bool:
    """Tell whether a person may open a case: an inspector, its reporter, its places, a holder of one of its tasks."""
    if case.reporter_id == viewer.user.id:
        return True
    if is_kept(session, viewer, case):
        return False
    if case.handlers_only:
        return handles(session, viewer, case)
    if viewer.may(Permission.CASE_INSPECT):
        return True
    if viewer.may(Permission.CASE_VIEW) and viewer.scope.covers(case.place_code):
        return True
    return handles(session, viewer, case)


def handles(session: Session, viewer: Viewer, case: Case) -> bool:
    """Tell whether a task of the case is or was the viewer's or the viewer's unit's: handlers see personal values."""
    people = {viewer.user.id, *viewer.actor.stands_for}
    posts = [and_(WorkItem.unit_id == unit, WorkItem.role == role) for unit, role in viewer.actor.posts]
    mine = or_(WorkItem.person_id.in_(people), WorkItem.done_by == viewer.user.id, *posts)
    return session.scalar(select(WorkItem.id).where(WorkItem.case_id == case.id, mine).limit(1)) is not None


def crowded(session: Session, case: Case) -> bool:
    """Tell whether so many instances were opened for one place each that pages count them and name none."""
    parts = select(Instance.id).where(Instance.case_id == case.id, Instance.item.is_not(None)).limit(FEW + 1)
    return len(session.execute(parts).all()) > FEW


def _alone(case: Case, column: Any, *, parts: bool) -> ColumnElement[bool]:
    """Return the condition that a row belongs to no instance that is one of many; every row with `parts`."""
    many = select(Instance.id).where(Instance.case_id == case.id, Instance.item.is_not(None))
    return true() if parts else or_(column.is_(None), column.not_in(many))


def versions_of(session: Session, case: Case) -> Sequence[str]:
    """Return the versions the instances of a case run, each once."""
    return session.scalars(select(Instance.version_id).where(Instance.case_id == case.id).distinct()).all()


def instances_of(session: Session, case: Case) -> Sequence[Instance]:
    """Return the instances of a case without their state, the main one first."""
    of_case = select(Instance).where(Instance.case_id == case.id).options(defer(Instance.blob))
    found = session.scalars(of_case.order_by(Instance.id)).all()
    return sorted(found, key=lambda instance: instance.slug != case.slug)


def limits_of(session: Session, case: Case, *, parts: bool = True) -> Sequence[Limit]:
    """Return every limit the case had, oldest first; without `parts` none of those of one place each."""
    of_case = select(Limit).where(Limit.case_id == case.id, _alone(case, Limit.instance_id, parts=parts))
    return session.scalars(of_case.order_by(Limit.id)).all()


def open_items(session: Session, case: Case, *, parts: bool = True) -> Sequence[WorkItem]:
    """Return the tasks that wait now; without `parts` none of those of one place each."""
    waiting = select(WorkItem).where(WorkItem.case_id == case.id, WorkItem.status == "open")
    waiting = waiting.where(_alone(case, WorkItem.instance_id, parts=parts))
    return session.scalars(waiting.order_by(WorkItem.id)).all()


def archive_waits_for(session: Session, case: Case) -> Sequence[WorkItem]:
    """Return the open tasks that a finished case waits for before its file is sealed; empty when it does not wait."""
    if case.state == "open" or case.dossier is not None:
        return ()
    asked = select(Job.id).where(Job.case_id == case.id, Job.kind == "archive", Job.state.in_(("waiting", "claimed")))
    return open_items(session, case) if session.scalar(asked.limit(1)) else ()


def related_to(session: Session, viewer: Viewer, case: Case) -> list[Related]:
    """Return the cases linked to a case and those lately near it, without those the viewer may not see."""
    found = linked(session, case)
    known = {one.id for one in found}
    found += [one for one in nearby(session, viewer, case) if one.id not in known]
    rows = {row.id: row for row in session.scalars(select(Case).where(Case.id.in_([one.id for one in found])))}
    return [one for one in found if may_see(session, viewer, rows[one.id])]


def entries_of(session: Session, case: Case, *, parts: bool = True) -> Sequence[AuditEntry]:
    """Return the record of the case, oldest first; without `parts` none of those of one place each."""
    of_case = select(AuditEntry).where(AuditEntry.case_id == case.id, _alone(case, AuditEntry.instance_id, parts=parts))
    return session.scalars(of_case.order_by(AuditEntry.seq)).all()


def steps_of(session: Session, office: Office, case: Case, *, masked: bool, parts: bool = True) -> list[Step]:
    """Return what happened in words, oldest first; personal values masked unless the reader handles the case."""
    entries = entries_of(session, case, parts=parts)
    of_case = select(Submission).where(Submission.case_id == case.id, _alone(case, Submission.instance_id, parts=parts))
    filed = {row.id: row for row in session.scalars(of_case)}
    values = field_values(session, office, case, list(filed.values()), masked=masked)
    people = _names(session, User, {entry.actor for entry in entries if entry.actor})
    units = _names(session, Unit, {entry.unit for entry in entries if entry.unit})
    titles = {role.post: role.title for role in office.cities[case.city].roles.values()}
    steps = []
    for entry in entries:
        submission = filed.get((entry.changes.get("record") or {}).get("submission", ""))
        nobody = holder_name() if submission else _("系统")
        veil = reporter_words(case, entry.actor)
        steps.append(
            Step(
                seq=entry.seq,
                at=entry.at,
                action=entry.action,
                actor=veil or people.get(entry.actor or "", nobody),
                unit="" if veil else units.get(entry.unit or "", ""),
                role="" if veil else titles.get(entry.role or "", entry.role or ""),
                step=submission.step if submission else "",
                values=values[submission.id] if submission else (),
                articles=entry.articles,
                elements=entry.elements,
                changes=entry.changes,
            )
        )
    return steps


def field_values(
    session: Session, office: Office, case: Case, filed: Sequence[Submission], *, masked: bool
) -> dict[str, list[FieldValue]]:
    """Return the labelled values of submissions by submission id, in the order of their forms."""
    rows = session.execute(_VERSIONS, {"of_case": case.id}).all()
    versions = {row.id: row.version_id for row in rows}
    main = next((row.version_id for row in rows if row.slug == case.slug), rows[0].version_id)
    of_version = [(row, versions.get(row.instance_id or "", main)) for row in filed]
    names = register_names(session, office.cities[case.city], case.county)
    return labelled_values(session, office, case.city, of_version, names, masked=masked)


def labelled_values(
    session: Session, office: Office, city: str, filed: Sequence[tuple[Stored, str]], names: Names, *, masked: bool
) -> dict[str, list[FieldValue]]:
    """Return the labelled values of submissions, each with the version that holds its form, by submission id."""
    tokens = {token for row, _version in filed for token in row.tokens.values()}
    read = office.vault.masked_many if masked else office.vault.read_many
    opened: Mapping[str, Any] = read(session, city, tokens) if tokens else {}
    return {
        row.id: list(_labelled(_form(office.engine.versions.get(session, version_id), row.form_id), row, opened, names))
        for row, version_id in filed
    }


def _labelled(form: Form | None, row: Stored, opened: Mapping[str, Any], names: Names) -> Sequence[FieldValue]:
    found = []
    for field in form.fields if form else ():
        parts = [opened.get(row.tokens[field.key])] if field.key in row.tokens else []
        parts += [row.public[field.key]] if row.public.get(field.key) is not None else []
        gone = next((part for part in parts if isinstance(part, Destroyed)), None)
        parts = [part for part in parts if part is not gone]
        if parts or gone:
            value = merged_rows(parts) if field.kind == "dynamiclist" else next(iter(parts), None)
            words = in_words(field, value, names) if parts else ""
            kind = "text" if gone else field.class_  # what is destroyed names nobody
            found.append(_drawn(field, row, names, f"{words}{gone or ''}", kind))
    return found


def _drawn(field: Field, row: Stored, names: Names, words: str, kind: str) -> FieldValue:
    shown = FieldValue(field.key, field.label, words, kind, field.basis, row.id)
    if field.picture and words.startswith("<svg "):
        return replace(shown, value=_("（见图）"), picture=words)
    return replace(shown, rows=_rows_of(field, row, names)) if field.kind == "dynamiclist" else shown


def _rows_of(field: Field, row: Stored, names: Names) -> list[list[tuple[str, str]]]:
    """Return the rows of a repeated group in words; none where the vault holds a part of them."""
    if field.key in row.tokens:
        return []
    return [row_in_words(field, each, names) for each in row.public.get(field.key) or ()]


def _form(parsed: Parsed, form_id: str) -> Form | None:
    content = parsed.bundle.form(form_id)
    return Form.read(content) if content else None


def bare(element: str) -> str:
    """Return the id of an element without its process, as the record names it: handling/dispatch is dispatch."""
    return element.rpartition("/")[2]


def _names(session: Session, table: type[User] | type[Unit], ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(table.id, table.name).where(table.id.in_(ids)))}
