"""A decision table while somebody edits it: its cells checked, inputs tried, its gaps and overlaps told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from gridflow.feel import (
    DecisionSet,
    FeelError,
    Functions,
    Problem,
    check_expression,
    check_tests,
    nodes,
    read_decisions,
    to_plain,
)
from gridflow.feel.analysis import Analysis, Region, analyse, cells_for, said
from gridflow.feel.compiling import Scope, compile_node
from gridflow.feel.decisions.document import Element, local, open_document, part, parts, text_of
from gridflow.feel.decisions.table import TableNode, table_of
from gridflow.feel.values import chinese_kind, kind

Types = Mapping[str, str]
Row = dict[str, object]
_DATED = frozenset({"date", "time", "date and time", "days and time duration", "years and months duration"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One decision of a file, as it is written and as it was read."""

    element: Element
    decisions: DecisionSet
    id: str

    @property
    def grid(self) -> Element | None:
        """The table as it is written; None for a decision of another kind."""
        return part(self.element, "decisionTable")

    @property
    def table(self) -> TableNode | None:
        """The table as it was read; None where it has a fault, or is none."""
        return table_of(self.decisions.decisions[self.id].closure)

    @property
    def texts(self) -> list[str]:
        """The expressions of the input columns."""
        grid = self.grid
        return [] if grid is None else [text_of(part(column, "inputExpression")) for column in parts(grid, "input")]

    @property
    def rules(self) -> list[str]:
        """The ids of the rules."""
        return [] if self.grid is None else [rule.get("id") or "" for rule in parts(self.grid, "rule")]


def sheet(content: bytes, decision: str) -> Sheet | None:
    """Return a decision of a file, the first table where none is named; raises DecisionFileError."""
    root = open_document(content)
    found = list(parts(root, "decision"))
    named = [one for one in found if one.get("id") == decision] if decision else found
    chosen = next((one for one in named if part(one, "decisionTable") is not None), next(iter(named), None))
    if chosen is None:
        return None
    read = read_decisions(content, strict=False)
    return Sheet(chosen, read, chosen.get("id") or chosen.get("name") or "")


def examine(one: Sheet, types: Types | None, lawful: Mapping[str, frozenset[str]]) -> dict[str, list[Row] | bool]:
    """Return what is wrong with the cells of a decision and, where it can be read, its gaps and overlaps."""
    wrong, table = list(_problems(one, types)), one.table
    broken = one.decisions.decisions[one.id].broken
    if broken and not wrong:
        wrong.append({"element": one.id, "kind": "decision", "position": 0, "message": broken.message})
    found = analyse(table, one.texts, lawful) if table is not None else Analysis()
    return {"problems": wrong, **_analysed(one, found)}


def types_of(one: Sheet) -> Types:
    """Return the types the input columns declare, by the text of the column."""
    columns = one.table.inputs if one.table else ()
    return {text: column.type.name for text, column in zip(one.texts, columns, strict=False) if column.type}


def names_in(one: Sheet, types: Types | None, before: bytes | None) -> Types | None:
    """Return the names a cell may use: those of the procedure, those of the file, and what the table read `before`.

    A table that several procedures share reads what only another of them writes.
    """
    read = one.decisions
    known = read_decisions(before, strict=False) if before else DecisionSet()
    own = [*(each.variable for each in read.decisions.values()), *(each.name for each in read.inputs.values())]
    own += [*(each.name for each in read.knowledge.values()), *(each.name for each in read.services.values())]
    own += known.reads(one.id)
    return None if types is None else {**dict.fromkeys(own, "Any"), **types}


# ------------------------------------------------------------ cells


def _problems(one: Sheet, types: Types | None) -> Iterator[Row]:
    @cache
    def check(text: str, *, unary: bool) -> list[Problem]:
        return (check_tests if unary else check_expression)(text, types)

    for place, cell, unary in _cells(one):
        text = text_of(cell)
        for problem in check(text, unary=unary) if text else ():
            yield {"element": cell.get("id") or "", **place, **problem._asdict()}


def _cells(one: Sheet) -> Iterator[tuple[Row, Element, bool]]:
    """Yield every text of a decision with its place, and whether it is a test."""
    grid, literal = one.grid, part(one.element, "literalExpression")
    if grid is not None:
        yield from _heads(grid)
        yield from _entries(grid)
    elif literal is not None:
        yield {"kind": "expression"}, literal, False


def _heads(grid: Element) -> Iterator[tuple[Row, Element, bool]]:
    for column in parts(grid, "input", "output"):
        for cell in parts(column, "inputExpression", "inputValues", "outputValues", "defaultOutputEntry"):
            yield {"kind": "head", "column": column.get("id")}, cell, local(cell) in ("inputValues", "outputValues")


def _entries(grid: Element) -> Iterator[tuple[Row, Element, bool]]:
    for row, rule in enumerate(parts(grid, "rule"), 1):
        for side in ("input", "output"):
            for column, cell in zip(parts(grid, side), parts(rule, f"{side}Entry"), strict=False):
                yield (
                    {"kind": side, "rule": rule.get("id"), "row": row, "column": column.get("id")},
                    cell,
                    side == "input",
                )


# ------------------------------------------------------------ gaps and overlaps


def _analysed(one: Sheet, found: Analysis) -> dict[str, list[Row] | bool]:
    rules = one.rules
    labels = [column.label for column in one.table.inputs] if one.table else []
    return {
        "gaps": [
            {
                "words": f"没有规则覆盖：{said(gap)}", "inputs": _example(gap), "cells": cells_for(gap),
                "blank": gap.blank,
            }
            for gap in found.gaps
        ],
        "overlaps": [
            {
                "rules": [rules[number - 1] for number in overlap.rules], "numbers": list(overlap.rules),
                "words": f"第 {'、'.join(map(str, overlap.rules))} 条规则同时命中"
                f"{'' if overlap.certain else '，结果可能不同'}：{said(overlap.region)}",
                "inputs": _example(overlap.region), "severity": "error" if overlap.certain else "warning",
            }
            for overlap in found.overlaps
        ],
        "never": [
            {"rule": rules[number - 1], "number": number, "words": f"第 {number} 条规则永远不会用到"}
            for number in found.never
        ],
        "unknown": [
            {
                "rule": rules[rule], "number": rule + 1, "column": labels[column],
                "words": f"第 {rule + 1} 条规则的“{labels[column]}”还要看别的值，无法分析",
            }
            for rule, column in found.unknown
        ],
        "complete": found.complete,
    }  # fmt: skip


def _example(region: Region) -> dict[str, object]:
    """Return an example as JSON; instants are written as they can be handed back."""
    return {
        text: f"@{to_plain(value)}" if kind(value) in _DATED else to_plain(value)
        for text, value in region.example().items()
    }


# ------------------------------------------------------------ trying


def try_inputs(one: Sheet, names: Mapping[str, object], functions: Functions) -> dict[str, object]:
    """Return which rules hit and what comes out.

    A value named like the text of a column stands for the column; where it is null the column is worked out.
    """
    table = one.table
    if table is None:
        return {"hits": [], "value": None, "failed": "这张表还有没改正的问题，改正后再试。"}
    given = {number: names[text] for number, text in enumerate(one.texts) if names.get(text) is not None}
    columns = [
        replace(column, value=nodes.Name(0, _slot(number))) if number in given else column
        for number, column in enumerate(table.inputs)
    ]
    asked = replace(table, inputs=tuple(columns))
    known = dict(one.decisions.decisions)
    known[one.id] = replace(known[one.id], closure=compile_node(asked, Scope()))
    scope = {**names, **{_slot(number): value for number, value in given.items()}}
    try:
        decided = replace(one.decisions, decisions=known).evaluate(one.id, scope, functions)
        value = to_plain(decided.value)
    except FeelError as error:
        return {"hits": [], "value": None, "failed": error.message}
    own = [hit for hit in decided.hits if hit.decision == one.id]
    return {
        "hits": [hit.rule for hit in own], "numbers": [hit.number for hit in own], "value": value,
        "type": chinese_kind(decided.value), "failed": "", "notes": [note._asdict() for note in decided.notes],
    }  # fmt: skip


def _slot(number: int) -> str:
    """Return a name no expression can spell."""
    return f"#{number}"
