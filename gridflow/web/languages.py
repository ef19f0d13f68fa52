"""Chinese first, English by a switch that the session remembers."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flask import Flask, session
from flask_babel import Babel, gettext, ngettext
from markupsafe import Markup

from gridflow.clock import SHANGHAI
from gridflow.formats import china_time, speak
from gridflow.web.sentences import retell

FOLDER = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages."""

    code: str
    """As Babel names the locale."""
    tag: str
    """As HTML names it."""
    name: str


LANGUAGES = (Language("zh_Hans", "zh-Hans", "中文"), Language("en", "en", "English"))
SOURCE = LANGUAGES[0]
_CODES = {language.code: language for language in LANGUAGES}


def selected() -> Language:
    """Return the language of this session; the source language outside requests."""
    try:
        kept = session._get_current_object()  # type: ignore[attr-defined]  # once: a page asks a hundred times
    except RuntimeError:
        return SOURCE
    return _CODES.get(kept.get("language"), SOURCE)


def install(app: Flask) -> None:
    """Give the application its translations."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE.code
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=lambda: selected().code)
    speak(_words, _instant, _sentences)
    app.jinja_env.install_gettext_callables(_words, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of an extension
    app.jinja_env.filters["retold"] = _sentences
    app.jinja_env.globals["_"] = _said  # what stands in the templates: a third of the extension's own way


def _words(text: str) -> str:
    """Return a text of a page in the language of the session; the source language looks nothing up."""
    return text if selected() is SOURCE else gettext(text)


def _sentences(text: str) -> str:
    """Return what a layer below says in the language of the session; the source language looks nothing up."""
    return text if selected() is SOURCE else retell(text)


def _said(text: str, **values: object) -> Markup:
    """Return a text of a template in the language of the session, with values that are escaped."""
    said = Markup(_words(text))  # noqa: S704  -- written in a template, or its translation
    return said % values if values else said


def _instant(value: date) -> str:
    """Return an instant or a day of a filled form in the language of the session."""
    if selected() is SOURCE:
        return china_time(value)
    if not isinstance(value, datetime):
        return f"{value:%a} {value.day} {value:%b %Y}"
    local = value.astimezone(SHANGHAI)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"
