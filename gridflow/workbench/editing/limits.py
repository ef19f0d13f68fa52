"""The figures of the limits: the rows of the limit table in words, and the steps that count by each limit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from gridflow.bpmn import Node
from gridflow.cases.cell_words import Vocabulary, vocabulary
from gridflow.cases.due import amount_words
from gridflow.catalogue import Bundle
from gridflow.catalogue.limits import ID, OWN
from gridflow.feel.decisions.document import Element, open_document, part, parts, text_of
from gridflow.formats import gettext as _
from gridflow.workbench.editing.knowing import diagrams

Row = dict[str, object]
ANY = "-"
_NAME = re.compile(r'"(\w+)"')
_READ = re.compile(r"\blimit\.(\w+)")


def figures(session: Session, bundle: Bundle) -> list[Row]:
    """Return the rows of the limit table: `limits` whose they are (none: any), what they say, `path` and `rule`.

    A row of the city's own has no path: it is written in the city's file, which no revision changes.
    """
    path = bundle.decision_ids.get(ID)
    if path is None:
        return []
    words = vocabulary(session, bundle, bundle.manifest.limits)
    tables = parts(open_document(bundle.decision_files[path]), "decision")
    grids = [part(each, "decisionTable") for each in tables if each.get("id") == ID]
    return [row for grid in grids if grid is not None for row in _rows(grid, path, words)]


def users(bundle: Bundle) -> list[Row]:
    """Return the steps and timers that count by a limit, each with the diagram it stands in."""
    return [
        {
            "limit": limit, "path": path, "diagram": next(iter(drawn.processes.values())).name or path,
            "element": node.id, "title": node.name or node.id,
        }
        for path, drawn in diagrams(bundle).items()
        for node in drawn.nodes.values()
        for limit in _counted_by(node)
    ]  # fmt: skip


def _counted_by(node: Node) -> Sequence[str]:
    """Return the limits of a step or timer: the one it names, and those its time is reckoned from."""
    times = [event.text or "" for event in node.events if event.kind == "timer"]
    found = [node.attributes.get("limit", ""), *(name for text in times for name in _READ.findall(text))]
    return [name for name in dict.fromkeys(found) if name]


def _rows(grid: Element, path: str, words: Vocabulary) -> Iterator[Row]:
    asked = [(text_of(part(each, "inputExpression")), each.get("label") or "") for each in parts(grid, "input")]
    given = [each.get("name") or "" for each in parts(grid, "output")]
    for rule in parts(grid, "rule"):
        tests = [text_of(cell) for cell in parts(rule, "inputEntry")]
        results = dict(zip(given, (text_of(cell) for cell in parts(rule, "outputEntry")), strict=False))
        cases = [
            _("：").join((column.heading, column.words(test)))
            for (name, label), test in zip(asked, tests, strict=False)
            if name != "step" and test != ANY
            for column in [words.column(label, name)]
        ]
        limits = next((test for (name, _label), test in zip(asked, tests, strict=False) if name == "step"), ANY)
        name = rule.get("id") or ""
        yield {
            "limits": _NAME.findall(limits), "when": _("，").join(cases) or _("不论情形"), "long": _long(results),
            "path": "" if name.startswith(OWN) else path, "rule": name,
        }  # fmt: skip


def _long(results: Mapping[str, str]) -> str:
    """Return how long a row gives; what is reckoned case by case has no figure."""
    if results.get("until", "null") not in ("null", ""):
        return _("按表里的公式推算")
    try:
        return amount_words(Decimal(results.get("amount", "")), results.get("unit", "").strip('"'))
    except InvalidOperation:
        return _("按表里的公式推算")
