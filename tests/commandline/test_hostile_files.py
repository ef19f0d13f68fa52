"""Whatever a file holds, `gridflow procedures check FILE` answers soon, in Chinese, and with little memory."""

import json
import random
import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gridflow.checking import Found, check_file
from gridflow.config import ROOT

SECONDS = 20.0
"""Processor time, far more than any takes: what would run on is found, a slow machine is not."""
MEGABYTES = 300
"""By which one file may raise what the process holds before."""
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SOUND = {
    ".bpmn": [ROOT / f"processes/{name}.bpmn" for name in ("_shared/handling", "event/event", "_shared/objection")],
    ".dmn": [ROOT / f"processes/{name}.dmn" for name in ("_shared/limit", "event/decisions/classify")],
    ".json": sorted((ROOT / "forms/event").glob("*.json"))[:4],
}
ODD = [
    "", " ", "a b", "\u202e", "“", "${7*7}", "__import__('os')", "=1 +", "9" * 400, "(" * 500, "limit.handling.due",
    "duration(\"P1D\")", "-1", "NaN", "event", "Start", "End", "case", "x" * 5_000, "null", "1e999", "%s%n", "{{7*7}}",
]  # fmt: skip
KEYS = st.sampled_from(["type", "components", "key", "label", "validate", "values", "properties", "id", "conditional"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*ODD, "\ud800"])
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))
HAN = re.compile("[\u4e00-\u9fff]")
SURROGATE = re.compile("[\ud800-\udfff]")
BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
DMN = 'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="n"'


def peak() -> int:
    """Return the most memory this process held since the peak was last forgotten, in kilobytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


def peak_from_here() -> int:
    """Forget what the tests before took, as Linux offers it, and return what the process holds now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


class Answer(NamedTuple):
    """What checking a file told, and what it took: seconds of the processor, kilobytes beyond what was held."""

    found: list[Found]
    seconds: float
    kilobytes: int


def answer(folder: Path, content: bytes, suffix: str) -> Answer:
    path = folder / f"hostile{suffix}"
    path.write_bytes(content)
    begun, held = time.process_time(), peak_from_here()
    found = check_file(path, ROOT)
    return Answer(found, time.process_time() - begun, peak() - held)


def faults(given: Answer) -> list[str]:
    """Return what an answer lacks: soon, with little memory, every finding in Chinese with a place and a remedy."""
    told = [
        f"{one.finding}: {lack}"
        for one in given.found
        for lack, there in {
            "no Chinese": HAN.search(one.finding.message),
            "no remedy": one.finding.remedy,
            "no place": one.finding.element or one.finding.rule == "unreadable",
            "no text that can be printed": not SURROGATE.search(json.dumps(one.as_dict(), ensure_ascii=False)),
        }.items()
        if not there
    ]
    slow = [f"{given.seconds:.0f} seconds"] if given.seconds >= SECONDS else []
    large = [f"{given.kilobytes} kB"] if given.kilobytes >= MEGABYTES * 1024 else []
    return [*slow, *large, *told]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.mark.parametrize("suffix", SOUND)
@given(st.randoms(use_true_random=False))
@SETTINGS
def test_damaged_bytes_are_answered(folder: Path, suffix: str, chance: random.Random) -> None:
    content = bytearray(chance.choice(SOUND[suffix]).read_bytes())
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(content))
        content[at : at + chance.randrange(30)] = bytes(chance.randrange(256) for _ in range(chance.randrange(6)))

    assert faults(answer(folder, bytes(content), suffix)) == []


@pytest.mark.parametrize("suffix", [".bpmn", ".dmn"])
@given(st.randoms(use_true_random=False))
@SETTINGS
def test_elements_moved_doubled_renamed_and_odd_texts_are_answered(
    folder: Path, suffix: str, chance: random.Random
) -> None:
    root = etree.fromstring(chance.choice(SOUND[suffix]).read_bytes())
    for _ in range(chance.randrange(1, 12)):
        _bend(root, chance)

    assert faults(answer(folder, etree.tostring(root, encoding="utf-8"), suffix)) == []


def _bend(root: etree._Element, chance: random.Random) -> None:
    elements = [element for element in root.iter(etree.Element) if element is not root]
    if not elements:
        return
    one, other = chance.choice(elements), chance.choice(elements)
    parent = one.getparent()
    match chance.randrange(6):
        case 0 if parent is not None:
            parent.remove(one)
        case 1 if one not in other.iterancestors():
            other.append(etree.fromstring(etree.tostring(one)))
        case 2:
            one.tag = other.tag
        case 3 if one.attrib:
            one.set(chance.choice(list(one.attrib)), chance.choice(ODD))
        case 4 if one.attrib:
            del one.attrib[chance.choice(list(one.attrib))]
        case _:
            one.text = chance.choice(ODD)


@pytest.mark.parametrize("suffix", [".json", ".form"])
@given(JSON)
@SETTINGS
def test_any_json_is_answered(folder: Path, suffix: str, value: object) -> None:
    content = json.dumps({"type": "default", "schemaVersion": 16, "components": value}).encode()

    assert faults(answer(folder, content, suffix)) == []


def bomb(levels: int) -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(levels))
    return f"<!DOCTYPE d [{entities}]>"


def nested(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + f"</{tag}>" * depth


def in_process(inner: str) -> bytes:
    return f'<definitions {BPMN}><process id="x">{inner}</process></definitions>'.encode()


def in_table_file(inner: str) -> bytes:
    return f"<definitions {DMN}>{inner}</definitions>".encode()


def table(cells: str) -> str:
    return (
        f'<definitions {DMN}><decision id="d" name="d"><decisionTable><input><inputExpression><text>x</text>'
        f'</inputExpression></input><output name="y"/>{cells}</decisionTable></decision></definitions>'
    )


RULE = "<rule><inputEntry><text>{}</text></inputEntry><outputEntry><text>{}</text></outputEntry></rule>"
SHORT = f'<definitions {BPMN}><process id="p"><startEvent id="s"/></process></definitions>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
SELFISH = '<decision id="d"><informationRequirement><requiredDecision href="#d"/></informationRequirement></decision>'
ROUND = (
    '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'
    '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition><decision id="d"><variable typeRef="a"/></decision>'
)
ENDLESS = (
    '<businessKnowledgeModel id="k" name="k">'
    '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
    "<encapsulatedLogic><literalExpression><text>k()</text></literalExpression></encapsulatedLogic>"
    "</businessKnowledgeModel>"
)
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50,
    "UTF-16": SHORT.encode("utf-16"),
    "UTF-32": SHORT.encode("utf-32"),
    "GB18030, declared": f'<?xml version="1.0" encoding="GB18030"?>{SHORT}<!--流程-->'.encode("gb18030"),
    "GB18030, not declared": f"{SHORT}<!--流程-->".encode("gb18030"),
    "an unknown encoding": f'<?xml version="1.0" encoding="klingon"?>{SHORT}'.encode(),
    "two byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf" + SHORT.encode(),
    "laughs": (bomb(12) + SHORT.replace("</process>", "&a11;</process>")).encode(),
    "an external entity": (OUTSIDE + SHORT.replace("/>", ">&e;</startEvent>", 1)).encode(),
    "a parameter entity": f'<!DOCTYPE d [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]>{SHORT}'.encode(),
    "processing instructions": ("<?php system('id') ?>" * 1_000 + SHORT).encode(),
    "a million characters on one line": SHORT.replace('id="s"', f'id="{"s" * 1_000_000}"').encode(),
    "elements in elements": f"<definitions {BPMN}>{nested('process', 10_000)}</definitions>".encode(),
    "sub-processes in sub-processes": f"<definitions {BPMN}>{nested('subProcess', 50)}</definitions>".encode(),
    "no namespace": b'<definitions><process id="p"/></definitions>',
    "an undeclared prefix": b'<bpmn:definitions><bpmn:process id="p"/></bpmn:definitions>',
    "every id the same": in_process('<task id="x"/>' * 5_000),
    "five thousand tasks": in_process("".join(f'<task id="t{n}"/>' for n in range(5_000))),
    "a process that calls itself": in_process('<callActivity id="c" calledElement="x"/>'),
    "null characters": SHORT.replace("p", "\0").encode(),
    "JSON nested deep": b"[" * 100_000,
    "JSON with doubled keys": b'{"type":"default","type":"x","components":[],"components":{}}',
    "a huge number": b'{"components":' + b"9" * 5_000 + b"}",
    "deep brackets in a cell": table(RULE.format("(" * 5_000, "1")).encode(),
    "five thousand rules": table(RULE.format("1", "1") * 5_000).encode(),
    "a pattern that backtracks": table(RULE.format('matches(?, "(a+)+$")', "1")).encode(),
    "a range without end": table(RULE.format("-", "for i in 1..999999999999 return i")).encode(),
    "a decision that requires itself": in_table_file(SELFISH),
    "types in a circle": in_table_file(ROUND),
    "knowledge that calls itself": in_table_file(ENDLESS),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", [".bpmn", ".dmn", ".json", ".xml"])
def test_a_hostile_file_is_answered_whatever_it_is_called(folder: Path, name: str, suffix: str) -> None:
    given = answer(folder, HOSTILE[name], suffix)

    assert faults(given) == []
    assert given.found or suffix in (".dmn", ".xml"), "only a table may be in order"
