"""Pieces of pages that read the same each time, rendered once and kept until they are too many bytes."""

from collections.abc import Callable
from sys import getsizeof
from threading import Lock
from typing import Any

from flask import g, request
from markupsafe import Markup, escape

from gridflow import clock
from gridflow.web.languages import selected

MOST_BYTES = 8 * 1024 * 1024
"""Of the texts kept in a process; then it begins again. What they are kept under takes about as much once more."""
TOKEN, BACK = "\ufdd0token\ufdd0", "\ufdd0back\ufdd0"
"""Where a kept piece leaves room for the token of the session's forms and for the address of the page."""


class Pieces:
    """Rendered macros, kept under everything that they depend on."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.bytes = 0
        self._most = most
        self._kept: dict[Any, Markup] = {}
        self._lock = Lock()

    def __call__(self, macro: Callable[..., Markup], *arguments: Any) -> Markup:
        """Return what a macro renders from arguments, city, language, day and place of the application alone."""
        return self.here()(macro, *arguments)

    def here(self) -> Callable[..., Markup]:
        """Return the same for many pieces of one page: city, language, day and place are looked up once."""
        viewer = g.get("viewer")
        where = (viewer.city.code if viewer else "", selected().code, clock.today(), request.root_path)

        def piece(macro: Callable[..., Markup], *arguments: Any) -> Markup:
            key = (macro, arguments, where)
            return self._kept.get(key) or self._keep(key, macro(*arguments))

        return piece

    def _keep(self, key: Any, piece: Markup) -> Markup:
        size = getsizeof(piece)
        with self._lock:
            if self.bytes + size > self._most:
                self._kept, self.bytes = {}, 0
            self._kept[key] = piece
            self.bytes += size
        return piece


def filled(piece: Markup, token: str) -> Markup:
    """Return a kept piece with the token of the session's forms and the address of the page."""
    text = str(piece).replace(TOKEN, escape(token)).replace(BACK, escape(request.full_path))
    return Markup(text)  # noqa: S704  -- of a rendered piece and escaped texts
