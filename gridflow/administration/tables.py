"""Decision files as people read them: rows of conditions and results, codes in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridflow.cases.cell_words import Column, Vocabulary
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


def tables_of(content: bytes, words: Vocabulary) -> list[Table]:
    """Return the decisions of a file in its order."""
    return [_decision(each, words) for each in parts(open_document(content), "decision")]


def _decision(element: Element, words: Vocabulary) -> Table:
    table, name = part(element, "decisionTable"), element.get("name") or element.get("id") or ""
    if table is None:
        expression = text_of(part(element, "literalExpression"))
        return Table(element.get("id") or "", name, "", (), (), (), expression)
    asked = [
        words.column(column.get("label") or "", text_of(part(column, "inputExpression")))
        for column in parts(table, "input")
    ]
    given = [words.column(column.get("label") or "", column.get("name") or "") for column in parts(table, "output")]
    return Table(
        id=element.get("id") or "",
        name=name,
        policy=table.get("hitPolicy") or "UNIQUE",
        conditions=[column.heading for column in asked],
        results=[column.heading for column in given],
        rules=[_rule(number, rule, asked, given) for number, rule in enumerate(parts(table, "rule"), 1)],
        expression="",
    )


def _rule(number: int, rule: Element, asked: Sequence[Column], given: Sequence[Column]) -> Rule:
    conditions = zip(asked, (text_of(cell) for cell in parts(rule, "inputEntry")), strict=False)
    results = zip(given, (text_of(cell) for cell in parts(rule, "outputEntry")), strict=False)
    return Rule(
        number,
        ["" if cell == ANY else column.words(cell) for column, cell in conditions],
        [column.words(cell) for column, cell in results],
        text_of(part(rule, "annotationEntry")) or text_of(part(rule, "description")),
    )
