"""Read the test cases of the DMN TCK from the folder named by GRIDFLOW_DMN_TCK, which is never part of the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import etree

from gridflow.feel.errors import FeelUnsupported
from gridflow.feel.temporal import parse_date, parse_datetime, parse_duration, parse_time
from gridflow.feel.values import Failure, Value

SETTING = "GRIDFLOW_DMN_TCK"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"
_PARSERS = {"date": parse_date, "time": parse_time, "dateTime": parse_datetime, "duration": parse_duration}


class Unreadable(str):
    """A value that Python cannot hold, as its text."""


@dataclass(frozen=True)
class Question:
    """One result node: what is asked, of which model, and what is expected."""

    level: str
    test: str
    case: str
    model: Path
    asked: str
    service: str
    inputs: dict[str, Value]
    expected: Value


def folder() -> Path | None:
    """Give the folder of the test cases, if it is named and there."""
    named = os.environ.get(SETTING)
    if not named:
        return None
    root = Path(named)
    return next((path for path in (root / "TestCases", root) if (path / "compliance-level-2").is_dir()), None)


def questions(root: Path) -> Iterator[Question]:
    """Yield all result nodes of all tests of levels 2 and 3."""
    for level in ("compliance-level-2", "compliance-level-3"):
        for test in sorted((root / level).iterdir()):
            for file in sorted(test.glob("*-test-*.xml")):
                yield from _of_file(level[-1], test, file)


def _of_file(level: str, test: Path, file: Path) -> Iterator[Question]:
    document = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    model = test / (document.findtext("{*}modelName") or "").strip()
    for case in document.iterfind("{*}testCase"):
        inputs = {node.get("name"): value_of(node) for node in case.iterfind("{*}inputNode")}
        service = case.get("invocableName", "") if case.get("type") == "decisionService" else ""
        for node in case.iterfind("{*}resultNode"):
            expected = node.find("{*}expected")
            yield Question(
                level,
                test.name,
                case.get("id", ""),
                model,
                node.get("name", ""),
                service,
                inputs,
                None if expected is None else value_of(expected),
            )


def value_of(node: etree._Element) -> Value:
    """Read a value: simple, list or components."""
    components = node.findall("{*}component")
    if components:
        return {one.get("name"): value_of(one) for one in components}
    items = node.find("{*}list")
    if items is not None and items.get(f"{_SCHEMA}nil") != "true":
        return [value_of(item) for item in items.iterfind("{*}item")]
    simple = node.find("{*}value")
    if simple is None or simple.get(f"{_SCHEMA}nil") == "true":
        return None
    return _simple(simple.get(f"{_SCHEMA}type", "xsd:string").rpartition(":")[2], simple.text or "")


def _simple(kind: str, text: str) -> Value:
    if kind == "boolean":
        return text.strip() == "true"
    if kind in ("decimal", "double", "integer", "float", "int", "long"):
        return Decimal(text.strip())
    if kind in _PARSERS:
        try:
            return _PARSERS[kind](text.strip())
        except (Failure, FeelUnsupported):
            return Unreadable(text.strip())
    return text
