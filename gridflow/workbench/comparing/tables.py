"""Decision tables compared cell by cell; a rule is known by its id, so that one put in between changes no other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gridflow.cases.cell_words import Column
from gridflow.feel.decisions.document import open_document, part, parts, text_of
from gridflow.formats import gettext as _
from gridflow.workbench.comparing.changes import ADDED, CHANGED, MOVED, REMOVED, Change, displaced, merged
from gridflow.workbench.comparing.meanings import NOTHING_KNOWN, Meanings

T = TypeVar("T")
FORMULA = "formula"
"""The one column and the one rule of a decision that is an expression."""
ANY = "-"
AMOUNT, UNIT = "amount", "unit"
SPAN = frozenset({AMOUNT, UNIT})
"""The results that together say how long a limit is."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a place of both versions; None where there is no such place."""

    old: str | None
    new: str | None

    @property
    def kind(self) -> str:
        """added, removed, changed, or empty where both say the same."""
        if self.old == self.new:
            return ""
        return ADDED if self.old is None else REMOVED if self.new is None else CHANGED

    def told(self, old: Column | None, new: Column | None) -> "Cell":
        """Return the cell in words, as it is where they do not tell the two sides apart."""
        pair = [_words(text, column) for text, column in ((self.old, old), (self.new, new))]
        return self if pair[0] == pair[1] and self.kind else Cell(*pair)


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of both versions."""

    kind: str
    """added, removed, changed (some cell), moved (it is asked at another place), or empty."""
    old: int
    """Its number as people count; 0 where there is no such rule."""
    new: int
    cells: Sequence[Cell]
    span: Cell | None = None
    """How long it says a limit is, where it does."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A decision of both versions: its columns and rules."""

    id: str
    name: str
    kind: str
    """added, removed, changed, or empty."""
    policy: Cell
    heads: Sequence[Cell]
    rows: Sequence[Row]
    asked: Sequence[bool]
    """Which columns are conditions."""
    spans: frozenset[int]
    """The columns that say how long a limit is."""


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    policy: str
    heads: dict[str, str] = field(default_factory=dict)
    """By the column's id."""
    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the rule's id and the column's."""
    columns: dict[str, Column] = field(default_factory=dict)
    """What the codes of a column mean, by its id."""
    names: dict[str, str] = field(default_factory=dict)
    """What expressions call a result, by the column's id."""


def grids(old: bytes | None, new: bytes | None, known: Meanings = NOTHING_KNOWN) -> list[Grid]:
    """Return every decision of two files side by side."""
    before, after = (_tables(content, known) if content else {} for content in (old, new))
    keys = merged(list(before), list(after))
    return [_grid(key, before.get(key), after.get(key), known) for key in keys]


def tables(old: bytes | None, new: bytes | None, known: Meanings = NOTHING_KNOWN) -> Iterator[Change]:
    """Yield what differs between two files of decisions."""
    for grid in grids(old, new, known):
        if grid.kind in (ADDED, REMOVED):
            yield Change(grid.kind, grid.name)
            continue
        if grid.policy.kind:
            yield _change(grid.name, _("命中规则"), grid.policy)
        yield from (_change(grid.name, _("列"), head) for head in grid.heads if head.kind)
        for row in grid.rows:
            yield from _of_row(grid, row)


def _of_row(grid: Grid, row: Row) -> Iterator[Change]:
    subject = _("%(table)s 第 %(row)s 行", table=grid.name, row=row.new or row.old)
    if row.kind in (ADDED, REMOVED):
        words = [(cell.new if row.kind == ADDED else cell.old) or "" for cell in row.cells]
        said = " · ".join(word for word in words if word)
        yield Change(row.kind, subject, "", *(("", said) if row.kind == ADDED else (said, "")))
        return
    conditions = [_said(cell) for cell, asked in zip(row.cells, grid.asked, strict=True) if asked]
    when = " · ".join(one for one in conditions if one not in ("", _("不限")))
    subject = _("%(name)s（%(words)s）", name=subject, words=when) if when else subject
    if row.kind == MOVED:
        yield Change(MOVED, subject, "", *(_("第 %(row)s 行", row=number) for number in (row.old, row.new)))
    if row.span and row.span.kind:
        yield _change(subject, conditions[0] if conditions else "", row.span)
    for number, (head, cell) in enumerate(zip(grid.heads, row.cells, strict=True)):
        empty = head.kind in (ADDED, REMOVED) and not (cell.new or cell.old)
        if cell.kind and not empty and not (row.span and number in grid.spans):
            yield _change(subject, _said(head), cell)


def _said(cell: Cell) -> str:
    return cell.new or cell.old or ""


def _change(subject: str, what: str, cell: Cell) -> Change:
    return Change(cell.kind, subject, what, cell.old or "", cell.new or "")


def _grid(key: str, old: _Table | None, new: _Table | None, known: Meanings) -> Grid:
    was, now = old or _Table("", ""), new or _Table("", "")
    columns, rules = merged(list(was.heads), list(now.heads)), merged(list(was.rules), list(now.rules))
    moved = displaced(list(was.rules), list(now.rules))
    policy = Cell(old.policy if old else None, new.policy if new else None)
    heads = [_head_cell(was, now, one) for one in columns]
    places = [{rule: number for number, rule in enumerate(table.rules, 1)} for table in (was, now)]
    rows = [_row((was, now), columns, one, places, known, moved=one in moved) for one in rules]
    differs = policy.kind or any(head.kind for head in heads) or any(row.kind for row in rows)
    kind = ADDED if old is None else REMOVED if new is None else CHANGED if differs else ""
    names = {**was.names, **now.names}
    spans = frozenset(number for number, one in enumerate(columns) if names.get(one) in SPAN)
    asked = [one not in names and one != FORMULA for one in columns]
    return Grid(key, now.name or was.name or key, kind, policy, heads, rows, asked, spans)


def _head_cell(was: _Table, now: _Table, column: str) -> Cell:
    """Return the heading of a column without the codes it explains, unless only they tell the two apart."""
    whole = Cell(was.heads.get(column), now.heads.get(column))
    short = [table.columns[column].heading if column in table.columns else None for table in (was, now)]
    return whole if whole.kind == CHANGED and short[0] == short[1] else Cell(*short)


def _row(
    sides: tuple[_Table, _Table],
    columns: Sequence[str],
    key: str,
    places: Sequence[dict[str, int]],
    known: Meanings,
    *,
    moved: bool,
) -> Row:
    old, new = (table.rules.get(key) for table in sides)
    cells = [
        Cell((old or {}).get(one), (new or {}).get(one)).told(*(table.columns.get(one) for table in sides))
        for one in columns
    ]
    if old is None or new is None:
        kind = ADDED if old is None else REMOVED
    else:
        kind = CHANGED if any(cell.kind for cell in cells) else MOVED if moved else ""
    span = Cell(*(_span(table, key, known) for table in sides))
    return Row(kind, places[0].get(key, 0), places[1].get(key, 0), cells, None if span == Cell(None, None) else span)


def _span(table: _Table, rule: str, known: Meanings) -> str | None:
    """Return how long a rule says a limit is, None where it says no such thing."""
    said = {table.names.get(column): text for column, text in table.rules.get(rule, {}).items()}
    return known.amount(said[AMOUNT], said[UNIT]) if said.keys() >= SPAN else None


def _words(text: str | None, column: Column | None) -> str | None:
    if text is None or column is None:
        return text
    return _("不限") if text == ANY else column.words(text)


def _tables(content: bytes, known: Meanings) -> dict[str, _Table]:
    found: dict[str, _Table] = {}
    for number, decision in enumerate(parts(open_document(content), "decision")):
        grid = part(decision, "decisionTable")
        ident = decision.get("id") or str(number)
        name = decision.get("name") or ident
        if grid is None:
            words = text_of(part(decision, "literalExpression"))
            plain = {FORMULA: Column(_("表达式"), {})}
            found[ident] = _Table(name, "", {FORMULA: _("表达式")}, {FORMULA: {FORMULA: words}}, plain)
        else:
            found[ident] = _read(name, grid, known)
    return found


def _read(name: str, grid: Any, known: Meanings) -> _Table:
    asked, given = list(parts(grid, "input")), [*parts(grid, "output"), *parts(grid, "annotation")]
    every = [*asked, *given]
    keys = list(_known([column.get("id") for column in every], every))
    rules = list(parts(grid, "rule"))
    cells = [dict(zip(keys, [text_of(cell) for cell in _entries(rule)], strict=False)) for rule in rules]
    return _Table(
        name,
        grid.get("hitPolicy") or "UNIQUE",
        dict(zip(keys, map(_head, every), strict=True)),
        _known([rule.get("id") for rule in rules], cells),
        {key: _column(column, known) for key, column in zip(keys, every, strict=True)},
        {key: column.get("name") or "" for key, column in zip(keys[len(asked) :], given, strict=True)},
    )


def _column(column: Any, known: Meanings) -> Column:
    """Return what the codes of a column mean, known by the variable it asks or gives."""
    about = text_of(part(column, "inputExpression")) or column.get("name") or ""
    return known.cells.column(column.get("label") or "", about)


def _entries(rule: Any) -> Iterator[Any]:
    for kind in ("inputEntry", "outputEntry", "annotationEntry"):
        yield from parts(rule, kind)


def _head(column: Any) -> str:
    words = column.get("label") or column.get("name") or ""
    formula = text_of(part(column, "inputExpression"))
    both = words and formula and words != formula
    said = _("%(name)s（%(words)s）", name=words, words=formula) if both else words or formula
    listed = text_of(part(column, "inputValues", "outputValues"))
    return _("%(name)s：%(words)s", name=said, words=listed) if listed else said


def _known(ids: Sequence[str | None], things: Sequence[T]) -> dict[str, T]:
    """Return things by their ids; one without an id of its own by its place."""
    often = Counter(ids)
    keys = [one if one and often[one] == 1 else f"#{number}" for number, one in enumerate(ids)]
    return dict(zip(keys, things, strict=True))
