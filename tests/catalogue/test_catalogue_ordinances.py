"""The plain text of an ordinance, as a government's page has it, becomes articles that can be cited."""

import pytest

from gridflow.catalogue import FileInvalid
from gridflow.catalogue.ordinance import markdown, read_ordinance

PAGE = """\ufeff新河市网格化服务管理条例
（2026年1月1日通过）
目录
第一章　总则
第二章　职责

第一章　总则
　　第一条　为了规范网格化服务管理，制定本条例。
　　第二条 网格员承担下列工作：
　　(一)宣传；
　　（二）报告。
　　第二条第一款规定的事项，应当限时办结。
第二章　职责
第三条
任何单位不得阻止上报。
第四条规定的情形除外。
"""


def test_a_page_becomes_headings_paragraphs_and_items() -> None:
    ordinance = read_ordinance("条例", "x.md", markdown(PAGE).encode(), "X")

    assert [code for code in ordinance.articles if "-" not in code and "(" not in code] == ["X1", "X2", "X3"]
    assert ordinance.article("X2(2)").text == "（二）报告。"
    assert ordinance.article("X2-2").text == "第二条第一款规定的事项，应当限时办结。"
    assert ordinance.article("X3-2").text == "第四条规定的情形除外。"


def test_before_the_first_article_only_who_passed_it_and_its_chapter_stay() -> None:
    assert markdown(PAGE).splitlines()[:7] == [
        "# 新河市网格化服务管理条例", "", "> （2026年1月1日通过）", "", "# 第一章　总则", "", "## 第一条",
    ]  # fmt: skip


def test_what_is_marked_down_already_stays_as_it_is() -> None:
    once = markdown(PAGE)

    assert markdown(once) == once


def test_a_text_without_articles_is_refused() -> None:
    with pytest.raises(FileInvalid, match="没有找到条文"):
        markdown("会议纪要\n一、讨论。\n")
