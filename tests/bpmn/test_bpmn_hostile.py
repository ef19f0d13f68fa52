"""Whatever the file, the linter answers: soon, with findings or a refusal, never a traceback."""

import random
import time

import bpmn_builder as b
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridflow.bpmn import BpmnUnreadable, Finding, lay_out, lint, read
from gridflow.bpmn.names import NODES

SECONDS = 20.0
"""Processor time, far more than any takes: what would run on is found, a slow machine is not."""
IDS = st.sampled_from([f"n{n}" for n in range(8)] + ["Start", "", "a b", "'", "case", "event", "//x"])
EVENTS = st.sampled_from(
    ["timer", "message", "signal", "error", "escalation", "terminate", "link", "cancel", "nonsense"]
)
WORDS = st.sampled_from(["", "x", "PT1H", "limit.handling.due", "= 1 +", "“", "\u202e", "9" * 500])
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(content: bytes) -> list[Finding] | BpmnUnreadable:
    begun = time.process_time()
    try:
        return lint(read(content))
    except BpmnUnreadable as refusal:
        return refusal
    finally:
        assert time.process_time() - begun < SECONDS


@st.composite
def node(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(sorted(NODES)))
    inner = ""
    if draw(st.booleans()):
        inner += b.timer(draw(WORDS)) if draw(st.booleans()) else b.definition(draw(EVENTS), draw(IDS).replace("'", ""))
    if draw(st.integers(0, 5)) == 0:
        inner += "".join(draw(st.lists(node(), max_size=3)))
    attributes = {
        name: draw(st.one_of(IDS, WORDS))
        for name in draw(
            st.lists(st.sampled_from(["attachedToRef", "default", "calledElement", "g_role", "g_remind"]), unique=True)
        )
    }
    return b.element(kind, draw(IDS), draw(WORDS), inner, **attributes)


@st.composite
def diagrams(draw: st.DrawFn) -> bytes:
    nodes = draw(st.lists(node(), max_size=12))
    pairs = draw(st.lists(st.tuples(IDS, IDS), max_size=16))
    flows = [b.flow(s, t, draw(WORDS), key=f"f{i}") for i, (s, t) in enumerate(pairs)]
    drawn = draw(st.lists(st.tuples(IDS, st.floats(), st.floats(), st.floats(), st.floats()), max_size=8))
    edges = [b.edge(f"f{i}", (x, y), (w, h)) for i, (_, x, y, w, h) in enumerate(drawn)]
    shapes = [b.shape(key, x, y, w, h) for key, x, y, w, h in drawn]
    return b.file(b.process(*nodes, *flows), b.drawing(*shapes, *edges))


@given(diagrams())
@SETTINGS
def test_no_structure_brings_the_linter_down(content: bytes) -> None:
    answer = judged(content)
    assert isinstance(answer, BpmnUnreadable) or all(finding.remedy for finding in answer)


SOUND = b.file(
    '<bpmn:message id="m" name="m"/>',
    b.process(
        b.lanes(("lane", "village", ("act",))), b.start(), b.user_task("act"), b.rule_task("classify"),
        b.element("exclusiveGateway", "decide", "？", default="decide__done"),
        b.boundary("object", "act", b.definition("message", "m"), interrupting=False), b.end("own"), b.end(),
        b.path("start", "act", "classify", "decide", "done"), b.flow("decide", "act", "x > 1"), b.flow("object", "own"),
    ),
    b.drawing(b.shape("act", 0, 0), b.shape("decide", 200, 15, 50, 50), b.edge("start__act", (0, 0), (9, 9))),
)  # fmt: skip


@given(st.randoms(use_true_random=False), st.integers(1, 12))
@SETTINGS
def test_no_damage_to_the_bytes_brings_the_linter_down(chance: random.Random, times: int) -> None:
    content = bytearray(SOUND)
    for _ in range(times):
        at = chance.randrange(len(content))
        content[at : at + chance.randrange(4)] = bytes(chance.randrange(256) for _ in range(chance.randrange(4)))
    assert isinstance(judged(bytes(content)), list | BpmnUnreadable)


@given(st.randoms(use_true_random=False), st.integers(1, 6))
@SETTINGS
def test_no_exchange_of_words_brings_the_linter_down(chance: random.Random, times: int) -> None:
    words = SOUND.decode().split('"')
    for _ in range(times):
        words[chance.randrange(1, len(words))] = chance.choice(words)
    assert isinstance(judged('"'.join(words).encode()), list | BpmnUnreadable)


def chain(count: int) -> bytes:
    keys = [f"n{n}" for n in range(count)]
    tasks = (b.rule_task(key) for key in keys)
    return b.file(b.process(b.start(), *tasks, b.end(), b.path("start", *keys, "done")))


def pairs_of_loops(count: int) -> bytes:
    keys = [f"n{n}" for n in range(count)]
    gates = (b.element("exclusiveGateway", key) for key in keys)
    back = (b.flow(keys[n + 1], keys[n], key=f"back{n}") for n in range(0, count - 1, 2))
    return b.file(b.process(b.start(), *gates, b.end(), b.path("start", *keys, "done"), *back))


def web(kind: str, count: int) -> bytes:
    """Every gateway leads to many others: as many markings as can be."""
    keys = [f"n{n}" for n in range(count)]
    gates = (b.element(kind, key) for key in keys)
    flows = (b.flow(keys[n], keys[(n * 7 + m * 3) % count], key=f"f{n}_{m}") for n in range(count) for m in range(4))
    return b.file(b.process(b.start(), *gates, b.end(), b.flow("start", "n0"), b.flow("n1", "done"), *flows))


def many_branches(count: int) -> bytes:
    events = (
        b.boundary(f"e{n}", "act", b.timer("x"), interrupting=False) + b.flow(f"e{n}", "own") for n in range(count)
    )
    return b.file(
        b.process(b.start(), b.user_task("act"), *events, b.end("own"), b.end(), b.path("start", "act", "done"))
    )


def crossing(count: int) -> bytes:
    keys = [f"n{n}" for n in range(count)]
    tasks = (b.user_task(key) for key in keys)
    shapes = (b.shape(key, n * 3, n * 2) for n, key in enumerate(keys))
    edges = (b.edge(f"n{n}__n{n + 1}", (n, 0), (count - n, 900), (n * 5, 3)) for n in range(count - 1))
    return b.file(b.process(b.start(), *tasks, b.end(), b.path("start", *keys, "done")), b.drawing(*shapes, *edges))


def nested(count: int) -> bytes:
    inner = ""
    for n in range(count):
        inner = b.element("subProcess", f"s{n}", "", b.start(f"start{n}") + inner)
    return b.file(b.process(inner))


def texts(count: int) -> bytes:
    rows = b.inputs(**{f"i{n}": "x + 1 " * 300 for n in range(count)})
    return b.file(
        b.process(b.start(), b.service("serve", "set_values", rows), b.end(), b.path("start", "serve", "done"))
    )


HOSTILE = {
    "a chain at the limit": chain(290),
    "loops of two": pairs_of_loops(290),
    "a web of exclusive gateways": web("exclusiveGateway", 140),
    "a web of parallel gateways": web("parallelGateway", 140),
    "a web of inclusive gateways": web("inclusiveGateway", 140),
    "many branches": many_branches(280),
    "everything crosses": crossing(290),
    "sub-processes in sub-processes": nested(50),
    "a thousand long expressions": texts(1000),
    "twenty thousand elements": b.file(b.process("<bpmn:task/>" * 19_000)),
    "a very long name": b.file(b.process(b.user_task("x" * 900_000, "名" * 300_000))),
    "many unknown elements": b.file(b.process("".join(f'<bpmn:x id="i{n}"/>' for n in range(9_000)))),
    "huge coordinates": b.file(b.process(b.user_task("act")), b.drawing(b.shape("act", 1e308, 1e308))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_judged_within_two_seconds(name: str) -> None:
    assert judged(HOSTILE[name])


def test_a_sub_process_with_the_id_of_its_process_is_laid_out_but_once() -> None:
    inner = b.element("subProcess", "p", "", b.start("begin") + b.end("finish") + b.path("begin", "finish"))
    content = b.file(b.process(b.start(), inner, b.end(), b.path("start", "p", "done"), key="p"))
    assert {"start", "p", "done"} <= lay_out(read(content)).shapes.keys()
