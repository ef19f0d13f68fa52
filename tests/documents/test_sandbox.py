"""A hostile template reaches nothing but its values, and cannot fill the memory."""

import pytest

from gridflow.documents.errors import TemplateBroken
from gridflow.documents.templating import fill


def run(template: str, **values: object) -> str:
    return fill({"t.html": template}, "t.html", values)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ word.__class__ }}",
        "{{ word | attr('__class__') }}",
        "{{ facts.__init__.__globals__ }}",
        "{{ facts['__class__'] }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ joiner }}",
        "{{ lipsum.__globals__ }}",
        "{{ '{0.__class__}'.format(word) }}",
        "{{ '%s' % word.__class__ }}",
        "{{ word.upper() }}",
        "{{ facts.clear() }}",
        "{{ facts.update({'a': 1}) }}",
        "{{ rows.append(1) }}",
        "{{ rows.pop() }}",
        "{% for n in range(999999999) %}{% endfor %}",
        "{{ 'a' * 999999999 }}",
        "{{ rows * 999999999 }}",
        "{{ 9 ** 99999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ 'a' | center(999999999) }}",
        "{{ 'a' | indent(999999999) }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../pyproject.toml' %}",
        "{% extends 'gridflow/documents/__init__.py' %}",
        "{{ nothing_of_this_name }}",
        "{% import os %}",
    ],
)
def test_a_hostile_template_is_refused(attack: str) -> None:
    with pytest.raises(TemplateBroken) as refused:
        run(attack, word="字", facts={"a": 1}, rows=[1])
    assert "t.html" in refused.value.message


def test_a_fault_names_the_template_and_the_line() -> None:
    with pytest.raises(TemplateBroken, match=r"t\.html 第 3 行"):
        run("一\n二\n{{ absent }}")


def test_a_fault_in_the_syntax_names_the_line() -> None:
    with pytest.raises(TemplateBroken, match=r"第 2 行"):
        run("一\n{% if %}")


def test_a_fault_in_an_included_part_names_the_part() -> None:
    with pytest.raises(TemplateBroken, match=r"part\.html 第 2 行"):
        fill({"t.html": "{% include 'part.html' %}", "part.html": "一\n{{ absent }}"}, "t.html", {})


def test_a_key_named_as_a_method_is_the_key() -> None:
    assert run("{{ step.values }} {{ step.items }}", step={"values": 7, "items": 8}) == "7 8"


def test_values_are_escaped() -> None:
    assert run("{{ a }}", a="<i>") == "&lt;i&gt;"
