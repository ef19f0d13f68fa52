"""An example that fails says so in the words of its city: who, which step, which field."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gridflow.catalogue import Catalogue
from gridflow.config import ROOT, Settings
from gridflow.documents.proofs import proof
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.running import prepare, run_one

CATALOGUE = Catalogue.read(ROOT)
SLUG = "event"
(FOUND,) = (one for one in CATALOGUE.scenarios("beihai", SLUG) if one.sentence == "forms-and-strangers-are-refused")
TEXT = FOUND.content.decode()
Fail = Callable[[str], str]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return prepare(ROOT, tmp_path_factory.mktemp("city"), (FOUND.city,))


@pytest.fixture
def failed(installed: Settings, tmp_path: Path) -> Fail:
    """Return how an example in other words is carried out; what differs first."""

    def run(text: str) -> str:
        return run_one(installed, tmp_path / "run", read_scenario(replace(FOUND, content=text.encode())), proof)[0]

    return run


SHORT = 'village_result = "unsolved"\ncoordination_note = "短"'
PATIENT = SHORT.replace("短", "挨家问了，没人承认，楼道灯也坏了。")
FAILURES = {
    "a step that is refused": (
        'refused = "village_result"\n',
        "",
        "第 3 步（村（社区）网格总负责人 村居协调）未能完成：协调结果：",
    ),
    "a case that cannot be opened": (
        'category = "0601"',
        'category = "9999"',
        "第 1 步（网格长 发起“网格事件”）未能完成：类别：",
    ),
    "somebody of a department": (
        'refused = "action_log"\n',
        "",
        "联动部门经办人（综合行政执法局） 处置）未能完成：办理过程：",
    ),
    "a step that does not wait": (
        'task = "accept_town"',
        'task = "dispatch_town"',
        "镇街交办）未能完成：“镇街交办”现在不在等待办理",
    ),
    "a refusal that does not come": (SHORT, PATIENT, "第 4 步：应被拒绝并提示“协调经过”，实际没有被拒绝"),
    "a refusal in other words": (
        'refused = "village_result"',
        'refused = "别的话"',
        "应被拒绝并提示“别的话”，实际提示“协调结果：",
    ),
    "another task that waits": (
        'open = ["dispatch_town"]',
        'open = ["accept_town"]',
        "待办应为 镇街受理研判，实际为 镇街交办",
    ),
    "another end": ('state = "closed"', 'state = "merged"', "案件状态应为“并案”，实际为“已办结”"),
    "a way that was not taken": (
        'path = ["',
        'path = ["terminate", "',
        "路径中缺少“终止”（或次序不对），实际经过：报送事件 →",
    ),
    "a way that was taken": ('not_path = ["', 'not_path = ["handle", "', "不应经过“处置”"),
    "an act of the record": (
        'audit = ["',
        'audit = ["release", "',
        "审计记录中缺少“退回本单位”（或次序不对），实际为：登记上报、",
    ),
    "a limit": ("documents = ", 'due = { handling = "2026-11-30T17:30" }\ndocuments = ', "时限“办理时限”的到期应为"),
    "a document": (
        'documents = ["',
        'documents = ["rejection_notice", "',
        "没有制发文书“不予受理告知单”，实际有：网格事件登记表、",
    ),
    "somebody the city does not know": (
        'as = "field_worker"',
        'as = "emperor"',
        "第 1 步（emperor 发起“网格事件”）未能完成：北海市没有案例里写的人员“emperor”",
    ),
    "an account nobody has": (
        'as = "field_worker"',
        'as = "staff:nobody"',
        "北海市没有案例里写的人员“staff:nobody”",
    ),
    "what nobody named": ('not_path = ["', 'not_path = ["merge_dispatch", "', "不应经过“merge_dispatch”"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_example_says_who_and_what_in_the_words_of_the_city(failed: Fail, name: str) -> None:
    old, new, words = FAILURES[name]

    assert words in failed(TEXT.replace(old, new, 1))
