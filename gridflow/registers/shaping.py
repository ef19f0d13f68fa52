"""Make boundaries out of boundaries: cut one by shares of its area, join several, move a part to a neighbour."""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from gridflow.registers.coordinates import square_metres
from gridflow.registers.errors import BoundaryInvalid

DIGITS = 7
"""Decimals of a degree that are kept, about a centimetre."""
GRAIN = 10.0**-DIGITS
_HALVINGS = 40
_SLIT = 1.0
"""Square metres up to which a hole between joined boundaries is one of rounding."""


def split(whole: BaseGeometry, percents: Sequence[int], *, from_north: bool) -> list[BaseGeometry]:
    """Cut a boundary into parts of so many per cent of its area, from north to south or from west to east.

    Raises BoundaryInvalid when the shares do not add up to 100 or one is not positive.
    """
    if sum(percents) != 100 or min(percents) < 1:
        raise BoundaryInvalid(
            f"各部分的比例合计应为 100，每一部分至少 1，现为 {'、'.join(map(str, percents))}，请改正。"
        )
    parts, rest, area = [], whole, square_metres(whole)
    for upto in list(accumulate(percents))[:-1]:
        first = _first(whole, area * upto / 100, from_north=from_north)
        parts.append(_areas(shapely.intersection(rest, first)))
        rest = _areas(shapely.difference(rest, first))
    return [tidy(part) for part in (*parts, rest)]


def _first(whole: BaseGeometry, wanted: float, *, from_north: bool) -> BaseGeometry:
    """Return the box that holds the first so many square metres of a boundary."""
    west, south, east, north = whole.bounds
    low, high = 0.0, 1.0
    box = shapely.box(west, south, east, north)
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        box = (
            shapely.box(west - 1, north - share * (north - south), east + 1, north + 1)
            if from_north
            else shapely.box(west - 1, south - 1, west + share * (east - west), north + 1)
        )
        low, high = (share, high) if square_metres(shapely.intersection(whole, box)) < wanted else (low, share)
    return box


def join(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """Join boundaries into one, without the slits that rounding leaves between neighbours."""
    return tidy(_areas(shapely.union_all(list(parts), grid_size=GRAIN)))


def tidy(geometry: BaseGeometry) -> BaseGeometry:
    """Return a boundary in the register's precision, without holes of less than a square metre."""
    exact = _areas(shapely.set_precision(geometry, GRAIN))
    return shapely.union_all([_without_slits(part) for part in _polygons(exact)])


def _without_slits(part: Any) -> BaseGeometry:
    holes = [ring for ring in part.interiors if square_metres(shapely.Polygon(ring)) > _SLIT]
    return shapely.Polygon(part.exterior, holes)


def read(text: str) -> BaseGeometry:
    """Return the geometry of a register's text."""
    return shape(json.loads(text))


def text(geometry: BaseGeometry) -> str:
    """Return a geometry as compact GeoJSON in the register's precision."""
    value = mapping(geometry)
    return json.dumps({"type": value["type"], "coordinates": _rounded(value["coordinates"])}, separators=(",", ":"))


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else [_rounded(item) for item in value]


def _polygons(geometry: BaseGeometry) -> list[BaseGeometry]:
    return [
        part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type == "Polygon" and not part.is_empty
    ]


def _areas(part: BaseGeometry) -> BaseGeometry:
    """Drop the points and lines in which boundaries only touch."""
    if part.geom_type in {"Polygon", "MultiPolygon"}:
        return part
    return shapely.union_all(_polygons(part))
