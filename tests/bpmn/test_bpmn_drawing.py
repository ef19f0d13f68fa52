"""The picture of a diagram: what is in it, what must not be, and that hostile files cannot write into it."""

from dataclasses import replace

import bpmn_builder as b
import pytest
import showcase
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gridflow.bpmn import Diagram, NothingToDraw, Taken, draw, read
from gridflow.bpmn.drawing.svg import BLUE, GREEN
from gridflow.bpmn.lettering import NOT_FIRST, width, wrap

SVG = "{http://www.w3.org/2000/svg}"
TAKEN = Taken(
    elements={"start": (1,), "register": (2,), "dispatch": (3, 7, 9, 12)},
    flows=frozenset({"start__register"}),
    current=frozenset({"handle"}),
)


@pytest.fixture(scope="module")
def diagram() -> Diagram:
    return read(showcase.SHOWCASE)


def tree(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def part(svg: str, key: str) -> etree._Element:
    (found,) = (g for g in tree(svg).iter(f"{SVG}g") if g.get("data-element-id") == key)
    return found


def written(svg: str) -> str:
    return "".join(text.text or "" for text in tree(svg).iter(f"{SVG}text"))


def test_every_drawn_element_and_flow_is_in_the_picture(diagram: Diagram) -> None:
    shown = {g.get("data-element-id") for g in tree(draw(diagram)).iter(f"{SVG}g")} - {None}
    lanes = set(diagram.processes["event"].lanes)
    assert shown == {*diagram.nodes, *diagram.flows, *lanes, "pool"}


def test_names_are_written_whole_though_broken_into_lines(diagram: Diagram) -> None:
    text = written(draw(diagram))
    for name in ("研判后交办，确定主办单位和协办单位", "专职网格员", "需要协办？", "职责异议", "交办单"):
        assert name in text
    assert "承办单位（主办）" in text


def test_only_what_prints_everywhere_is_used(diagram: Diagram) -> None:
    names = {etree.QName(e).localname for e in tree(draw(diagram, taken=TAKEN)).iter(etree.Element)}
    assert names <= {"svg", "title", "desc", "g", "path", "rect", "circle", "line", "polygon", "text"}
    assert "marker" not in draw(diagram)
    assert "paint-order" not in draw(diagram)


def test_arrow_heads_end_where_the_flow_ends(diagram: Diagram) -> None:
    (head,) = part(draw(diagram), "start__register").iter(f"{SVG}polygon")
    assert (head.get("points") or "").startswith("160,90 ")


def test_a_non_interrupting_boundary_event_is_dashed(diagram: Diagram) -> None:
    dashes = {
        key: [c.get("stroke-dasharray") for c in part(draw(diagram), key).iter(f"{SVG}circle")]
        for key in ("object", "late")
    }
    assert dashes == {"object": ["5 3", "5 3"], "late": [None, None]}


def test_the_way_taken_is_heavier_and_numbered(diagram: Diagram) -> None:
    plain, taken = draw(diagram), draw(diagram, taken=TAKEN)
    line = next(part(taken, "start__register").iter(f"{SVG}path"))
    usual = next(part(plain, "start__register").iter(f"{SVG}path"))
    assert line.get("stroke") == GREEN
    assert float(line.get("stroke-width") or 0) >= 1.9 * float(usual.get("stroke-width") or 0)
    for badge in ("1", "2", "…·7·9·12", "在办"):
        assert f">{badge}</text>" in taken
        assert f">{badge}</text>" not in plain


def test_what_was_passed_is_green_and_where_the_case_stands_blue(diagram: Diagram) -> None:
    taken = draw(diagram, taken=TAKEN)
    drawn = {key: next(part(taken, key).iter(f"{SVG}rect")).get("stroke") for key in ("register", "handle")}
    assert drawn == {"register": GREEN, "handle": BLUE}


def test_the_way_taken_is_also_told_in_words(diagram: Diagram) -> None:
    picture = tree(draw(diagram, taken=TAKEN))
    described = {e.get("id"): e.text for e in picture.iter(f"{SVG}title", f"{SVG}desc") if e.get("id")}
    assert picture.get("role") == "img"
    assert (picture.get("aria-labelledby") or "").split() == list(described)
    told = " ".join(filter(None, described.values()))
    assert "事件" in told
    assert "1 发现问题，2 登记上报，3 研判后交办" in told
    assert "正在办理：办理并填写结果" in told


def test_the_contents_of_a_collapsed_sub_process_are_not_drawn(diagram: Diagram) -> None:
    shapes = {**diagram.shapes, "handling": replace(diagram.shapes["handling"], expanded=False)}
    shown = draw(replace(diagram, shapes=shapes))
    assert 'data-element-id="handling"' in shown
    assert 'data-element-id="handle"' not in shown
    assert 'data-element-id="handle__handling_done"' not in shown


def test_one_process_of_several_is_drawn_alone() -> None:
    other = b.process(b.start("begin"), key="other")
    content = b.file(
        b.process(b.start()), other, b.drawing(b.shape("start", 0, 0, 36, 36), b.shape("begin", 0, 500, 36, 36))
    )
    assert 'data-element-id="begin"' in draw(read(content))
    assert 'data-element-id="begin"' not in draw(read(content), "event")
    with pytest.raises(NothingToDraw, match="gone"):
        draw(read(content), "gone")


def test_a_diagram_without_a_drawing_is_laid_out_and_an_empty_one_refused_in_a_sentence() -> None:
    assert 'data-element-id="start"' in draw(read(b.file(b.process(b.start()))))
    with pytest.raises(NothingToDraw, match="没有要画的元素"):
        draw(read(b.file(b.process())))


def test_the_same_diagram_gives_the_same_text(diagram: Diagram) -> None:
    assert draw(diagram, taken=TAKEN) == draw(read(showcase.SHOWCASE), taken=TAKEN)


HOSTILE = "\"><script>alert(1)</script><!-- & ' ]]>"


def test_no_text_of_the_file_becomes_markup() -> None:
    content = b.file(
        b.process(b.user_task("act", HOSTILE), b.start(), b.flow("start", "act", name=HOSTILE)),
        b.drawing(b.shape("act", 0, 0), b.shape("start", 200, 0, 36, 36), b.edge("start__act", (200, 18), (120, 18))),
    )
    svg = draw(read(content), taken=Taken(elements={"act": (1,)}))
    assert not list(tree(svg).iter(f"{SVG}script"))
    assert "<script" not in svg


@given(st.text(max_size=60), st.floats(12, 300), st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_wrapped_lines_keep_the_text_and_the_width(text: str, widest: float, most: int) -> None:
    lines = wrap(text, widest, 12.0, most)
    assert len(lines) <= most
    for line in lines:
        core = line.rstrip("".join(NOT_FIRST))
        assert width(core, 12.0) <= widest + 24.0
    if not any(line.endswith("…") for line in lines):
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_line_never_begins_with_closing_punctuation() -> None:
    lines = wrap("发现问题并登记，（当场）处置完毕。", 72, 12.0)
    assert len(lines) > 1
    assert not any(line[0] in NOT_FIRST for line in lines)
    assert not any(line.endswith("（") for line in lines)
