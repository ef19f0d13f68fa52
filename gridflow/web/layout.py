"""What every template knows."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, g, url_for

from gridflow.formats import gettext as _
from gridflow.web import assets
from gridflow.web.filters import FILTERS
from gridflow.web.languages import LANGUAGES, selected
from gridflow.web.navigation import navigation

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


def install(app: Flask) -> None:
    """Give templates their filters and names."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_names(assets.read_manifest(Path(str(app.static_folder)))))


def _said_once(post: str) -> str:
    """Return 南门街道 经办人 for 南门街道 镇（街道）经办人: what the unit's name says already is left out."""
    unit, _space, title = post.partition(" ")
    for length in range(len(unit), SHORTEST_ECHO - 1, -1):
        before, _echo, rest = title.partition(unit[-length:])
        if before != title and rest.strip("）"):
            return f"{unit} {rest.strip('）')}"
    return post


def _names(built: Mapping[str, assets.Entry]) -> Callable[[], dict[str, Any]]:
    def names() -> dict[str, Any]:
        viewer = g.get("viewer")
        return {
            "assets": assets.addresses(built, lambda path: url_for("static", filename=path)),
            "htmx_config": HTMX,
            "language_tag": selected().tag,
            "other_languages": [language for language in LANGUAGES if language is not selected()],
            "navigation": navigation() if viewer else [],
            "shown_viewer": Shown(viewer.user.name, tuple(map(_said_once, viewer.role_titles()))) if viewer else None,
            "site": _("%(city)s网格化服务管理", city=viewer.city.name) if viewer else _("网格化服务管理"),
        }

    return names
