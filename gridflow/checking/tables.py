"""Check what the rules of a decision table do together."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from gridflow.bpmn import Finding
from gridflow.bpmn.linting.findings import Severity
from gridflow.catalogue.limits import OWN
from gridflow.checking.opening import KEPT, decisions
from gridflow.feel.analysis import analyse, said
from gridflow.feel.decisions.document import Element, line_of, open_document, part, parts, text_of
from gridflow.feel.decisions.table import table_of


@lru_cache(maxsize=KEPT)
def bad_rules(content: bytes) -> tuple[Finding, ...]:
    """Find rules of a decision file that hit together where only one may, and rules that are never reached."""
    return tuple(found for element in parts(open_document(content), "decision") for found in _in(element, content))


def _in(element: Element, content: bytes) -> Iterator[Finding]:
    table = table_of(decisions(content).decisions[element.get("id") or element.get("name") or ""].closure)
    grid = part(element, "decisionTable")
    if table is None or grid is None:
        return
    texts = [text_of(part(column, "inputExpression")) for column in parts(grid, "input")]
    rows, name, found = list(parts(grid, "rule")), element.get("name") or "", analyse(table, texts)
    for overlap in found.overlaps:
        if overlap.certain:
            message = f"第 {'、'.join(map(str, overlap.rules))} 条规则会同时命中：{said(overlap.region)}。"
            remedy = "这张表不允许这样：请改窄其中一条，或改用其他命中规则。"
            yield _finding("rules-overlap", "error", rows[overlap.rules[-1] - 1], name, message, remedy)
    for number in found.never if not _of_the_city(rows) else ():
        message = f"第 {number} 条规则永远不会用到：前面的规则已经包括它，或者没有值能满足它。"
        remedy = "请删去，或移到前面并核对条件。"
        yield _finding("rule-unreached", "warning", rows[number - 1], name, message, remedy)


def _of_the_city(rows: Sequence[Element]) -> bool:
    """Tell whether a city put limits of its own before the shared ones: they are there to take their place."""
    return any((row.get("id") or "").startswith(OWN) for row in rows)


def _finding(rule: str, severity: Severity, row: Element, name: str, message: str, remedy: str) -> Finding:
    return Finding(rule, severity, row.get("id") or "", name, message, remedy, line_of(row))
