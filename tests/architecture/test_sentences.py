"""Every sentence the layers below say has its English, and each is known again with its values filled in."""

import re
from collections import Counter
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from gridflow.web.sentences import retell
from scripts.sentences import CATALOGUE, said, sentences

POINTED_AT = re.compile(
    r"(?:请按|请在|请等|勾选|类型选|修改稿的|属性|动作|”的|任务在|，在|^在)“([^“”{}]+)”(?!这样|里选)"
)
"""Tabs, buttons and fields of pages; what a form of a procedure asks for is chosen in."""
MANY = 10


def catalogue() -> Catalog:
    return read_po(BytesIO(CATALOGUE.read_bytes()))


def english() -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue() if message.id}


def fields(text: str) -> Counter[str]:
    return Counter(field for _text, field, *_rest in Formatter().parse(text) if field is not None)


def test_a_module_is_read_for_what_it_says() -> None:
    source = '''
"""文件说明。"""
PATTERN = re.compile("第.条")
def refuse(name, share):
    """函数说明。"""
    raise Wrong(f"表单“{name}”只填了 {share:.0%}，" + "请补齐。", _("页面的词"), f"{name}的{share}", "{%”后面")
'''

    assert set(said(source)) == {"表单“{1}”只填了 {2}，", "请补齐。", "{{%”后面"}


def test_every_sentence_has_its_english() -> None:
    assert sentences() - {sentence for sentence, said_in in english().items() if said_in} == set()


def test_no_english_is_left_over() -> None:
    assert english().keys() - sentences() == set()


def test_what_a_sentence_has_people_press_or_open_is_called_so_on_the_pages() -> None:
    words = read_po(BytesIO((CATALOGUE.parent / "messages.po").read_bytes()))
    pages = {str(message.id): str(message.string) for message in words if message.id}
    asked = sorted(
        (sentence, said_in, name) for sentence, said_in in english().items() for name in POINTED_AT.findall(sentence)
    )

    assert len(asked) > MANY
    assert [(sentence, name) for sentence, _said_in, name in asked if name not in pages] == []
    assert [said_in for _sentence, said_in, name in asked if f"“{pages[name]}”".lower() not in said_in.lower()] == []


def test_every_english_sentence_keeps_the_values() -> None:
    wrong = {sentence: said_in for sentence, said_in in english().items() if fields(sentence) != fields(said_in)}

    assert wrong == {}


def test_the_compiled_sentences_are_those_of_the_text() -> None:
    compiled = read_mo(BytesIO(CATALOGUE.with_suffix(".mo").read_bytes()))

    assert {str(message.id): str(message.string) for message in compiled if message.id} == english()


@pytest.mark.parametrize("sample", ["W5K", "Q7"])
def test_every_sentence_is_known_again_with_its_values(sample: str) -> None:
    values = ["", *(f"{sample}{number}" for number in range(1, 10))]
    lost = {
        sentence: retell(sentence.format(*values))
        for sentence, said_in in english().items()
        if retell(sentence.format(*values)) != said_in.format(*values)
    }

    assert lost == {}
