"""A form between browser and case: how it is shown, and how what came back is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from werkzeug.datastructures import FileStorage, MultiDict

from gridflow.cases.filing import Handed, Opened
from gridflow.db import new_id
from gridflow.forms import FieldView, Upload

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing to correct, with the field it leads to."""

    id: str
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that came back and is shown again."""

    values: Values
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more_rows: Sequence[str] = ()
    """Lists that get one more blank row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A form ready for the template."""

    action: str
    """Where it is posted."""
    button: str
    """What pressing it does, in words."""
    fields: tuple[FieldView, ...]
    errors: Sequence[Wrong]
    draft: str
    """Where typing is saved; empty for none."""
    draft_key: str
    visible: str
    """Where the page asks which fields to hide."""
    restored: bool
    """Whether it shows a saved draft."""
    typed: bool
    """Whether anything typed stands in it; without, it reads the same for everybody."""
    saved_at: datetime | None = None
    """When the draft was saved that is offered and not shown."""
    resume: str = ""
    """Where that draft is shown; empty for none."""
    request_id: str = field(default_factory=new_id)
    """Carried through corrections, so that a second press is recognised."""

    @property
    def key(self) -> str:
        """What the draft is kept under."""
        return self.draft_key.partition(".")[2]

    @property
    def conditional(self) -> bool:
        """Tell whether any field depends on another."""
        return any(view.hide or view.depends for view in _all(self.fields))


def shown(
    opened: Opened,
    values: Values | None,
    errors: Mapping[str, Sequence[str]] | None = None,
    more_rows: Sequence[str] = (),
) -> tuple[FieldView, ...]:
    """Return the fields of a form with what was typed, or with its defaults."""
    return tuple(opened.form.view(
        {name: list(typed) for name, typed in values.items()} if values else None,
        errors or {}, opened.options, opened.scope, opened.functions, more_rows=more_rows,
    ))  # fmt: skip


def wrongs(fields: Sequence[FieldView], errors: Mapping[str, Sequence[str]]) -> list[Wrong]:
    """Return the messages in the order of the form; those about the form as a whole come first."""
    whole = [Wrong("main", "", message) for message in errors.get("", ())]
    return whole + [Wrong(view.id, view.label, message) for view in _all(fields) for message in view.errors]


def hidden_names(fields: Sequence[FieldView], prefix: str = "") -> Iterator[str]:
    """Yield the names of hidden parts as the template marks them: by name, or by kind and place."""
    for number, view in enumerate(fields):
        name = view.name or view.key or f"{prefix}{view.kind}-{number}"
        if view.hidden:
            yield name
        yield from hidden_names(view.children, f"{name}-")
        for row in view.rows:
            yield from hidden_names(row, f"{name}-")


def fitting(fields: Sequence[FieldView]) -> dict[str, list[str]]:
    """Return by name the options that fit as things stand, for fields whose options others decide."""
    return {view.name: sorted(view.offered) for view in _all(fields) if view.depends and view.name}


def handed(values: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> Handed:
    """Read a posted form; files come into memory, whose sum the application bounds."""
    return Handed(
        {name: values.getlist(name) for name in values},
        {name: [Upload(it.filename or "", it.read()) for it in files.getlist(name)] for name in files},
    )


def _all(fields: Iterable[FieldView]) -> Iterator[FieldView]:
    for view in fields:
        yield view
        yield from _all(view.children)
        for row in view.rows:
            yield from _all(row)
