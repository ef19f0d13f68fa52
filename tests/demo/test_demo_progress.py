"""How far the story is, where nobody watches a terminal."""

import pytest

from gridflow.demo.progress import progress


def test_a_line_is_said_every_tenth_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(40, "推进案件") as forward:
        for _ in range(40):
            forward(1)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0] == "推进案件：4 / 40"
    assert lines[-1] == "推进案件：40 / 40"


def test_a_great_leap_says_one_line_and_nothing_to_do_says_none(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(3, "制作文书和卷宗") as forward:
        forward(3)
    with progress(0, "制作文书和卷宗"):
        pass

    assert capsys.readouterr().out.splitlines() == ["制作文书和卷宗：3 / 3"]
