"""A hostile template reaches nothing but its values, and cannot fill the memory."""

import time
from contextlib import suppress

import pytest

from gridflow.documents.errors import TemplateBroken
from gridflow.documents.templating import check, fill


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


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        ("{{ ''.__class__.__mro__ }}", "不能读取 __class__"),
        ("{{ facts['__class__'] }}", "不能读取 __class__"),
        ("{{ facts['__cl' ~ 'ass__'] }}", "不能读取 __class__"),
        ("{{ word | attr('__class__') }}", "不能读取 __class__"),
        ("{{ rows | sum(attribute='a.__class__') }}", "不能读取 __class__"),
        ("{{ rows | selectattr('_hidden') | list }}", "不能读取 _hidden"),
        ("{% if false %}{{ self._TemplateReference__context }}{% endif %}", "不能读取 _TemplateReference__context"),
        ("{% for i in range(100000000) %}{% endfor %}", "range 一次最多数 100000 个数"),
        ("{% for i in range(-1, -100000000, -1) %}{% endfor %}", "range 一次最多数 100000 个数"),
        ("{% for i in range(99999999999999999999999) %}{% endfor %}", "range 一次最多数 100000 个数"),
    ],
)
def test_what_the_sandbox_will_refuse_is_refused_before_anything_is_filled(attack: str, reason: str) -> None:
    with pytest.raises(TemplateBroken, match=rf"t\.html 第 2 行 有误：.*{reason}"):
        check({"t.html": f"一\n{attack}"}, "t.html")


@pytest.mark.parametrize(
    ("harmless", "shown"),
    [
        ("{{ facts['a_b'] }}{{ facts.a_b }}{{ rows | join('_') }}", "774_5"),
        ("{% for n in range(1, 100001) %}{% if loop.last %}{{ n }}{% endif %}{% endfor %}", "100000"),
        ("{% for n in range(limit) %}{{ n }}{% endfor %}", "012"),
        ("{% set _kept = 1 %}{{ _kept }}", "1"),
    ],
)
def test_what_the_sandbox_allows_is_not_refused_and_filled(harmless: str, shown: str) -> None:
    check({"t.html": harmless}, "t.html")

    assert run(harmless, facts={"a_b": 7}, rows=[4, 5], limit=3) == shown


GROWING = "{% set kept = namespace(all='0123456789') %}{% for n in range(60) %}STEP{% endfor %}"
NINE_ROUNDS = "{% for a in rows %}" * 9
TOO_MUCH = {
    "replaced again and again": "{{ 'a'" + f"|replace('', '{'b' * 60}')" * 6 + " }}",
    "joined by a long text": "{{ range(99999)|join('" + "b" * 20_000 + "') }}",
    "rounded to very many places": "{{ 1.5|round(9999999, 'floor') }}",
    "rounded to very few places": "{{ 1|round(-99999999) }}",
    "indented as JSON": "{{ [1]|tojson(indent=900000000) }}",
    "filled up to a batch": "{{ [1]|batch(900000000, 'a')|list }}",
    "cut into slices": "{{ [1]|slice(900000000)|list }}",
    "joined with itself": GROWING.replace("STEP", "{% set kept.all = kept.all ~ kept.all %}"),
    "added to itself": GROWING.replace("STEP", "{% set kept.all = kept.all + kept.all %}"),
    "written twice into itself": GROWING.replace("STEP", "{% set kept.all %}{{ kept.all }}{{ kept.all }}{% endset %}"),
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "nine rounds of nine": "{% set rows = range(9)|list %}" + NINE_ROUNDS + "{% endfor %}" * 9,
    "a macro that calls itself twice": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}"
    "{{ f(60) }}",
    "a macro without end": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "a file that takes in itself": "{% include 't.html' %}",
    "a file that extends itself": "{% extends 't.html' %}",
    "blocks within blocks": "{% for a in rows %}" * 25 + "{% endfor %}" * 25,
    "a number of many digits": "{{ " + "9" * 6000 + " }}",
    "a number without end": "{{ 1e9999 + rows }}",
    "a very long file": "{{ word }}" * 20_000,
}
SECONDS = 20.0
"""Processor time, ten times what the slowest of these takes."""


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_template_that_would_run_on_or_fill_the_memory_is_refused_soon(name: str) -> None:
    began = time.process_time()
    with pytest.raises(TemplateBroken):
        run(TOO_MUCH[name], word="字", rows=[1])
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", TOO_MUCH)
def test_checking_a_template_computes_nothing_of_it(name: str) -> None:
    began = time.process_time()
    with suppress(TemplateBroken):
        check({"t.html": TOO_MUCH[name]}, "t.html")
    assert time.process_time() - began < SECONDS


def test_a_range_that_turns_out_too_long_is_refused_in_chinese_with_one_full_stop() -> None:
    with pytest.raises(TemplateBroken, match=r"第 1 行 有误：range 一次最多数 100000 个数。请按提示改正后重试。$"):
        run("{% for n in range(limit) %}{% endfor %}", limit=999_999_999)


@pytest.mark.parametrize("deep", ["a" + ".b" * 5000, "(" * 3000 + "1" + ")" * 3000], ids=["chain", "brackets"])
def test_an_expression_too_deep_to_read_is_refused(deep: str) -> None:
    with pytest.raises(TemplateBroken, match="嵌套太深"):
        check({"t.html": "{{ " + deep + " }}"}, "t.html")
