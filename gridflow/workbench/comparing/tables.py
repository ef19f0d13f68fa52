"""Decision tables compared cell by cell; a rule is known by its id, so that one put in between changes no other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gridflow.feel.decisions.document import open_document, part, parts, text_of
from gridflow.workbench.comparing.changes import ADDED, CHANGED, MOVED, REMOVED, Change, displaced, merged

T = TypeVar("T")
FORMULA = "表达式"
POLICY = "命中规则"


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


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of both versions."""

    kind: str
    """added, removed, changed (some cell), moved (it is asked at another place), or empty."""
    old: int
    """Its number as people count; 0 where there is no such rule."""
    new: int
    cells: Sequence[Cell]


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


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    policy: str
    heads: dict[str, str] = field(default_factory=dict)
    """By the column's id."""
    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the rule's id and the column's."""


def grids(old: bytes | None, new: bytes | None) -> list[Grid]:
    """Return every decision of two files side by side."""
    before, after = (_tables(content) if content else {} for content in (old, new))
    keys = merged(list(before), list(after))
    return [_grid(key, before.get(key), after.get(key)) for key in keys]


def tables(old: bytes | None, new: bytes | None) -> Iterator[Change]:
    """Yield what differs between two files of decisions."""
    for grid in grids(old, new):
        if grid.kind in (ADDED, REMOVED):
            yield Change(grid.kind, grid.name)
            continue
        if grid.policy.kind:
            yield _change(grid.name, POLICY, grid.policy)
        yield from (_change(grid.name, "列", head) for head in grid.heads if head.kind)
        for row in grid.rows:
            yield from _of_row(grid, row)


def _of_row(grid: Grid, row: Row) -> Iterator[Change]:
    subject = f"{grid.name} 第 {row.new or row.old} 行"
    if row.kind in (ADDED, REMOVED):
        words = [(cell.new if row.kind == ADDED else cell.old) or "" for cell in row.cells]
        said = " · ".join(word for word in words if word)
        yield Change(row.kind, subject, "", *(("", said) if row.kind == ADDED else (said, "")))
    elif row.kind == MOVED:
        yield Change(MOVED, subject, "", f"第 {row.old} 行", f"第 {row.new} 行")
    if row.kind not in (ADDED, REMOVED):
        for head, cell in zip(grid.heads, row.cells, strict=True):
            if cell.kind and not (head.kind in (ADDED, REMOVED) and not (cell.new or cell.old)):
                yield _change(subject, head.new or head.old or "", cell)


def _change(subject: str, what: str, cell: Cell) -> Change:
    return Change(cell.kind, subject, what, cell.old or "", cell.new or "")


def _grid(key: str, old: _Table | None, new: _Table | None) -> Grid:
    was, now = old or _Table("", ""), new or _Table("", "")
    columns, rules = merged(list(was.heads), list(now.heads)), merged(list(was.rules), list(now.rules))
    moved = displaced(list(was.rules), list(now.rules))
    policy = Cell(old.policy if old else None, new.policy if new else None)
    heads = [Cell(was.heads.get(one), now.heads.get(one)) for one in columns]
    places = [{rule: number for number, rule in enumerate(table.rules, 1)} for table in (was, now)]
    rows = [_row(was.rules.get(one), now.rules.get(one), columns, one, places, moved=one in moved) for one in rules]
    differs = policy.kind or any(head.kind for head in heads) or any(row.kind for row in rows)
    kind = ADDED if old is None else REMOVED if new is None else CHANGED if differs else ""
    return Grid(key, now.name or was.name or key, kind, policy, heads, rows)


def _row(
    old: dict[str, str] | None,
    new: dict[str, str] | None,
    columns: Sequence[str],
    key: str,
    places: Sequence[dict[str, int]],
    *,
    moved: bool,
) -> Row:
    cells = [Cell((old or {}).get(one), (new or {}).get(one)) for one in columns]
    if old is None or new is None:
        kind = ADDED if old is None else REMOVED
    else:
        kind = CHANGED if any(cell.kind for cell in cells) else MOVED if moved else ""
    return Row(kind, places[0].get(key, 0), places[1].get(key, 0), cells)


def _tables(content: bytes) -> dict[str, _Table]:
    found: dict[str, _Table] = {}
    for number, decision in enumerate(parts(open_document(content), "decision")):
        grid = part(decision, "decisionTable")
        ident = decision.get("id") or str(number)
        name = decision.get("name") or ident
        if grid is None:
            words = text_of(part(decision, "literalExpression"))
            found[ident] = _Table(name, "", {FORMULA: FORMULA}, {FORMULA: {FORMULA: words}})
        else:
            found[ident] = _read(name, grid)
    return found


def _read(name: str, grid: Any) -> _Table:
    columns = [*parts(grid, "input"), *parts(grid, "output"), *parts(grid, "annotation")]
    heads = _known([column.get("id") for column in columns], [_head(column) for column in columns])
    rules = list(parts(grid, "rule"))
    cells = [dict(zip(heads, [text_of(cell) for cell in _entries(rule)], strict=False)) for rule in rules]
    return _Table(name, grid.get("hitPolicy") or "UNIQUE", heads, _known([rule.get("id") for rule in rules], cells))


def _entries(rule: Any) -> Iterator[Any]:
    for kind in ("inputEntry", "outputEntry", "annotationEntry"):
        yield from parts(rule, kind)


def _head(column: Any) -> str:
    words = column.get("label") or column.get("name") or ""
    formula = text_of(part(column, "inputExpression"))
    said = f"{words}（{formula}）" if words and formula and words != formula else words or formula
    listed = text_of(part(column, "inputValues", "outputValues"))
    return f"{said}：{listed}" if listed else said


def _known(ids: Sequence[str | None], things: Sequence[T]) -> dict[str, T]:
    """Return things by their ids; one without an id of its own by its place."""
    often = Counter(ids)
    keys = [one if one and often[one] == 1 else f"#{number}" for number, one in enumerate(ids)]
    return dict(zip(keys, things, strict=True))
