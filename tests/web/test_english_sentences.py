"""What the layers below say, read in English: put together, with names, lists and what is not ours."""

from collections.abc import Callable

import pytest
from demo_installation import Person
from markupsafe import Markup

from gridflow.bpmn.errors import BpmnUnreadable
from gridflow.engine.errors import WorkItemTaken
from gridflow.engine.runtime.faults import DiagramRefused
from gridflow.web.sentences import LONGEST, retell


def test_a_sentence_takes_its_values_over() -> None:
    assert retell("表单 dispatch 不存在。") == "Form dispatch does not exist."


def test_a_name_in_quotation_marks_stays_even_where_it_is_a_word_of_ours() -> None:
    assert retell("环节“用户任务”：表单 x 不存在。") == "Step “用户任务”: Form x does not exist."


def test_a_value_that_is_a_sentence_is_told_too() -> None:
    refused = WorkItemTaken("张三", "3月2日（周一）10:00")

    assert retell(refused.message) == (
        "This task was completed by 张三 on 3月2日（周一）10:00; "
        "what you filled in is kept as a draft, and nothing was submitted twice."
    )


def test_sentences_that_were_put_together_are_told_each_for_itself() -> None:
    refused = DiagramRefused("有几个开始事件。请只留一个，其后用网关区分来源。", "p")

    assert retell(refused.message).startswith("The diagram cannot be run. Element “p” (p): ")
    assert "start event" in retell(refused.message)


def test_a_list_of_words_is_told_word_by_word() -> None:
    assert retell("没有规则覆盖：等级 不是 “L1”、“L2” 且 天数 为空").endswith(
        "等级 is not “L1”, “L2” and 天数 is empty"
    )


def test_a_word_of_the_sentence_within_a_name_does_not_part_it() -> None:
    assert retell("与从“到期”到“催办督办”的流交叉。") == "It crosses the flow from “到期” to “催办督办”."


def test_a_prefix_with_a_line_is_told_with_what_follows() -> None:
    assert retell(BpmnUnreadable("没有开始事件。", 7).message) == "Line 7: There is no start event."


@pytest.mark.parametrize("text", ["", "done", "某个城市自己写的话。", "东：西，南；北", Markup("没有开始事件。")])
def test_what_the_code_does_not_write_stays(text: str) -> None:
    assert retell(text) == text


def test_a_word_with_a_note_in_brackets_is_told_and_so_is_the_note() -> None:
    assert retell("监听器（Camunda taskListener）") == "listener (Camunda taskListener)"
    assert retell("监听器（脚本）") == "listener (script)"
    assert retell("望京村（第一网格）") == "望京村（第一网格）"


def test_the_spaces_that_part_a_value_from_chinese_are_not_put_beside_those_of_the_english() -> None:
    assert retell("开关 grids 写的是 true。") == "Switch grids is true."


def test_a_text_longer_than_any_sentence_stays() -> None:
    assert retell("没有开始事件。" * LONGEST) == "没有开始事件。" * LONGEST


def test_a_page_of_an_error_is_told_in_the_language_of_the_reader(person: Callable[[str], Person]) -> None:
    village = person("nb-village")
    chinese = village.get("/tasks/00000000000000000000").text
    village.get("/")
    village.post("/language", language="en", back="/")
    english = village.get("/tasks/00000000000000000000").text

    assert "没有找到这项任务" in chinese
    assert "This task was not found" in english
    assert "没有找到这项任务" not in english
