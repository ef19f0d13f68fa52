"""The DMN TCK as a test: nothing silently wrong, at least 95 % right."""

from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.corpus import SETTING, folder, questions
from tests.conformance.report import main
from tests.conformance.verdicts import REFUSED, RIGHT, WRONG, judge, verdicts

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="x" name="x">
<inputData id="i" name="n"><variable name="n" typeRef="number"/></inputData>
<decision id="d1" name="sum"><informationRequirement><requiredInput href="#i"/></informationRequirement>
<literalExpression><text>n + 1</text></literalExpression></decision>
<decision id="d2" name="outside"><literalExpression><text>function(a) external {}</text></literalExpression></decision>
</definitions>"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>t.dmn</modelName><testCase id="1">
<inputNode name="n"><value xsi:type="xsd:decimal">1</value></inputNode>
<resultNode name="sum"><expected><value xsi:type="xsd:decimal">{}</value></expected></resultNode>
<resultNode name="outside"><expected><value xsi:type="xsd:decimal">1</value></expected></resultNode>
</testCase></testCases>"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    test = tmp_path / "compliance-level-2" / "0001-t"
    test.mkdir(parents=True)
    (tmp_path / "compliance-level-3").mkdir()
    (test / "t.dmn").write_text(MODEL)
    return tmp_path


@pytest.mark.parametrize(("expected", "verdict"), [("2", RIGHT), ("3", WRONG)])
def test_the_judge_tells_right_refused_and_wrong_apart(corpus: Path, expected: str, verdict: str) -> None:
    (corpus / "compliance-level-2" / "0001-t" / "t-test-01.xml").write_text(CASES.format(expected))
    found = [judge(question) for question in questions(corpus)]
    assert [one.result for one in found] == [verdict, REFUSED]
    assert "外部函数" in found[1].reason


def test_the_report_says_so_when_the_corpus_is_absent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert main() == 0
    assert "nothing measured" in capsys.readouterr().out


def test_nothing_of_the_standard_is_silently_wrong() -> None:
    root = folder()
    if root is None:
        pytest.skip(f"{SETTING} does not name the folder of the DMN TCK")
    found = list(verdicts(root))
    wrong = [f"{one.question.test} {one.question.asked}: {one.reason}" for one in found if one.result == WRONG]
    counts = Counter(one.result for one in found)
    assert wrong == []
    assert counts[RIGHT] / counts.total() >= 0.97
    assert all(one.reason for one in found if one.result == REFUSED)
