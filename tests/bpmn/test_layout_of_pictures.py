"""A drawing for diagrams that have none: nothing overlaps, flows begin and end at their shapes, lanes are kept."""

import time
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import bpmn_builder as b
import pytest
import showcase
from hypothesis import given, settings
from hypothesis import strategies as st

from gridflow.bpmn import Bounds, Diagram, Edge, draw, is_drawn, lay_out, lint, read, with_drawing
from gridflow.bpmn.geometry import grown, overlap, within

PROCESSES = Path(__file__).parents[2] / "processes"
NODES = st.sampled_from(["userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "endEvent", "subProcess"])


@st.composite
def diagrams(draw: st.DrawFn) -> bytes:
    """Any flows between any elements, in lanes or none, with boundary events and elements inside sub-processes."""
    kinds = draw(st.lists(NODES, min_size=1, max_size=14))
    keys = [f"n{number}" for number in range(len(kinds))]
    inside = b.user_task("inner") + b.end("inner_end") + b.path("inner", "inner_end")
    parts = [
        b.element(kind, key, "办理事项", inside.replace("inner", f"{key}_in") if kind == "subProcess" else "")
        for key, kind in zip(keys, kinds, strict=True)
    ]
    hosts = draw(st.lists(st.sampled_from(keys), max_size=5))
    events = [f"b{number}" for number in range(len(hosts))]
    parts += [b.boundary(key, host, b.timer("P1D")) for key, host in zip(events, hosts, strict=True)]
    ends = st.tuples(st.sampled_from([*keys, *events]), st.sampled_from([*keys, *events]))
    flows = draw(st.lists(ends, max_size=24, unique=True))
    parts += [b.flow(source, target, name="同意") for source, target in flows]
    rows = draw(st.integers(0, 3))
    lane = {key: draw(st.integers(0, rows)) for key in keys} if rows else {}
    lanes = [(f"lane{row}", "village", tuple(key for key in keys if lane[key] == row)) for row in range(rows)]
    return b.file(b.process(*([b.lanes(*lanes)] if lanes else []), *parts))


def meets(box: Bounds, point: tuple[float, float]) -> bool:
    """Tell whether a point lies on the outline of a rectangle."""
    here = Bounds(*point, 0, 0)
    return within(here, grown(box, 0.6)) and not within(here, grown(box, -0.6))


def neighbours(diagram: Diagram, parent: str) -> Sequence[tuple[str, Bounds]]:
    return [(node.id, diagram.shapes[node.id].bounds) for node in diagram.nodes.values() if node.parent == parent]


def overlapping(diagram: Diagram) -> list[tuple[str, str]]:
    parents = {node.parent for node in diagram.nodes.values()}
    hosts = {node.id: node.attached_to for node in diagram.nodes.values()}
    return [
        (one, other)
        for parent in parents
        for (one, here), (other, there) in combinations(neighbours(diagram, parent), 2)
        if overlap(grown(here, -0.1), there) and hosts[one] != other and hosts[other] != one
    ]


def ends(diagram: Diagram, flow: str, edge: Edge) -> bool:
    found = diagram.flows[flow]
    boxes = diagram.shapes[found.source].bounds, diagram.shapes[found.target].bounds
    return meets(boxes[0], edge.points[0]) and meets(boxes[1], edge.points[-1])


@settings(max_examples=150, deadline=None)
@given(diagrams())
def test_nothing_overlaps_and_every_flow_begins_and_ends_at_its_shapes(xml: bytes) -> None:
    diagram = lay_out(read(xml))

    assert is_drawn(diagram)
    assert overlapping(diagram) == []
    assert [key for key, edge in diagram.edges.items() if not ends(diagram, key, edge)] == []
    draw(diagram)


@settings(max_examples=50, deadline=None)
@given(diagrams())
def test_elements_stand_in_their_lane_or_sub_process(xml: bytes) -> None:
    diagram = lay_out(read(xml))

    around = {node.id: node.parent for node in diagram.nodes.values() if node.parent in diagram.nodes}
    around |= {node.id: node.lane for node in diagram.nodes.values() if node.lane and node.id not in around}
    boxes = {key: shape.bounds for key, shape in diagram.shapes.items()}
    sits = {node.id for node in diagram.nodes.values() if node.attached_to}
    assert [key for key, outer in around.items() if key not in sits and not within(boxes[key], boxes[outer])] == []


@settings(max_examples=30, deadline=None)
@given(diagrams())
def test_the_drawing_written_into_a_file_is_read_again(xml: bytes) -> None:
    written = with_drawing(xml)

    again = read(written)
    assert is_drawn(again)
    assert again.nodes.keys() == read(xml).nodes.keys()
    assert with_drawing(written) == written


def test_shipped_diagrams_laid_out_anew_have_no_fault_but_crossing_flows() -> None:
    faults: list[str] = []
    crossings = files = 0
    for path in sorted(PROCESSES.glob("*/*.bpmn")):
        found = [one.rule for one in lint(lay_out(read(path.read_bytes()))) if one.rule.startswith("layout-")]
        crossings += found.count("layout-crossing")
        faults += [f"{path.name} {rule}" for rule in found if rule not in {"layout-crossing", "layout-through-label"}]
        files += 1
    assert faults == []
    assert crossings < 3 * files


def test_what_is_drawn_already_is_left_as_it_is() -> None:
    assert with_drawing(showcase.SHOWCASE) == showcase.SHOWCASE
    assert with_drawing(showcase.SHOWCASE, anew=True) != showcase.SHOWCASE


def test_what_elements_are_called_by_does_not_change_where_lines_run() -> None:
    flows = [
        (8, 4), (5, 2), (4, 12), (4, 1), (4, 4), (7, 3), (9, 12), (8, 11), (6, 9), (8, 7), (2, 6), (6, 8), (4, 11),
        (10, 0), (0, 5), (6, 10), (5, 7),
    ]  # fmt: skip
    drawings = set()
    for word in [f"step{number}_" for number in range(20)]:  # a set of words has another order in every process
        tasks = [b.user_task(f"{word}{number}") for number in range(13)]
        drawn = lay_out(read(b.file(b.process(*tasks, *(b.flow(f"{word}{s}", f"{word}{t}") for s, t in flows)))))
        drawings.add(tuple(edge.points for edge in drawn.edges.values()))

    assert len(drawings) == 1


@pytest.mark.parametrize("lost", ["shape", "edge"])
def test_a_drawing_with_holes_is_made_anew(lost: str) -> None:
    whole = b.file(
        b.process(b.start(), b.end(), b.path("start", "done")),
        b.drawing(
            b.shape("start", 0, 0, 36, 36),
            b.shape("done", 100, 0, 36, 36) if lost != "shape" else "",
            b.edge("start__done", (36, 18), (100, 18)) if lost != "edge" else "",
        ),
    )
    assert not is_drawn(read(whole))
    assert is_drawn(read(with_drawing(whole)))


def test_a_thousand_elements_take_less_than_two_seconds() -> None:
    keys = [f"n{number}" for number in range(1000)]
    parts = [b.user_task(key) if number % 3 else b.element("exclusiveGateway", key) for number, key in enumerate(keys)]
    chain = "".join(b.flow(one, other, name="是") for one, other in pairwise(keys) if hash_of(one) % 5)
    far = "".join(b.flow(key, keys[(number * 37) % 1000], key=f"far{number}") for number, key in enumerate(keys))
    diagram = read(b.file(b.process(*parts, chain, far)))

    began = time.process_time()
    laid = lay_out(diagram)
    assert time.process_time() - began < 2
    assert max(shape.bounds.right for shape in laid.shapes.values()) <= 100_000
    assert overlapping(laid) == []


def hash_of(key: str) -> int:
    return int(key[1:]) * 7 + 3


def test_ten_thousand_flows_between_a_few_elements_do_not_hold_anybody_up() -> None:
    ends = [(f"n{one}", f"n{other}") for one in range(100) for other in range(100, 200)]
    parts = [b.user_task(f"n{number}") for number in range(200)]
    diagram = read(b.file(b.process(*parts, *(b.flow(one, other, name="是") for one, other in ends))))

    began = time.process_time()
    assert is_drawn(lay_out(diagram))
    assert time.process_time() - began < 4
