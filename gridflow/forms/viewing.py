"""What a page needs to show a field, ready for Jinja."""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gridflow.forms.fields import SOME_OF, Field, Option
from gridflow.forms.masking import mask
from gridflow.forms.patterns import PATTERNS
from gridflow.forms.walk import Outcome, Walk

Errors = Mapping[str, Sequence[str]]

_INPUT_TYPES = {"textfield": "text", "number": "number", "checkbox": "checkbox", "filepicker": "file"}
_DATE_TYPES = {"date": "date", "time": "time", "datetime": "datetime-local"}


@dataclass(frozen=True, slots=True)
class FieldView:
    """One component as a page shows it."""

    kind: str
    """As in the form file: textfield, radio, group, dynamiclist, text ..."""
    name: str
    """For the `name` attribute; empty where nothing is posted."""
    id: str
    """Unique in the page, fit for `id` and `for`."""
    key: str
    label: str
    text: str
    """The words of a text component."""
    value: str
    values: tuple[str, ...]
    """All values, for choices of several."""
    labels: tuple[str, ...]
    """The chosen options in words, for a read-only view."""
    options: tuple[Option, ...]
    depends: bool
    """Other fields of the form decide which options fit."""
    offered: frozenset[str]
    """The values of those that fit as things stand."""
    required: bool
    readonly: bool
    help: str
    basis: tuple[str, ...]
    unit: str
    errors: tuple[str, ...]
    hidden: bool
    """Hidden as things stand."""
    hide: str
    """FEEL condition for the browser, without the leading sign; empty: always shown."""
    class_: str
    masked: bool
    """The value is a mask and cannot be edited: `name` is empty."""
    min: str
    max: str
    step: str
    min_length: int
    max_length: int
    min_items: int
    max_items: int
    input_type: str
    inputmode: str
    autocomplete: str
    accept: str
    """For the `accept` attribute of a file field."""
    multiple: bool
    picture: str = ""
    """The address of a drawing that stands for the value, with the drawing in it."""
    children: tuple["FieldView", ...] = ()
    """Of a group."""
    rows: tuple[tuple["FieldView", ...], ...] = ()
    """Of a dynamiclist."""
    template: tuple["FieldView", ...] = ()
    """A blank row whose names hold `__index__`, for adding rows in the browser."""


class Viewer:
    """Turns the outcomes of one pass into views."""

    def __init__(self, walk: Walk, errors: Errors, *, masked: bool, more_rows: Collection[str]) -> None:
        """Prepare; `more_rows` names the lists that get one more blank row."""
        self._walk = walk
        self._errors = errors
        self._masked = masked
        self._more_rows = more_rows

    def views(self, outcomes: Sequence[Outcome]) -> list[FieldView]:
        """Show every component, hidden ones too: the browser may reveal them."""
        return [self._view(outcome) for outcome in outcomes]

    def _view(self, out: Outcome) -> FieldView:
        if out.field.kind == "group":
            return replace(_plain(out, ()), children=tuple(self.views(out.children)))
        if out.field.kind == "dynamiclist":
            return self._list(out)
        view = _plain(out, tuple(self._errors.get(out.name, ()))) if out.field.key else _plain(out, ())
        return _masked(view) if self._masked and out.field.class_ == "personal" else view

    def _list(self, out: Outcome) -> FieldView:
        field = out.field
        rows = self._walk.first_rows(field) if out.hidden else list(out.rows)
        if field.key in self._more_rows and len(rows) < field.max_items:
            rows.append(self._walk.blank_row(field, str(len(rows))))
        return replace(
            _plain(out, tuple(self._errors.get(out.name, ()))),
            rows=tuple(tuple(self.views(row)) for row in rows),
            template=tuple(self.views(self._walk.blank_row(field, "__index__"))),
        )


def _plain(out: Outcome, errors: tuple[str, ...]) -> FieldView:
    field, pattern = out.field, PATTERNS.get(out.field.pattern)
    chosen = {option.value: option.label for option in out.options}
    return FieldView(
        kind=field.kind,
        name=out.name if field.key and not field.disabled else "",
        id=f"field-{out.name.replace('[', '-').replace('].', '-')}" if field.key else "",
        key=field.key,
        label=field.label,
        text=field.text,
        value=out.raw[0] if out.raw else "",
        values=tuple(out.raw),
        labels=tuple(chosen.get(value, value) for value in out.raw),
        options=tuple(out.options),
        depends=out.depends,
        offered=frozenset(option.value for option in out.offered),
        required=field.required,
        readonly=field.readonly or field.disabled,
        help=field.help,
        basis=field.basis,
        unit=field.unit,
        errors=errors,
        hidden=out.hidden,
        hide=field.hide.text if field.hide else "",
        class_=field.class_,
        masked=False,
        min=_digits(field.min),
        max=_digits(field.max),
        step=_step(field),
        min_length=field.min_length,
        max_length=field.max_length,
        min_items=field.min_items,
        max_items=field.max_items,
        input_type=pattern.input_type if pattern else _input_type(field),
        inputmode=pattern.inputmode if pattern else _inputmode(field),
        autocomplete=field.autocomplete,
        accept=",".join(f".{name}" for name in field.accept),
        multiple=field.kind in SOME_OF or (field.kind == "filepicker" and field.max_items > 1),
        picture=_drawing(out),
    )


def _drawing(out: Outcome) -> str:
    """Return a drawing as an address; only what the process itself drew, never what was posted."""
    if not (out.field.picture and out.field.readonly and out.raw):
        return ""
    return "data:image/svg+xml;base64," + b64encode(out.raw[0].encode()).decode()


def _masked(view: FieldView) -> FieldView:
    values = tuple(mask(value) for value in view.values)
    return replace(
        view, name="", value=values[0] if values else "", values=values, labels=values, masked=True, readonly=True
    )


def _input_type(field: Field) -> str:
    return _DATE_TYPES.get(field.subtype) or _INPUT_TYPES.get(field.kind, "")


def _inputmode(field: Field) -> str:
    if field.kind != "number":
        return ""
    return "numeric" if field.decimals == 0 else "decimal"


def _step(field: Field) -> str:
    if field.kind != "number":
        return ""
    if field.step is not None:
        return _digits(field.step)
    return "any" if field.decimals is None else f"{10**-field.decimals:.{field.decimals}f}"


def _digits(number: object) -> str:
    return "" if number is None else f"{number:f}"
