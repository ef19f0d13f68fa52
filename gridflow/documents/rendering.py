"""From a template and values to the bytes of a PDF."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from gridflow.documents import fonts
from gridflow.documents.templating import fill

log = logging.getLogger(__name__)


Press = Callable[[str], bytes]
"""Lays out the HTML of a document and returns its pages as PDF."""


def printed(html: str) -> bytes:
    """Lay out HTML with the typesetter: the press of an installation."""
    # The typesetter costs 0.5 s and 60 MB: only a process that prints loads it.
    from gridflow.documents.printing import print_html

    return print_html(html)


def render(files: Mapping[str, str], template: str, values: Mapping[str, object], press: Press = printed) -> bytes:
    """Set a document and return it as PDF/A-3u.

    `files` are the texts of a bundle by path; `template` and everything it includes are looked up in it, and
    nothing else is ever read. The same input gives the same bytes. Needs `fonts.install` in this process;
    takes 0.2 to 1 s a page or two. Raises TemplateBroken and FontsMissing.
    """
    from gridflow.documents.finishing import finish

    return finish(press(set_text(files, template, values)))


def set_text(files: Mapping[str, str], template: str, values: Mapping[str, Any]) -> str:
    """Return the HTML of a document with every character no face has shown as 〓 and named in a note."""
    folder = fonts.installed()
    text, lost = fonts.printable(fill(files, template, {**values, "missing": []}), folder)
    if not lost:
        return text
    codes = [f"U+{ord(char):04X}" for char in lost]
    log.warning("characters without a glyph in %s: %s", template, " ".join(codes))
    return fonts.printable(fill(files, template, {**values, "missing": codes}), folder)[0]
