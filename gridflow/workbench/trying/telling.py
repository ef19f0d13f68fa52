"""A worked example in words: who does what when, with which answers, and what must hold then.

The grammar of the file stands in processes/README.md; what does not follow it is left to the run to refuse.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gridflow.bpmn.errors import BpmnError
from gridflow.cases.naming import Naming
from gridflow.cases.office import Office
from gridflow.catalogue import Bundle
from gridflow.catalogue.toml import read_toml
from gridflow.clock import SHANGHAI, moved
from gridflow.forms import Field, Form

KINDS = ("start", "task", "offer", "message")


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that must hold."""

    kind: str
    """state, open, due, first_due, documents, path, not_path or audit."""
    subject: str
    """Of a limit what it is called, else empty."""
    words: str


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step of an example."""

    at: datetime
    who: str
    kind: str
    """start, task, offer, message, or empty when only time passes."""
    what: str
    given: Sequence[tuple[str, str]]
    """Label and answer of each field."""
    refused: str
    """What the refusal names; empty where none is expected."""
    expected: Sequence[Expected]


@dataclass(frozen=True, slots=True)
class Telling:
    """An example from its beginning to what must hold at its end."""

    steps: Sequence[ToldStep]
    expected: Sequence[Expected]


def telling(office: Office, bundle: Bundle, content: bytes) -> Telling | None:
    """Tell an example of a draft in words; None where the example or a diagram cannot be read."""
    naming = Naming(office, bundle.city, bundle.slug, bundle)
    try:
        raw = read_toml(content)
        last = raw.get("expect", {})
        last = last[0] if isinstance(last, list) else last
        return Telling(list(_steps(naming, raw)), list(_expected(naming, last)))
    except (ValueError, LookupError, AttributeError, TypeError, BpmnError):
        return None


def _steps(naming: Naming, raw: Mapping[str, Any]) -> Iterator[ToldStep]:
    now = raw["begins"].astimezone(SHANGHAI) if raw["begins"].tzinfo else raw["begins"].replace(tzinfo=SHANGHAI)
    for step in raw["step"]:
        now = moved(now, str(step["at"])) if step.get("at") else now
        kind = next((key for key in KINDS if key in step), "")
        form = _form(naming, kind, step)
        answers = {**step.get("values", {}), **step.get("files", {})}
        yield ToldStep(
            at=now,
            who=naming.person(step.get("as", "")),
            kind=kind,
            what=_what(naming, kind, step),
            given=list(_given(naming, form.fields if form else (), answers)),
            refused=_label(form.fields if form else (), step.get("refused", "")),
            expected=list(_expected(naming, step.get("expect", {}))),
        )


def _form(naming: Naming, kind: str, step: Mapping[str, Any]) -> Form | None:
    if kind == "start":
        return naming.start_form(step.get("procedure", ""))
    return naming.form(step[kind]) if kind in {"task", "offer"} else None


def _what(naming: Naming, kind: str, step: Mapping[str, Any]) -> str:
    if kind == "start":
        return naming.procedure(step.get("procedure", ""))
    return naming.element(step[kind]) if kind else ""


def _given(naming: Naming, fields: Sequence[Field], answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    by_key = {field.key: field for field in fields}
    for key, value in answers.items():
        yield _label(fields, key), _answer(naming, by_key.get(key), value)


def _label(fields: Sequence[Field], key: str) -> str:
    return next((field.label for field in fields if field.key == key and field.label), key)


def _answer(naming: Naming, field: Field | None, value: Any) -> str:
    """Return an answer as a person would read it: choices by their labels, people by what they are."""
    if isinstance(value, Mapping):
        inner = field.components if field else ()
        return "，".join(f"{label} {answer}" for label, answer in _given(naming, inner, value))
    if isinstance(value, list):
        return "；".join(_answer(naming, field, each) for each in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and value.startswith("@"):
        return naming.person(value[1:])
    labels = {option.value: option.name for option in field.options} if field else {}
    return labels.get(str(value), str(value))


def _expected(naming: Naming, raw: Mapping[str, Any]) -> Iterator[Expected]:
    if "state" in raw:
        yield Expected("state", "", naming.state(raw["state"]))
    if "open" in raw:
        yield Expected("open", "", naming.elements(raw["open"]))
    for kind in ("due", "first_due"):
        for name, instant in raw.get(kind, {}).items():
            yield Expected(kind, naming.limit(name), instant.replace("T", " "))
    for kind, called in (("path", naming.element), ("not_path", naming.element), ("documents", naming.document)):
        if raw.get(kind):
            yield Expected(kind, "", "、".join(map(called, raw[kind])))
    if raw.get("audit"):
        yield Expected("audit", "", "、".join(map(naming.action, raw["audit"])))
