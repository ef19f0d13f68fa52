"""What every template knows."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context

from gridflow.formats import gettext as _
from gridflow.web import assets
from gridflow.web.filters import FILTERS
from gridflow.web.languages import LANGUAGES, selected
from gridflow.web.navigation import navigation, reference_pages
from gridflow.web.pieces import BACK, TOKEN, Pieces, filled
from gridflow.web.tokens import token

HTMX = json.dumps(
    {
        "includeIndicatorStyles": False,  # the policy allows no inline style
        "allowEval": False,
        "attributesToSettle": ["class"],  # copying style attributes would be refused by the policy
        "historyCacheSize": 0,  # copies of pages with personal data must not stay in the browser
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "[45]..", "swap": True, "error": True},
        ],
    }
)


SHORTEST_ECHO = 2
"""Characters a post has to share with the end of its unit's name to be said once."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Who is signed in, as the top bar says it."""

    name: str
    posts: tuple[str, ...]


class Made(Template):
    """A template whose macros know the filters and names of the application and nothing of the page that imports them.

    Jinja compares all names each time a template is imported, in case some page had brought others.
    """

    def _get_default_module(self, _: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def install(app: Flask) -> None:
    """Give templates their filters and names; comes after the guard of forms, whose token it keeps."""
    app.jinja_env.filters.update(FILTERS, filled=filled)
    app.jinja_env.globals.update(
        kept=Pieces(), TOKEN=TOKEN, BACK=BACK, csrf_token=token, reference_pages=reference_pages
    )
    app.jinja_env.template_class = Made
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_names(assets.read_manifest(Path(str(app.static_folder)))))


@lru_cache
def _said_once(post: str) -> str:
    """Return 南门街道 经办人 for 南门街道 镇（街道）经办人: what the unit's name says already is left out."""
    unit, _space, title = post.partition(" ")
    for length in range(len(unit), SHORTEST_ECHO - 1, -1):
        before, _echo, rest = title.partition(unit[-length:])
        if before != title and rest.strip("）"):
            return f"{unit} {rest.strip('）')}"
    return post


def _names(built: Mapping[str, assets.Entry]) -> Callable[[], dict[str, Any]]:
    @lru_cache
    def addresses(_root: str) -> Callable[[str], assets.Entry]:
        return assets.addresses(built, lambda path: url_for("static", filename=path))

    def names() -> dict[str, Any]:
        viewer = g.get("viewer")
        return {
            "assets": addresses(request.root_path),
            "csrf_token": token,
            "htmx_config": HTMX,
            "language_tag": selected().tag,
            "other_languages": tuple(language for language in LANGUAGES if language is not selected()),
            "navigation": navigation() if viewer else (),
            "shown_viewer": Shown(viewer.user.name, tuple(map(_said_once, viewer.role_titles()))) if viewer else None,
            "site": _("%(city)s网格化服务管理", city=viewer.city.name) if viewer else _("网格化服务管理"),
        }

    return names
