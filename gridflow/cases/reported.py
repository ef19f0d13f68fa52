"""A case as whoever reported it reads it: his own words, the steps in plain words, the outcome and what is sent to him.

Nothing of the work inside: no limits, reminders, internal documents or diagrams.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.covering import cover, own_values
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.models import Attachment, Case, Submission
from gridflow.cases.offering import Offered, offers_to
from gridflow.cases.office import Office
from gridflow.cases.queries import FieldValue, case_of, entries_of, field_values, instances_of, open_items
from gridflow.cases.viewer import Viewer
from gridflow.documents.models import Document
from gridflow.documents.queries import documents_of_case
from gridflow.engine.definitions import Parsed
from gridflow.people.permissions import Permission

SENT_TO_REPORTER = re.compile(r"\{#\s*送达：报送人\s*#\}")
"""How a template says in a comment whom its document is for."""
INSIDERS = frozenset({Permission.CASE_VIEW, Permission.CASE_INSPECT, Permission.TASK_COMPLETE})
PUBLIC_KINDS = frozenset({"callActivity", "userTask"})
"""What a reporter knows of the main diagram: its phases, not what happens inside them."""


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A phase of the case."""

    title: str
    at: datetime | None
    """When it was over; None while it goes on."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A document sent to whoever reported, with what was written for it."""

    id: str
    title: str
    number: str
    issued_at: datetime
    ready: bool
    says: Sequence[FieldValue]


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file the reporter handed in."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Reported:
    """Everything the page of a reporter shows."""

    case: Case
    own: Sequence[FieldValue]
    files: Sequence[OwnFile]
    steps: Sequence[PublicStep]
    letters: Sequence[Letter]
    offers: Sequence[Offered]
    """What he may still do: withdraw, rate."""


def only_reports(viewer: Viewer) -> bool:
    """Tell whether a person has nothing to do with cases but to report them."""
    return not viewer.permissions & INSIDERS


def whole_case(session: Session, viewer: Viewer, case_id: str) -> Case:
    """Return a case whose inside the viewer may see, or raise CaseUnknown."""
    if only_reports(viewer):
        raise CaseUnknown
    return case_of(session, viewer, case_id)


def handed_in_by(session: Session, viewer: Viewer, file: Attachment) -> bool:
    """Tell whether a file came from the viewer."""
    return session.get_one(Submission, file.submission_id).actor_id == viewer.user.id


def to_reporter(session: Session, office: Office, document: Document) -> bool:
    """Tell whether a document is sent to whoever reported: its template says so."""
    return bool(SENT_TO_REPORTER.search(_template(session, office, document))) and document.state != "void"


def _template(session: Session, office: Office, document: Document) -> str:
    versions = {each.id: each.version_id for each in instances_of(session, session.get_one(Case, document.case_id))}
    version = versions.get(document.instance_id or "") or next(iter(versions.values()))
    return office.engine.versions.get(session, version).bundle.templates.get(document.template, "")


def reported(session: Session, office: Office, viewer: Viewer, case_id: str) -> Reported:
    """Return a case as its reporter reads it; raises CaseUnknown."""
    case = case_of(session, viewer, case_id)
    own = own_values(session, office, viewer, case)
    return Reported(
        case=case,
        own=[value for values in own.values() for value in values],
        files=_files(session, office, viewer, case),
        steps=public_steps(session, office, case),
        letters=letters_to_reporter(session, office, case),
        offers=offers_to(session, viewer, case.id),
    )


def public_steps(session: Session, office: Office, case: Case) -> list[PublicStep]:
    """Return the phases of a case: those that are over in their order, then those that go on.

    They are what the diagrams tell (`told`); of a main diagram that tells nothing, its calls and tasks by their names.
    """
    instances = instances_of(session, case)
    telling = {each.id: _telling(office.engine.versions.get(session, each.version_id), each.slug) for each in instances}
    if not telling[instances[0].id].words:
        telling[instances[0].id] = _phases(telling[instances[0].id].parsed, instances[0].slug)
    over: list[PublicStep] = []
    for entry in entries_of(session, case):
        words = telling[entry.instance_id].words if entry.instance_id in telling else {}
        for title in (words[element] for element in entry.elements if element in words):
            if over and over[-1].title == title:
                over.pop()
            over.append(PublicStep(title, entry.at))
    waiting = (telling[item.instance_id].of(item.process_id, item.element_id) for item in open_items(session, case))
    return over + [PublicStep(title, None) for title in dict.fromkeys(filter(None, waiting))]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a procedure tells whoever reported."""

    parsed: Parsed
    words: Mapping[str, str]
    """By process/element."""

    def of(self, process_id: str, element_id: str) -> str:
        """Return what is told of an element or, first met, of a call that leads to it; empty for nothing."""
        callers, seen = _callers(self.parsed), set[str]()
        while f"{process_id}/{element_id}" not in self.words and process_id in callers and process_id not in seen:
            seen.add(process_id)
            process_id, element_id = callers[process_id]
        return self.words.get(f"{process_id}/{element_id}", "")


def _telling(parsed: Parsed, slug: str) -> _Telling:
    """Return what the diagrams of a procedure tell; nothing where its main diagram tells nothing."""
    words = {
        f"{process_id}/{node.id}": node.attributes["told"]
        for process_id in parsed.bundle.process_ids
        for node in parsed.diagrams[process_id].processes[process_id].nodes.values()
        if "told" in node.attributes
    }
    return _Telling(parsed, words if any(name.startswith(f"{slug}/") for name in words) else {})


def _phases(parsed: Parsed, slug: str) -> _Telling:
    nodes = parsed.diagrams[slug].processes[slug].nodes
    return _Telling(parsed, {f"{slug}/{node.id}": node.name for node in nodes.values() if node.kind in PUBLIC_KINDS})


def _callers(parsed: Parsed) -> Mapping[str, tuple[str, str]]:
    """Return where each process is called first: process and element."""
    found: dict[str, tuple[str, str]] = {}
    for process_id in parsed.bundle.process_ids:
        for node in parsed.diagrams[process_id].processes[process_id].nodes.values():
            if node.kind == "callActivity" and node.called:
                found.setdefault(node.called, (process_id, node.id))
    return found


def _files(session: Session, office: Office, viewer: Viewer, case: Case) -> list[OwnFile]:
    mine = select(Attachment).join(Submission, Submission.id == Attachment.submission_id)
    mine = mine.where(Attachment.case_id == case.id, Submission.actor_id == viewer.user.id)
    rows = session.scalars(mine.order_by(Attachment.id)).all()
    names = office.vault.read_many(session, case.city, {row.name_token for row in rows}) if rows else {}
    return [OwnFile(row.id, str(names.get(row.name_token, "")), row.size) for row in rows]


def letters_to_reporter(session: Session, office: Office, case: Case) -> list[Letter]:
    """Return the documents sent to whoever reported, with what was written for them: what the papers themselves say."""
    sent = [each for each in documents_of_case(session, case.city, case.id) if to_reporter(session, office, each)]
    if not sent:
        return []
    elements = {each.element_id for each in sent}
    filed = session.scalars(select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)).all()
    wanted = {row.element_id: row for row in filed if row.element_id in elements}
    values = field_values(session, office, case, list(wanted.values()), masked=False) if wanted else {}
    return [
        Letter(
            each.id, each.title, each.number, each.issued_at, each.sha256 is not None,
            _said(_template(session, office, each), values[wanted[each.element_id].id])
            if each.element_id in wanted else (),
        )
        for each in sent
    ]  # fmt: skip


def _said(template: str, values: Sequence[FieldValue]) -> list[FieldValue]:
    """Return of a form what a letter prints: beside it there are notes for the office alone."""
    return [cover(value, may=False) for value in values if f'"{value.key}"' in template]
