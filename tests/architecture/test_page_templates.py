"""Templates compile, every macro has its file, and every word on a page can be translated."""

import re
from pathlib import Path

import pytest
from flask import Flask

from gridflow.config import ROOT

TEMPLATES = ROOT / "templates"
OURS = sorted(path for folder in ("layouts", "components", "pages") for path in (TEMPLATES / folder).rglob("*.html"))
CHINESE = re.compile(r"[\u3400-\u9fff，。、；：？！（）]+")
TRANSLATED = re.compile(r"""_\(\s*(?:"[^"]*"|'[^']*')""")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
CLASS = re.compile(r"(?<![\w-])gf-[a-z][a-z-]*[a-z](?![\w-]*(?:\{\{|-))")
IN_STYLES = re.compile(r"\.(gf-[a-z-]+)")


def name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_template_compiles(app: Flask, path: Path) -> None:
    assert app.jinja_env.get_template(name(path)).name == name(path)


@pytest.mark.parametrize("path", OURS, ids=name)
def test_no_chinese_stands_outside_the_translations(path: Path) -> None:
    bare = TRANSLATED.sub("", COMMENT.sub("", path.read_text()))

    assert CHINESE.findall(bare) == []


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_template_stays_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


def test_every_component_is_used() -> None:
    everything = "".join(path.read_text() for path in OURS)
    components = [name(path) for path in OURS if path.parent.name == "components"]

    assert [each for each in components if f'"{each}"' not in everything] == []


def test_every_import_of_a_template_is_used() -> None:
    for path in OURS:
        text = path.read_text()
        for names in re.findall(r'from "[^"]+" import ([\w, ]+?)(?: with context)? -?%\}', text):
            for each in names.split(", "):
                used = rf"\b{each}\b(?=[^%]*}}}}|\.)" if each.isupper() else rf"\b{each}\(|kept\({each}\b"
                assert re.search(used, text), f"{name(path)} imports {each}"


@pytest.mark.parametrize("path", OURS, ids=name)
def test_attributes_do_not_run_together(path: Path) -> None:
    # the line break behind a block is taken out, and with it the space that parts two attributes
    joined = re.compile(r"<[a-z][^<>]*?[^\s>]\{% endif %\}\n\s*(?:\{%|[a-z])")

    assert joined.findall(path.read_text()) == []


def test_every_class_has_its_style_and_every_style_is_used() -> None:
    browser = ROOT / "frontend" / "src"
    styled = {name for path in browser.rglob("*.css") for name in IN_STYLES.findall(path.read_text())}
    written = [path.read_text() for path in (*OURS, *browser.rglob("*.js"), *(ROOT / "gridflow").rglob("*.py"))]
    used = {name for text in written for name in CLASS.findall(text)} | {"gf-notice-done", "gf-notice-late"}

    assert used - styled == set()
    assert styled - used == set()
