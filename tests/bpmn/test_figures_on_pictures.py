"""Figures written on a drawing: a colour and always the number."""

import bpmn_builder as b
import showcase
from lxml import etree

from gridflow.bpmn import Diagram, Heat, draw, read
from gridflow.bpmn.drawing.heat import STEPS
from gridflow.workbench.insight.figures import steps
from gridflow.workbench.insight.recorded import told_apart

SVG = "{http://www.w3.org/2000/svg}"


def test_a_shape_has_its_colour_and_its_figure_and_others_stay_white() -> None:
    heat = Heat({"register": "36 件", "nobody": "1 件"}, {"register": 4}, links="#row-")
    tree = etree.fromstring(draw(read(showcase.SHOWCASE), heat=heat).encode())

    (mark,) = (each for each in tree.iter(f"{SVG}g") if each.get("id") == "at-register")
    assert "".join(mark.itertext()) == "36 件"
    assert mark[0].get("href") == "#row-register"
    filled = {
        each.get("data-element-id")
        for each in tree.iter(f"{SVG}g")
        if any(shape.get("fill") == STEPS[4] for shape in each)
    }
    assert filled == {"register"}


def test_five_colours_share_the_range_of_a_figure() -> None:
    assert steps({"a": 0, "b": 19, "c": 20, "d": 99, "e": 100}) == {"a": 0, "b": 0, "c": 1, "d": 4, "e": 4}
    assert steps({}) == {}
    assert steps({"a": 0}) == {"a": 0}


def drawn(*flows: str, key: str = "event") -> dict[str, Diagram]:
    nodes = b.start() + b.element("exclusiveGateway", "ask") + b.user_task("handle") + b.end()
    return {key: read((b.HEAD + b.process(nodes, *flows, key=key) + "</bpmn:definitions>").encode())}


def test_a_flow_is_counted_where_its_name_means_the_same_in_every_version() -> None:
    yes, no = b.flow("ask", "handle", key="yes"), b.flow("ask", "done", key="no")
    assert told_apart([drawn(yes, no), drawn(yes)]) == {"yes", "no"}
    assert told_apart([drawn(yes, no), drawn(yes, b.flow("ask", "start", key="no"))]) == {"yes"}
    assert told_apart([drawn(yes, no) | drawn(no, key="other")]) == {"yes"}
    assert told_apart([drawn(yes, no, b.flow("ask", "handle", key="also"))]) == {"yes", "no", "also"}
