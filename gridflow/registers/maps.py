"""Small maps of grids as SVG: what is proposed, what was, what lies beside, and where a fault is."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

import shapely
from shapely.geometry.base import BaseGeometry

from gridflow.registers.coordinates import on_plane

WIDTH, HEIGHT, EDGE = 640.0, 440.0, 44.0
_LEAST_METRES = 40.0
"""Across the map, however small what it shows is."""
_STYLES = {
    "beside": 'fill="#f6f7f9" stroke="#b4bbc6" stroke-width="1"',
    "kept": 'fill="#eef1f5" stroke="#8a94a3" stroke-width="1"',
    "new": 'fill="#d6e4f7" stroke="#1f4e9c" stroke-width="2"',
    "old": 'fill="none" stroke="#5f6b7a" stroke-width="1.2" stroke-dasharray="6 4"',
    "fault": 'fill="#c8161d" fill-opacity="0.75" stroke="#c8161d" stroke-width="1.5"',
}
_FONT = 'font-family="Noto Sans SC, Noto Sans CJK SC, Noto Serif SC, sans-serif"'
_SIZE = 19
"""Of a label, about the width of a Han character."""
_SCALES = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)


@dataclass(frozen=True, slots=True)
class Shape:
    """Something on a map."""

    style: str
    """beside, kept, new, old or fault."""
    geometry: BaseGeometry
    """CGCS2000 degrees."""
    label: str = ""


def draw(shapes: Sequence[Shape], title: str) -> str:
    """Return a map of shapes as SVG, north up, in true proportion; the title says to blind readers what it shows.

    Styles lie over each other in the order of beside, kept, new, old, fault; what lies beside is cut off by the
    edge. Coordinates are whole pixels.
    """
    middle = shapely.union_all([shape.geometry for shape in shapes]).centroid.x
    flat = [Shape(shape.style, on_plane(shape.geometry, middle), shape.label) for shape in shapes]
    frame = _Frame([shape.geometry for shape in flat if shape.style != "beside"] or [flat[0].geometry])
    layers = [[shape for shape in flat if shape.style == style] for style in _STYLES]
    drawn = [frame.path(shape) for shape in chain.from_iterable(layers)]
    written = [frame.label(shape) for shape in chain.from_iterable(layers) if shape.label]
    marked = [frame.mark(shape, number) for number, shape in enumerate(layers[-1], 1)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="#fff"/>'
        f"{''.join(drawn)}{''.join(written)}{''.join(marked)}{frame.scale()}</svg>"
    )


class _Frame:
    """Puts metres on the sheet."""

    def __init__(self, geometries: Sequence[BaseGeometry]) -> None:
        west, south, east, north = shapely.total_bounds(geometries)
        across, down = max(east - west, _LEAST_METRES), max(north - south, _LEAST_METRES)
        self.pixels = min((WIDTH - 2 * EDGE) / across, (HEIGHT - 2 * EDGE - 16) / down)
        self.x, self.y = (west + east) / 2, (south + north) / 2
        self._written: list[tuple[float, float, float]] = []

    def point(self, x: float, y: float) -> tuple[float, float]:
        return WIDTH / 2 + (x - self.x) * self.pixels, (HEIGHT - 16) / 2 - (y - self.y) * self.pixels

    def path(self, shape: Shape) -> str:
        simple = shapely.simplify(shape.geometry, 0.5 / self.pixels)
        rings = [
            ring
            for part in shapely.get_parts(simple)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        ]
        return f'<path d="{"".join(map(self._ring, rings))}" fill-rule="evenodd" {_STYLES[shape.style]}/>'

    def _ring(self, ring: BaseGeometry) -> str:
        points = [self.point(x, y) for x, y in list(ring.coords)[:-1]]
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z"

    def label(self, shape: Shape) -> str:
        middle = shape.geometry.centroid
        at = middle if shape.geometry.contains(middle) else shape.geometry.representative_point()
        x, y = self.point(at.x, at.y)
        y = self._free(x, y, len(shape.label) * _SIZE)
        place = f'x="{x:.0f}" y="{y + 6:.0f}" font-size="{_SIZE}" text-anchor="middle" {_FONT}'
        words = escape(shape.label)
        halo = f'<text {place} fill="#fff" stroke="#fff" stroke-width="4" stroke-linejoin="round">{words}</text>'
        return f'{halo}<text {place} fill="#1b2a3d">{words}</text>'

    def _free(self, x: float, y: float, width: float) -> float:
        """Return the height at which a label of some width covers none that was written before."""
        while any(abs(x - at) < (width + wide) / 2 and abs(y - high) < _SIZE + 3 for at, high, wide in self._written):
            y += _SIZE + 3
        self._written.append((x, y, width))
        return y

    def mark(self, shape: Shape, number: int) -> str:
        at = shape.geometry.representative_point()
        x, y = self.point(at.x, at.y)
        ring = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="16" fill="none" stroke="#c8161d" stroke-width="2"/>'
        tag = f'<circle cx="{x + 19:.0f}" cy="{y - 15:.0f}" r="10" fill="#c8161d"/>'
        words = f'<text x="{x + 19:.0f}" y="{y - 10:.0f}" font-size="13" text-anchor="middle" fill="#fff" {_FONT}>'
        return f"{ring}{tag}{words}{number}</text>"

    def scale(self) -> str:
        metres = next((step for step in _SCALES if step * self.pixels >= 60), _SCALES[-1])
        length, y = metres * self.pixels, HEIGHT - 10
        words = f"{metres} 米" if metres < 1000 else f"{metres // 1000} 公里"
        return (
            f'<rect x="{EDGE - 6:.0f}" y="{y - 15:.0f}" width="{length + 230:.0f}" height="22" fill="#fff"/>'
            f'<path d="M{EDGE:.0f} {y - 5:.0f}V{y:.0f}H{EDGE + length:.0f}V{y - 5:.0f}" fill="none" stroke="#1b2a3d"/>'
            f'<text x="{EDGE + length + 8:.0f}" y="{y:.0f}" font-size="16" fill="#1b2a3d" {_FONT}>'
            f"{words}　示意图，上北下南</text>"
        )
