"""Pictures drawn for a document, as data URIs: the QR code and the seal."""

import base64
import io
import math
from collections.abc import Callable
from typing import Any

import segno
from markupsafe import escape

_RED = "#c8161d"
_CENTRE = 50.0
_WIDEST_ARC = 250.0


def svg(picture: Any) -> str:
    """Return a drawing as a data URI, the only kind of address a document may name."""
    return "data:image/svg+xml;base64," + base64.b64encode(str(picture).encode()).decode()


def qr(text: Any) -> str:
    """Return the QR code of a text (level M) as a data URI."""
    out = io.BytesIO()
    segno.make(str(text), error="m", micro=False).save(out, kind="svg", border=0, omitsize=True, xmldecl=False)
    return svg(out.getvalue().decode())


def seal(organ: Any, note: str = "样章 无效") -> str:
    """Return a round seal with the organ's name on the rim as a data URI.

    It is a placeholder that says so: a legal seal comes from the city's seal provider (GB/T 38540).
    """
    name = str(organ)
    rim = "".join(_rim_letter(letter, angle, _letter_size(name)) for letter, angle in _spread(name))
    return svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><g fill="{_RED}" font-family="Noto Serif SC" '
        f'font-weight="700" text-anchor="middle"><circle cx="50" cy="50" r="47.5" fill="none" stroke="{_RED}" '
        f'stroke-width="2.6"/>{rim}<path d="{_star()}"/>'
        f'<text x="50" y="77.5" font-size="8">{escape(note)}</text></g></svg>'
    )


def _letter_size(name: str) -> float:
    return min(12.5, 185.0 / max(len(name), 1))


def _spread(name: str) -> list[tuple[str, float]]:
    arc = min(_WIDEST_ARC, 24.0 * max(len(name) - 1, 0))
    step = arc / max(len(name) - 1, 1)
    return [(letter, -arc / 2 + step * place) for place, letter in enumerate(name)]


def _rim_letter(letter: str, angle: float, height: float) -> str:
    y = _CENTRE - 42.5 + height * 0.86
    turned = f'transform="rotate({angle:.2f} 50 50)"'
    return f'<text x="50" y="{y:.2f}" font-size="{height:.2f}" {turned}>{escape(letter)}</text>'


def _star() -> str:
    points = [(15.0 if place % 2 == 0 else 5.8, math.radians(36 * place - 90)) for place in range(10)]
    return "M" + "L".join(f"{50 + r * math.cos(a):.2f} {51 + r * math.sin(a):.2f}" for r, a in points) + "Z"


FILTERS: dict[str, Callable[..., Any]] = {"qr": qr, "seal": seal, "svg": svg}
