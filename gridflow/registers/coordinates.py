"""Coordinates on the Chinese ellipsoid: from the shifted GCJ-02 to CGCS2000 and back, and a plane to measure on."""

from collections.abc import Callable
from math import cos, degrees, pi, radians, sin, sqrt
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
"""Longitude and latitude in degrees, or metres to the east and north."""

AXIS, FLATTENING = 6_378_137.0, 1 / 298.257222101
"""Of the CGCS2000 ellipsoid, the axis in metres."""
E2 = FLATTENING * (2 - FLATTENING)
_SHIFT_AXIS, _SHIFT_E2 = 6_378_245.0, 0.006_693_421_622_965_943
"""The figure of the earth on which the published shift is worked out."""
_ROUNDS = 4
"""Of the search for the point that was shifted; each gains three digits."""


def gcj02(point: Point) -> Point:
    """Return where a CGCS2000 point stands on a map drawn in GCJ-02.

    CGCS2000 and WGS 84 differ by centimetres, so the shift is the one known for WGS 84.
    """
    longitude, latitude = point
    x, y = longitude - 105.0, latitude - 35.0
    ripple, root = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x), sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (ripple + _swell(y, 160, 320)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (ripple + _swell(x, 150, 300)) * 2 / 3
    phi = radians(latitude)
    bend = 1 - _SHIFT_E2 * sin(phi) ** 2
    meridian, parallel = _SHIFT_AXIS * (1 - _SHIFT_E2) / bend**1.5, _SHIFT_AXIS / sqrt(bend) * cos(phi)
    return longitude + degrees(east / parallel), latitude + degrees(north / meridian)


def _swell(x: float, middle: float, long: float) -> float:
    return 20 * sin(pi * x) + 40 * sin(pi / 3 * x) + middle * sin(pi / 12 * x) + long * sin(pi / 30 * x)


def cgcs2000(point: Point) -> Point:
    """Return the CGCS2000 degrees of a point given in GCJ-02; what is left of the error is far below a millimetre."""
    found = point
    for _ in range(_ROUNDS):
        shifted = gcj02(found)
        found = found[0] + point[0] - shifted[0], found[1] + point[1] - shifted[1]
    return found


def converted(geometry: BaseGeometry, move: Callable[[Point], Point]) -> BaseGeometry:
    """Return a geometry with every point moved, as `gcj02` and `cgcs2000` do."""

    def moved(points: Any) -> Any:
        points[:] = [move((x, y)) for x, y in points.tolist()]
        return points

    found: BaseGeometry = shapely.transform(geometry, moved)
    return found


def on_plane(geometry: BaseGeometry, middle: float) -> BaseGeometry:
    """Return a geometry of CGCS2000 degrees in metres on a plane that keeps areas exactly.

    It is the sinusoidal projection of the ellipsoid; a few kilometres from the meridian `middle` (degrees) it keeps
    distances to a thousandth as well.
    """
    return converted(geometry, lambda point: _metres(point, middle))


def square_metres(geometry: BaseGeometry) -> float:
    """Return the true area of a geometry of CGCS2000 degrees."""
    return 0.0 if geometry.is_empty else float(on_plane(geometry, geometry.centroid.x).area)


def _metres(point: Point, middle: float) -> Point:
    phi = radians(point[1])
    east = AXIS / sqrt(1 - E2 * sin(phi) ** 2) * cos(phi) * radians(point[0] - middle)
    return east, _meridian_arc(phi)


def _meridian_arc(phi: float) -> float:
    """Return the metres from the equator along a meridian."""
    two, three = E2**2, E2**3
    return AXIS * (
        (1 - E2 / 4 - 3 * two / 64 - 5 * three / 256) * phi
        - (3 * E2 / 8 + 3 * two / 32 + 45 * three / 1024) * sin(2 * phi)
        + (15 * two / 256 + 45 * three / 1024) * sin(4 * phi)
        - 35 * three / 3072 * sin(6 * phi)
    )
