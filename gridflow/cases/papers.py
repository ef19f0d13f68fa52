"""Documents of a case: what is frozen at signing, and the full values when a worker sets them.

Narrative and personal values never enter a document row: it names the submissions, and the worker opens the vault.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridflow.audit.models import AuditEntry
from gridflow.bpmn import Node
from gridflow.cases.covering import veil
from gridflow.cases.filing import plain_values
from gridflow.cases.limits import standing
from gridflow.cases.models import Attachment, Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.organs import acting_unit, issuer, place_name
from gridflow.cases.queries import FieldValue, field_values, hidden_name, holder_name, unnamed
from gridflow.cases.states import STATES
from gridflow.cases.wording import Names, register_names
from gridflow.documents.models import Document
from gridflow.documents.numbering import FROM_THE_CASE
from gridflow.documents.service import Issue, issue
from gridflow.engine.actions import Call, Result
from gridflow.engine.errors import ActionInvalid
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Limit
from gridflow.engine.turn import Turn
from gridflow.formats import on_paper
from gridflow.people.models import Unit, UnitKind, User
from gridflow.registers.queries import grid_by_code

RESIDENT = "群众"
_TITLE = re.compile(r"\A\{#\s*(?P<title>.+?)\s*#\}")
"""The first line of a template says in a comment what the document is called."""


def issue_on_passing(turn: Turn, node: Node) -> None:
    """Issue the documents a completed node names, unless a later document of the command had them issued before."""
    names = node.attributes["document"].split()
    notes = turn.effects.changes.get("documents", ())
    issued = sum(note["element"] == node.id for note in notes)
    passes = max(1, sum(passed.id == node.id for _, passed in turn.passed()))  # a retry passes nothing
    if issued < len(names) * passes:
        for name in names:
            _issue(turn, node, name, turn.run.data_at(node.id))


def issue_document(call: Call) -> Result:
    """Issue the document an action names, after those of the nodes completed before it: papers are filed by time."""
    turn = call.turn
    jobs, notes = len(turn.effects.jobs), len(turn.effects.changes.get("documents", ()))
    try:
        for _, node in turn.passed():
            if node.attributes.get("document"):
                issue_on_passing(turn, node)
        _issue(turn, call.node, call.text("document"), call.data)
    except Exception:  # whatever it is: the rows go back with the savepoint, so must what was noted of them
        del turn.effects.jobs[jobs:], turn.effects.changes.get("documents", [])[notes:]
        raise
    return {}


def _issue(turn: Turn, node: Node, name: str, seen: Mapping[str, object]) -> None:
    """Issue a document with what its node saw: in a called process more than the main one knows."""
    bundle, facts = turn.parsed.bundle, turn.facts
    template = bundle.document(name)
    if template is None:
        raise ActionInvalid(f"环节“{node.name}”要印发的文书“{name}”没有模板，请在 templates/documents 中补充。")
    number = bundle.city_file.numbers.get(name)
    pattern = number.pattern if number else FROM_THE_CASE
    unit_id = acting_unit(turn.session, facts.case_id, node.id, turn.actor.user_id, turn.actor.unit_id)
    organ = issuer(turn.session, bundle.city_file, facts.units, unit_id)
    document = issue(
        turn.session,
        Issue(
            city=facts.city, county_code=facts.county, case_id=facts.case_id, case_number=facts.number, kind=name,
            title=document_title(bundle.templates[template], name), template=template, template_digest=bundle.digest,
            inputs={**_frozen(turn, seen), "document": {"unit": organ.name}}, issued_at=turn.instant,
            issued_by=turn.actor.user_id, organ=organ.code, area=facts.county, mark=organ.mark, pattern=pattern,
            instance_id=turn.instance_id, element_id=node.id,
        ),
    )  # fmt: skip
    turn.note("documents", {"document": name, "number": document.number, "element": node.id})
    where = {"case_id": facts.case_id, "instance_id": turn.instance_id}
    turn.effects.jobs.append(job_row("render", facts.city, {"document": document.id, "element": node.id}, **where))


def _frozen(turn: Turn, seen: Mapping[str, object]) -> dict[str, Any]:
    filed = turn.session.scalars(
        select(Submission.id).where(Submission.case_id == turn.facts.case_id).order_by(Submission.id)
    )
    limits = [
        {
            "name": row.name, "start": row.started_at.isoformat(), "due": row.due.isoformat(),
            "first_due": row.first_due.isoformat(), "amount": str(row.amount), "unit": row.unit, "basis": row.basis,
            "state": standing(row),
        }
        for row in _limits(turn)
    ]  # fmt: skip
    return {
        "submissions": list(filed),
        "public": plain_values({**turn.run.data, **seen}),
        "limits": limits,
    }


def _limits(turn: Turn) -> list[Limit]:
    """Return every limit the case had, oldest first: those of earlier dispatches as well."""
    known = {row.id: row for row in turn.limits.rows}
    of_case = select(Limit).where(Limit.case_id == turn.facts.case_id, Limit.id.not_in(known))
    return sorted([*turn.session.scalars(of_case), *known.values()], key=lambda row: row.id)


# ------------------------------------------------------------ values for a template


class Papers:
    """Everything a template or a dossier may print of one case."""

    masked = False
    """Whether the vault stays shut."""

    def __init__(self, session: Session, office: Office, case: Case) -> None:
        """Take the case; registers are read at once, the rest when asked for."""
        self.session = session
        self.office = office
        self.case = case
        self.city = office.cities[case.city]
        self.names: Names = register_names(session, self.city, case.county)

    @on_paper()
    def values(self, document: Document, forms: Mapping[str, str]) -> dict[str, Any]:
        """Return the values of one document as frozen at signing, with the vault opened; forms has limit labels."""
        frozen = document.inputs
        filed = self._filed(frozen["submissions"])
        values = {**frozen["public"], **self.latest(filed)}
        return {
            **self.common(values, filed),
            "document": {
                **frozen["document"],
                "issued_by": self.name(document.issued_by),
            },
            "values": values,
            "limits": [{**limit, "label": forms.get(limit["name"], limit["name"])} for limit in frozen["limits"]],
            "reminders": self.reminders(document.issued_at),
        }

    def reminders(self, until: datetime) -> list[datetime]:
        """Return when somebody was reminded of a limit of the case, oldest first, up to an instant."""
        entry = AuditEntry
        reminded = select(entry.at).where(entry.case_id == self.case.id, entry.action == "remind", entry.at <= until)
        return list(self.session.scalars(reminded.order_by(entry.seq)))

    def common(self, values: Mapping[str, Any], filed: Sequence[Submission]) -> dict[str, Any]:
        """Return what documents and dossiers share."""
        return {
            "city": {
                "code": self.city.code, "name": self.city.name, "law_title": self.city.ordinance.title,
                "organ": {"name": self.city.organ.name, **self.city.organ.details},
                "office": self.city.office, "staff": self.city.staff, "switches": dict(self.city.switches),
            },
            "case": self.facts(values),
            "steps": self.steps(filed),
            "units": self.names["handling_units"],
            "articles": {
                code: {"heading": article.heading, "text": article.text}
                for code, article in self.city.ordinance.articles.items()
            },
            "bases": self.city.bases,
            "attachments": self.attachments(filed),
            "people": {},
        }  # fmt: skip

    def facts(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the head of the case in words."""
        case = self.case
        units: dict[str | None, str] = {unit.id: place_name(self.city, unit) for unit in self._units()}
        grid = grid_by_code(self.session, case.city, case.grid_code) if case.grid_code else None
        reporter = self.name(case.reporter_id) if case.reporter_kind == "staff" else RESIDENT
        return {
            "number": case.number, "query_code": case.query_code, "title": case.title,
            "state": STATES[case.state], "opened_at": case.opened_at,
            "closed_at": case.closed_at, "grid_code": case.grid_code or "", "grid_name": grid.name if grid else "",
            "village": units.get(case.village_id, ""), "town": units.get(case.town_id, ""),
            "county": units.get(case.county_id, ""),
            "level": case.level, "urgency": case.urgency,
            "category": self.names["categories"].get(case.category or "", case.category),
            "matter_code": case.matter_code, "matter_name": self.names["matters"].get(case.matter_code or "", ""),
            "place": values.get("location_text") or case.place, "description": values.get("description") or "",
            "channel": case.channel, "reporter": reporter,
        }  # fmt: skip

    def steps(self, filed: Sequence[Submission]) -> list[dict[str, Any]]:
        """Return what people handed in, oldest first, labelled and in words."""
        labelled = field_values(self.session, self.office, self.case, filed, masked=self.masked)
        units = {unit.id: unit.name for unit in self._units()}
        titles = {role.post: role.title for role in self.city.roles.values()}
        return [
            {
                "element": row.element_id, "name": row.step, "actor": self._handed_in(row), "at": row.at,
                "role": "" if self._unplaced(row) else titles.get(row.role or "", ""),
                "unit": "" if self._unplaced(row) else units.get(row.unit_id or "", ""),
                "values": [labelled_value(self._veiled(row, value)) for value in labelled[row.id]], "articles": [],
            }
            for row in filed
        ]  # fmt: skip

    def _unplaced(self, row: Submission) -> bool:
        """Tell whether no post and unit are said: those of a hidden reporter; a resident acts for no unit."""
        case = self.case
        return row.actor_id == case.reporter_id and (unnamed(case) or case.reporter_kind != "staff")

    def _veiled(self, row: Submission, value: FieldValue) -> FieldValue:
        """Keep out of every paper whose case it is, where that is to be secret."""
        return veil(value) if unnamed(self.case) and row.instance_id is None else value

    def attachments(self, filed: Sequence[Submission]) -> list[dict[str, Any]]:
        """Return the files handed in with some forms, oldest first: own names, step, person and instant."""
        forms = {row.id: row for row in filed}
        of_case = select(Attachment).where(Attachment.case_id == self.case.id).order_by(Attachment.id)
        rows = [row for row in self.session.scalars(of_case) if row.submission_id in forms]
        tokens = [] if self.masked else [row.name_token for row in rows]
        names = self.office.vault.read_many(self.session, self.case.city, tokens)
        return [
            {
                "name": str(names.get(row.name_token, "附件")), "size": row.size, "sha256": row.sha256,
                "media_type": row.media_type, "step": forms[row.submission_id].step,
                "by": self._handed_in(forms[row.submission_id]), "at": forms[row.submission_id].at,
                "destroyed": row.destroyed_at is not None,
            }
            for row in rows
        ]  # fmt: skip

    def name(self, user_id: str | None) -> str:
        """Return the name of a member of staff, 群众 for the resident who reported, 系统 where nobody acted."""
        if user_id is None:
            return "系统"
        if user_id == self.case.reporter_id and self.case.reporter_kind != "staff":
            return RESIDENT
        if unnamed(self.case) and user_id == self.case.reporter_id:
            return hidden_name()
        return self.session.scalar(select(User.name).where(User.id == user_id)) or ""

    def _handed_in(self, row: Submission) -> str:
        return self.name(row.actor_id) if row.actor_id else holder_name()

    def _filed(self, ids: Sequence[str]) -> list[Submission]:
        rows = self.session.scalars(select(Submission).where(Submission.id.in_(ids)).order_by(Submission.id))
        return list(rows)

    def latest(self, filed: Sequence[Submission]) -> dict[str, Any]:
        """Return the newest value of every field handed in, the vault opened."""
        tokens = {field: token for row in filed for field, token in row.tokens.items()}
        read = self.office.vault.read_many(self.session, self.case.city, tokens.values())
        public = {field: value for row in filed for field, value in row.public.items()}
        return {**public, **{field: read.get(token) for field, token in tokens.items()}}

    def _units(self) -> Sequence[Unit]:
        case = self.case
        place = (case.village_id, case.town_id, case.county_id, case.city_id)
        handling = Unit.kind == UnitKind.HANDLING
        return self.session.scalars(select(Unit).where(Unit.city == case.city, or_(Unit.id.in_(place), handling))).all()


def labelled_value(value: FieldValue) -> dict[str, Any]:
    """Return a field as templates want it."""
    return {
        "key": value.key, "label": value.label, "value": value.value, "basis": " ".join(value.basis),
        "kind": value.kind,
    }  # fmt: skip


def document_title(template: str, name: str) -> str:
    """Return what a document is called: the comment its template begins with, else its name."""
    found = _TITLE.match(template)
    return found["title"] if found else name
