"""Whatever is posted, a form answers with values or with messages, never with a crash."""

from pathlib import Path

import pytest
from form_builder import FUNCTIONS, component, form, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from gridflow.cases import options
from gridflow.feel import FeelLimit
from gridflow.forms import Form, FormInvalid, FormRefused, Option, Submission, Upload
from gridflow.forms.inputs import SOURCES as OPTION_SOURCES

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "forms").rglob("*.json"))
SOURCES = {name: [Option("x", "某项")] for name in OPTION_SOURCES}

EVERYTHING = form(
    component("textfield", "a", validate={"pattern": "id_number"}),
    component("textarea", "b"),
    component("number", "c", decimalDigits=2),
    component("datetime", "d", properties={"basis": "N1", "latest": "=today()"}),
    component("datetime", "e", subtype="time"),
    component("datetime", "f", subtype="datetime", conditional={"hide": "=c > 5"}),
    component("select", "g", valuesKey="grids"),
    component("taglist", "h"),
    component("checkbox", "i"),
    component("filepicker", "j", multiple=True),
    rows("k", component("number", "l"), component("filepicker", "m")),
)
names = st.sampled_from([*"abcdefghijk", "k[0].l", "k[7].l", "k[0].m", "k[0].z", "x", "", "_x"])
words = st.lists(st.text(max_size=20) | st.sampled_from(["2026-11-22", "09:30", "yes", "x", "1.5", "true"]), max_size=3)
uploads = st.lists(st.builds(Upload, st.text(max_size=10), st.binary(max_size=40)), max_size=2)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(names, words), st.dictionaries(names, uploads))
def test_any_post_is_answered(values: dict[str, list[str]], files: dict[str, list[Upload]]) -> None:
    try:
        answer: object = EVERYTHING.load(values, files, SOURCES, {}, FUNCTIONS)
    except FormInvalid as invalid:
        answer = invalid.errors
    assert set(answer.public) <= set("cdefghik") if isinstance(answer, Submission) else answer
    assert EVERYTHING.view(values, {}, SOURCES, {}, FUNCTIONS)


def test_groups_too_deep_within_one_another_are_refused() -> None:
    deep = '{"type":"group","label":"a","components":[' * 200 + "]}" * 200
    with pytest.raises(FormRefused, match="分组套得太深"):
        Form.read(f'{{"type":"default","components":[{deep}]}}'.encode())


def test_all_formulas_of_a_form_share_one_budget() -> None:
    costly = {"hide": "=count(for i in 1..20000 return i) > 5"}
    made = form(*(component("textfield", f"k{number}", conditional=costly) for number in range(100)))
    with pytest.raises(FeelLimit):
        made.view(None, {}, SOURCES, {}, FUNCTIONS)


def test_every_source_a_form_may_name_is_filled_from_the_registers() -> None:
    assert set(options.SOURCES) == set(OPTION_SOURCES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_form_of_the_product_is_shown_and_refuses_a_forged_field(path: Path) -> None:
    made = Form.read(path.read_bytes())
    assert len(made.view(None, {}, SOURCES, {}, FUNCTIONS)) == len(made.components)
    with pytest.raises(FormInvalid) as invalid:
        made.load({"no_such_field": ["1"]}, {}, SOURCES, {}, FUNCTIONS)
    assert "no_such_field" in invalid.value.errors[""][0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_field_of_the_product_names_its_basis(path: Path) -> None:
    fields = Form.read(path.read_bytes()).fields
    assert all(field.basis or field.kind == "dynamiclist" for field in fields)
