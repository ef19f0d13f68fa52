"""Decision files as people read them: rows of conditions and results, as written."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridflow.feel.decisions.document import Element, open_document, part, parts, text_of

ANY = "-"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table."""

    number: int
    conditions: Sequence[str]
    """Empty where anything will do."""
    results: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision: a table, or a single expression."""

    id: str
    name: str
    policy: str
    conditions: Sequence[str]
    """The headings of what is asked."""
    results: Sequence[str]
    rules: Sequence[Rule]
    expression: str
    """What stands in place of a table; empty for a table."""


def tables_of(content: bytes) -> list[Table]:
    """Return the decisions of a file in its order."""
    return [_decision(each) for each in parts(open_document(content), "decision")]


def _decision(element: Element) -> Table:
    table, name = part(element, "decisionTable"), element.get("name") or element.get("id") or ""
    if table is None:
        expression = text_of(part(element, "literalExpression"))
        return Table(element.get("id") or "", name, "", (), (), (), expression)
    return Table(
        id=element.get("id") or "",
        name=name,
        policy=table.get("hitPolicy") or "UNIQUE",
        conditions=[
            column.get("label") or text_of(part(column, "inputExpression")) for column in parts(table, "input")
        ],
        results=[column.get("label") or column.get("name") or "" for column in parts(table, "output")],
        rules=[_rule(number, rule) for number, rule in enumerate(parts(table, "rule"), 1)],
        expression="",
    )


def _rule(number: int, rule: Element) -> Rule:
    cells = [text_of(cell) for cell in parts(rule, "inputEntry")]
    return Rule(
        number,
        ["" if cell == ANY else cell for cell in cells],
        [text_of(cell) for cell in parts(rule, "outputEntry")],
        text_of(part(rule, "annotationEntry")) or text_of(part(rule, "description")),
    )
