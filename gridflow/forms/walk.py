"""One pass over a form in document order: what is hidden, what was given, what it means, what is wrong.

A condition sees the values of the fields above it; the same pass serves loading and showing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as fresh
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError

from gridflow.feel import Functions
from gridflow.feel.running import STEPS, Run
from gridflow.forms.choosing import narrowed, refusal, several
from gridflow.forms.errors import FormBroken
from gridflow.forms.fields import ONE_OF, SHOWN_ONLY, SOME_OF, Field, Formula, Option
from gridflow.forms.files import Upload, judged
from gridflow.forms.posted import Posted, spelled
from gridflow.forms.values import counted

Scope = Mapping[str, object]
Options = Mapping[str, Sequence[Option]]


@dataclass(slots=True)
class Outcome:
    """One field as it stands."""

    field: Field
    name: str
    """As posted: `key` or `list[0].key`."""
    hidden: bool = False
    raw: list[str] = fresh(default_factory=list)
    files: list[Upload] = fresh(default_factory=list)
    value: object = None
    errors: list[str] = fresh(default_factory=list)
    dropped: bool = False
    """Something was posted that may not be set here: the field is hidden or not for writing."""
    options: Sequence[Option] = ()
    """Those a page lists: all that may come to be offered while the form is filled."""
    offered: Sequence[Option] = ()
    """Those that fit what stands above."""
    depends: bool = False
    """Other fields of the form decide which fit."""
    children: list["Outcome"] = fresh(default_factory=list)
    rows: list[list["Outcome"]] = fresh(default_factory=list)

    def all(self) -> Iterator["Outcome"]:
        """Walk this outcome and everything in it."""
        yield self
        for inner in [*self.children, *(cell for row in self.rows for cell in row)]:
            yield from inner.all()


class Walk:
    """The state of one pass."""

    def __init__(
        self,
        schemas: Mapping[str, Schema],
        posted: Posted | None,
        options: Options,
        scope: Scope,
        functions: Functions,
    ) -> None:
        """Prepare a pass; `posted` None means first display, where defaults stand in for values."""
        self._schemas = schemas
        self._posted = posted
        self._options = options
        self._outer = scope
        self._functions = functions
        self._left = STEPS
        self._seen: dict[str, object] = {**scope}
        self._keys: frozenset[str] = frozenset()
        self._row_given: Mapping[str, object] = {}

    def run(self, components: Sequence[Field]) -> list[Outcome]:
        """Walk a form."""
        self._keys = frozenset(_keys(components))
        for key in self._keys:
            self._seen.pop(key, None)
        return self._fields(components, self._schemas[""], hidden=False)

    def _fields(self, components: Sequence[Field], schema: Schema, *, hidden: bool, row: str = "") -> list[Outcome]:
        return [self._take(field, schema, hidden=hidden, row=row) for field in components]

    def _take(self, field: Field, schema: Schema, *, hidden: bool, row: str) -> Outcome:
        out = Outcome(field, f"{row}{field.key}", hidden=hidden or self._is_hidden(field))
        if field.kind == "group":
            out.children = self._fields(field.components, schema, hidden=out.hidden)
        elif field.kind == "dynamiclist":
            self._rows(out)
        elif field.kind not in SHOWN_ONLY:
            self._value(out, schema)
        if field.key:
            self._seen[field.key] = out.value
        return out

    def _is_hidden(self, field: Field) -> bool:
        return field.hide is not None and self._evaluate(field.hide) is True

    def _value(self, out: Outcome, schema: Schema) -> None:
        field = out.field
        every = self._every(field)
        out.options = narrowed(every, self._settled(field.only), self._settled(field.but))
        out.depends = any(rule and rule.expression.names & self._keys for rule in (field.only, field.but))
        out.offered = narrowed(every, self._now(field.only), self._now(field.but))
        if self._posted:
            out.raw = list(self._posted.values.get(out.name, ()))
            out.files = list(self._posted.files.get(out.name, ()))
        if out.hidden or field.readonly or field.disabled:
            out.dropped = self._posted is not None and bool(any(out.raw) or out.files)
            out.raw, out.files = [], []
        if out.hidden:
            out.raw = spelled(self._given(field) if field.readonly or field.disabled else self._default(field))
        elif field.readonly or field.disabled:
            out.value = self._given(field)
            out.raw = spelled(out.value)
        elif field.kind == "filepicker":
            self._judge_files(out)
        else:
            if self._posted is None:
                out.raw = spelled(self._default(field))
            self._read(out, schema)

    def _read(self, out: Outcome, schema: Schema) -> None:
        field = out.field
        try:
            out.value = schema.fields[field.key].deserialize(_single(out))
            self._check(out)
        except ValidationError as problem:
            out.value = None
            out.errors = [str(message) for message in problem.messages]

    def _check(self, out: Outcome) -> None:
        field, value = out.field, out.value
        if value is None:
            return
        if field.kind in ONE_OF | SOME_OF:
            fitting = {option.value for option in out.offered}
            for choice in (str(choice) for choice in several(value)):
                if choice not in fitting:
                    raise ValidationError(self._refusal(out, choice))
        for bound, sign in ((field.least, -1), (field.most, 1)):
            limit = self._bound(out, bound)
            if limit is not None and _beyond(value, limit, sign):
                raise ValidationError(_too_far(field, limit, sign))

    def _refusal(self, out: Outcome, choice: str) -> str:
        but = self._now(out.field.but)
        known = [*out.options, *(one for one in self._every(out.field) if one.value in several(but))]
        return refusal(out.field, choice, known, out.offered, but)

    def _bound(self, out: Outcome, formula: Formula | None) -> object:
        limit = self._evaluate(formula) if formula else None
        if isinstance(limit, Decimal) and isinstance(out.value, int | Decimal):
            return limit
        if limit is not None and type(limit) is not type(out.value):
            raise FormBroken(f"表单栏“{out.field.key}”的界限“{formula and formula.text}”与这一栏的类型不同，请改正。")
        return limit

    def _judge_files(self, out: Outcome) -> None:
        field, kept = out.field, []
        for upload in out.files:
            try:
                kept.append(judged(upload, field.accept))
            except ValueError as problem:
                out.errors.append(str(problem))
        out.files, out.value = kept, None
        least = max(field.min_items, int(field.required))
        if not out.errors and not least <= len(kept) <= field.max_items:
            out.errors.append("这一栏必须上传文件。" if not kept else counted(least, field.max_items, "个文件"))

    def _rows(self, out: Outcome) -> None:
        field = out.field
        count = self._count(field)
        if out.hidden:
            out.dropped = self._posted is not None and count > 0
            return
        out.rows = self._every_row(field, count)
        out.value = [{cell.field.key: cell.value for cell in cells if cell.field.key} for cells in out.rows]
        least = max(field.min_items, int(field.required))
        if not least <= count <= field.max_items:
            out.errors.append(counted(least, field.max_items, "行"))

    def _every_row(self, field: Field, count: int) -> list[list[Outcome]]:
        given, rows = self._given_rows(field), []
        for index in range(count):
            self._row_given = given[index] if index < len(given) else {}
            rows.append(self.row(field, str(index)))
        self._row_given = {}
        return rows

    def first_rows(self, field: Field) -> list[list[Outcome]]:
        """Walk the rows a list begins with, as if nothing were posted: a hidden one shows them when it appears."""
        posted, self._posted = self._posted, None
        rows = self._every_row(field, self._count(field))
        self._posted = posted
        return rows

    def row(self, field: Field, index: str) -> list[Outcome]:
        """Walk one row of a list; its columns see each other and what stands above the list."""
        outer = dict(self._seen)
        row = self._fields(field.components, self._schemas[field.key], hidden=False, row=f"{field.key}[{index}].")
        self._seen = outer
        return row

    def blank_row(self, field: Field, index: str) -> list[Outcome]:
        """Walk a row nobody has filled yet, with its defaults."""
        posted, self._posted = self._posted, None
        row = self.row(field, index)
        self._posted = posted
        return row

    def _count(self, field: Field) -> int:
        if self._posted:
            return self._posted.rows.get(field.key, 0)
        if given := self._given_rows(field):
            return len(given)
        return int(field.default) if isinstance(field.default, Decimal) else 0

    def _given_rows(self, field: Field) -> list[Mapping[str, object]]:
        """Return the rows a list begins with because they were handed in before."""
        rows = self._outer.get(field.key) if field.again and self._posted is None else None
        return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []

    def _now(self, formula: Formula | None) -> object:
        return self._evaluate(formula) if formula else None

    def _settled(self, formula: Formula | None) -> object:
        """Evaluate what no other field of the form can change, else null."""
        return None if formula and formula.expression.names & self._keys else self._now(formula)

    def _every(self, field: Field) -> Sequence[Option]:
        if not field.source:
            return field.options
        if field.source not in self._options:
            raise FormBroken(f"表单栏“{field.key}”要用的选项来源“{field.source}”没有提供，请联系流程负责人。")
        return self._options[field.source]

    def _given(self, field: Field) -> object:
        given = self._outer.get(field.key)
        return self._default(field) if given is None else given

    def _default(self, field: Field) -> object:
        if field.key in self._row_given:
            return self._row_given[field.key]
        if field.again and self._outer.get(field.key) is not None:
            return self._outer[field.key]
        return self._evaluate(field.default) if isinstance(field.default, Formula) else field.default

    def _evaluate(self, formula: Formula) -> object:
        """Evaluate with what all formulas of the form before this one have left of one budget."""
        run = Run(self._seen, self._functions)
        run.left = self._left
        value = formula.expression.run(run)
        self._left = run.left
        return value


def _keys(components: Sequence[Field]) -> Iterator[str]:
    for field in components:
        if field.key:
            yield field.key
        else:
            yield from _keys(field.components)


def _single(out: Outcome) -> object:
    """Return what marshmallow reads: a list for choices of several, one text else, None when blank."""
    texts = [text for text in out.raw if text.strip()]
    if out.field.kind in SOME_OF:
        return texts or None
    if len(out.raw) > 1:
        raise ValidationError("这一栏只能填一个值，请刷新页面后重填。")
    return texts[0] if texts else ("false" if out.field.kind == "checkbox" else None)


def _too_far(field: Field, limit: object, sign: int) -> str:
    words = spelled(limit)[0].replace("T", " ")
    if field.kind == "number":
        return f"不能{'大' if sign > 0 else '小'}于 {words}{field.unit}。"
    return f"不能{'晚' if sign > 0 else '早'}于 {words}。"


def _beyond(value: Any, limit: Any, sign: int) -> bool:
    """Compare two of one kind, see `_bound`."""
    low, high = (limit, value) if sign > 0 else (value, limit)
    return bool(low < high)
