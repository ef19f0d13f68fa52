"""What the preview of a document prints: a case without names or typed words, or examples; never opens the vault."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.filing import plain_values
from gridflow.cases.keeping import open_to
from gridflow.cases.limits import standing
from gridflow.cases.models import Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.papers import Papers, document_title
from gridflow.cases.queries import limits_of
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.catalogue.bases import Bases
from gridflow.documents.anonymity import with_role_words
from gridflow.documents.models import Document
from gridflow.engine.models import Instance
from gridflow.forms import Field, Form
from gridflow.people.models import Unit, UnitKind
from gridflow.vault.masking import HIDDEN
from gridflow.workbench.editing.expressions import CaseUnfit
from gridflow.workbench.editing.knowing import form_titles

TYPED = "（办理人员填写的文字，预览时不显示，只占位置。）"
WHO = "（姓名）"
CODE = "＊＊＊＊＊＊＊＊"
NUMBER = "示例〔2026〕1号"
EXAMPLE = "示例"


class Covered(Papers):
    """The papers of a case as somebody may see them who answers for the procedure, not for the case."""

    masked = True

    def steps(self, filed: Sequence[Submission]) -> list[dict[str, Any]]:
        """Return what was handed in: people by role words, typed words by their place."""
        found = with_role_words(super().steps(filed)) if filed else []
        return [
            {**step, "actor": step["role"] or WHO, "values": [_covered(value) for value in step["values"]]}
            for step in found
        ]

    def latest(self, filed: Sequence[Submission]) -> dict[str, Any]:
        """Return the newest value of every field; what lies in the vault reads as in the steps."""
        shown = {value["key"]: value["value"] for step in self.steps(filed) for value in step["values"]}
        public = {field: value for row in filed for field, value in row.public.items()}
        return {**public, **{field: shown.get(field, TYPED) for row in filed for field in row.tokens}}

    def facts(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the head of the case without what leads to whoever reported it."""
        return {**super().facts(values), "query_code": CODE}

    def attachments(self, filed: Sequence[Submission]) -> list[dict[str, Any]]:
        """Return the files handed in, by number."""
        found = super().attachments(filed)
        return [{**file, "name": f"附件 {number}", "by": WHO} for number, file in enumerate(found, 1)]

    def name(self, user_id: str | None) -> str:
        """Return the word that stands for every name."""
        return WHO if user_id else super().name(user_id)


def printed_of_case(
    session: Session, office: Office, viewer: Viewer, bundle: Bundle, template: str, number: str
) -> dict[str, Any]:
    """Return the values of a document for a case of the viewer's city; raises CaseUnfit."""
    mine = select(Case).where(Case.number == number, Case.city == viewer.city.code, open_to(viewer))
    case = session.scalar(mine.where(Case.reporter_hidden.is_(False)))
    ran = select(Instance.id).where(Instance.slug == bundle.slug, Instance.case_id == (case.id if case else ""))
    instance = session.scalar(ran.order_by(Instance.opened_at.desc()).limit(1))
    if case is None or instance is None:
        raise CaseUnfit(f"没有办过“{bundle.title}”的案件 {number[:40]}，或者它不能用来预览。请换一件。")
    rows = session.scalars(select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)).all()
    inputs = {
        "submissions": [row.id for row in rows],
        "public": plain_values(office.engine.look_back(session, instance, viewer.actor).run.data),
        "limits": [
            {
                "name": row.name, "start": row.started_at, "due": row.due, "first_due": row.first_due,
                "amount": str(row.amount), "unit": row.unit, "basis": row.basis, "state": standing(row),
            }
            for row in limits_of(session, case)
        ],
        "document": _facts(bundle, template),
    }  # fmt: skip
    paper = Document(inputs=inputs, issued_at=clock.now(), issued_by=viewer.user.id)
    return _portable(Covered(session, office, case).values(paper, bundle.manifest.limits))


def printed_example(session: Session, office: Office, viewer: Viewer, bundle: Bundle, template: str) -> dict[str, Any]:
    """Return the values of a document with an example in every field, where no case was ever handled."""
    city = session.scalars(select(Unit).where(Unit.city == bundle.city, Unit.kind == UnitKind.CITY_OFFICE)).first()
    case = Case(
        id="", city=bundle.city, county=bundle.city_file.division, number="SJ-000000-20260101-00001-1", query_code=CODE,
        slug=bundle.slug, title=f"{bundle.title}（{EXAMPLE}）", state="open", place_code="", place="示例路 1 号",
        city_id=city.id if city else "", channel="patrol", reporter_kind="staff", reporter_id=viewer.user.id,
        opened_at=clock.now() - timedelta(days=3), level="L3", urgency="normal", reporter_hidden=False,
    )  # fmt: skip
    titles = form_titles(bundle)
    forms = {name: Form.read(content) for name, content in bundle.forms.items() if name in titles}
    values = {field.key: _example(field) for form in forms.values() for field in form.fields}
    steps = [
        {
            "element": name, "name": titles[name], "actor": WHO, "role": WHO, "unit": EXAMPLE + "单位",
            "at": clock.now() - timedelta(days=2), "articles": [],
            "values": [
                {
                    "key": field.key, "label": field.label, "value": _example(field), "kind": field.class_,
                    "basis": " ".join(field.basis),
                }
                for field in form.fields
            ],
        }
        for name, form in forms.items()
    ]  # fmt: skip
    common = Covered(session, office, case).common(values, [])
    now = clock.now()
    limits = [
        {
            "name": name, "label": title, "start": now, "due": now + timedelta(days=2),
            "first_due": now + timedelta(days=2), "amount": "2", "unit": "WD", "basis": EXAMPLE, "state": "running",
        }
        for name, title in bundle.manifest.limits.items()
    ]  # fmt: skip
    document = {**_facts(bundle, template), "issued_by": WHO}
    more = {"document": document, "values": values, "limits": limits, "steps": steps, "reminders": []}
    return _portable({**common, **more})


def _portable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values without what belongs to this process alone: registers read on demand, sealed tables."""
    return {key: _carried(values[key]) for key in values}


def _carried(value: Any) -> Any:
    if isinstance(value, Bases):
        return Bases(dict(value.rows))
    if isinstance(value, Mapping):
        return _portable(value)
    if isinstance(value, list | tuple):
        return [_carried(item) for item in value]
    return value


def _facts(bundle: Bundle, template: str) -> dict[str, Any]:
    name = next((name for name, path in bundle.documents.items() if path == template), "")
    title = document_title(bundle.templates[template], name)
    return {
        "kind": name, "number": NUMBER, "title": title, "unit": bundle.city_file.organ.name,
        "issued_at": clock.now(),
    }  # fmt: skip


def _covered(value: Mapping[str, Any]) -> dict[str, Any]:
    typed = value["kind"] == "text" or value["value"] == HIDDEN
    return {**value, "value": TYPED} if typed else dict(value)


def _example(field: Field) -> Any:
    if field.kind == "number":
        return 3
    if field.kind == "datetime":
        return clock.now()
    if field.kind in ("checklist", "taglist", "dynamiclist"):
        return []
    return f"{EXAMPLE}{field.label}"
