"""Cut the cells of villages into demo grids: the same cell always gives the same grids."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from gridflow.registers.coordinates import cgcs2000, converted
from gridflow.registers.shaping import text, tidy

SHAPES = ((1, 1), (2, 1), (3, 1), (2, 2))
"""Parts along the longer side and across it, for one to four grids."""
SMALLEST = 0.02
"""Slivers below this share of the cell are left to no grid of their own."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One grid of a village, numbered west to east and north to south."""

    sequence: int
    geometry: str
    """Compact GeoJSON."""
    households: int


def cut(code: str, kind: str, cell: dict[str, Any]) -> list[Cut]:
    """Cut a village's cell (GeoJSON geometry) into one to four grids, as many as its code decides."""
    seed = hashlib.sha256(code.encode()).digest()
    whole = shape(cell)
    parts = list(_parts(whole, *SHAPES[seed[0] % len(SHAPES)])) or [whole]
    parts.sort(key=lambda part: (round(part.centroid.x, 3), -part.centroid.y))
    least, most = (200, 500) if kind == "urban" else (60, 300)  # domain 3.8
    return [
        Cut(number, text(tidy(part)), least + int.from_bytes(seed[2 * number : 2 * number + 2]) % (most - least))
        for number, part in enumerate(parts, 1)
    ]


def unshifted(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell given in GCJ-02 in CGCS2000, which is what the register keeps."""
    moved: dict[str, Any] = mapping(converted(shape(cell), cgcs2000))
    return moved


def _parts(whole: BaseGeometry, along: int, across: int) -> Iterator[BaseGeometry]:
    west, south, east, north = whole.bounds
    columns, rows = (along, across) if east - west >= north - south else (across, along)
    width, height = (east - west) / columns, (north - south) / rows
    for column in range(columns):
        for row in range(rows):
            left, low = west + column * width, south + row * height
            part = _areas(shapely.intersection(whole, shapely.box(left, low, left + width, low + height)))
            if part.area > SMALLEST * whole.area:
                yield part


def _areas(part: BaseGeometry) -> BaseGeometry:
    """Drop the points and lines in which a cell only touches the knife."""
    if part.geom_type in {"Polygon", "MultiPolygon"}:
        return part
    return shapely.union_all([piece for piece in getattr(part, "geoms", ()) if piece.geom_type.endswith("Polygon")])
