"""The faults of a drawing that the interchange shows."""

import bpmn_builder as b
import pytest

from gridflow.bpmn import lint, read

PROCESS = b.process(
    b.lanes(("lane", "village", ("start", "act", "register", "done"))),
    b.start(), b.user_task("act"), b.user_task("register"), b.end(),
    b.path("start", "act", "register", "done"),
)  # fmt: skip
SHAPES = {
    "lane": b.shape("lane", 0, 0, 700, 200, isHorizontal="true"),
    "start": b.shape("start", 50, 82, 36, 36),
    "act": b.shape("act", 140, 60),
    "register": b.shape("register", 320, 60),
    "done": b.shape("done", 500, 82, 36, 36),
}
EDGES = {
    "start__act": b.edge("start__act", (86, 100), (140, 100)),
    "act__register": b.edge("act__register", (260, 100), (320, 100)),
    "register__done": b.edge("register__done", (440, 100), (500, 100)),
}


def layout(process: str = PROCESS, **changed: str) -> set[str]:
    parts = [part for part in {**SHAPES, **EDGES, **changed}.values() if part]
    return {f.rule for f in lint(read(b.file(process, b.drawing(*parts)))) if f.rule.startswith("layout-")}


def test_a_tidy_drawing_has_no_findings() -> None:
    assert layout() == set()


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("layout-missing", {"act": ""}),
        ("layout-missing", {"act__register": ""}),
        ("layout-missing", {"lane": ""}),
        ("layout-overlap", {"register": b.shape("register", 240, 60)}),
        ("layout-outside-lane", {"register": b.shape("register", 320, 150)}),
        ("layout-task-size", {"register": b.shape("register", 320, 60, 100, 80)}),
        (
            "layout-crossing",
            {"register__done": b.edge("register__done", (380, 140), (380, 170), (300, 170), (300, 20))},
        ),
        ("layout-crossing", {"register__done": b.edge("register__done", (265, 100), (315, 100))}),
        ("layout-through-shape", {"start__act": b.edge("start__act", (86, 100), (400, 100), (400, 160), (200, 140))}),
        ("layout-through-label", {"act__register": b.edge("act__register", (200, 140), (40, 128), (320, 130))}),
        (
            "layout-label-covered",
            {
                "done": b.shape("done", 500, 30, 36, 36),
                "register": b.shape("register", 460, 72),
                "register__done": "",
            },
        ),
    ],
)
def test_each_fault_of_the_drawing_is_found(rule: str, changed: dict[str, str]) -> None:
    assert rule in layout(**changed)


def test_a_page_with_more_than_thirty_nodes_is_crowded() -> None:
    tasks = "".join(b.user_task(f"t{n}") for n in range(31))
    assert "layout-crowded" in layout(b.process(b.start(), tasks, b.end()))


def test_a_name_that_does_not_fit_its_task_is_told() -> None:
    long = PROCESS.replace('id="act" name="登记"', f'id="act" name="{"登记" * 20}"')
    assert "layout-name-too-long" in layout(long)


def test_flows_that_meet_at_the_same_target_do_not_cross() -> None:
    process = b.process(
        b.start(), b.user_task("act"), b.user_task("register"), b.end(),
        b.path("start", "act", "done"), b.flow("register", "done"),
    )  # fmt: skip
    found = layout(
        process,
        lane="",
        act__register="",
        act=b.shape("act", 140, 260),
        start__act=b.edge("start__act", (86, 100), (110, 100), (110, 300), (140, 300)),
        act__done=b.edge("act__done", (260, 300), (470, 300), (470, 100), (500, 100)),
    )
    assert found == set()


def test_a_drawing_without_any_shape_is_one_finding() -> None:
    findings = [f for f in lint(read(b.file(PROCESS))) if f.rule == "layout-missing"]
    assert len(findings) == 1
