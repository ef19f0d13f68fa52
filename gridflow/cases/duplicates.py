"""Cases that may tell of the same thing: the same category, near in place and lately.

What was found when a case was opened is frozen in its facts: expressions and forms see `case.duplicates`.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.models import Case
from gridflow.clock import SHANGHAI
from gridflow.db import table
from gridflow.vault.service import Vault

METRES, HOURS = 100, 48
"""How near and how late where the city's switches duplicate_metres and duplicate_hours say nothing: domain 2.1."""
MOST = 20
CELL = 0.001
"""Degrees of one cell of the plane in which points are looked up, some hundred metres."""
METRES_A_DEGREE = 111_320.0
_POINT = re.compile(r"\s*(\d{1,3}\.\d+)\s*[,，]\s*(\d{1,2}\.\d+)\s*")
_CASES = table(Case)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a case lies: a point, or the digest of its grid or unit and of the words for the place."""

    key: str
    """What the index knows it by."""
    longitude: float | None = None
    latitude: float | None = None


def spot_of(vault: Vault, city: str, place_code: str, values: Mapping[str, Any]) -> Spot | None:
    """Return where a start form says the case lies: `geo_point` (longitude,latitude), else `location_text`."""
    point = _POINT.fullmatch(str(values.get("geo_point") or ""))
    if point:
        longitude, latitude = float(point[1]), float(point[2])
        return Spot(_cell(math.floor(longitude / CELL), math.floor(latitude / CELL)), longitude, latitude)
    words = re.sub(r"[\W_]+", "", str(values.get("location_text") or "")).casefold()
    return Spot(vault.digest(city, "place", f"{place_code} {words}")) if words else None


def duplicates_of(
    session: Session, city: str, spot: Spot | None, category: str | None, switches: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Return the number, place and time of what may be the same, newest first; one look into an index.

    Source: domain 2.1 step 1.2.
    """
    if spot is None or category is None:
        return []
    metres = float(switches.get("duplicate_metres", METRES))
    since = clock.now() - timedelta(hours=float(switches.get("duplicate_hours", HOURS)))
    found = (
        select(_CASES.c.number, _CASES.c.place, _CASES.c.opened_at, _CASES.c.longitude, _CASES.c.latitude)
        .where(
            _CASES.c.spot.in_(list(_keys(spot, metres))), _CASES.c.category == category, _CASES.c.opened_at >= since,
            _CASES.c.city == city, _CASES.c.state != "merged", ~_CASES.c.restricted, ~_CASES.c.handlers_only,
        )
        .order_by(_CASES.c.opened_at.desc())
        .limit(MOST)
    )  # fmt: skip
    return [
        {"number": row.number, "place": row.place, "time": row.opened_at.astimezone(SHANGHAI).isoformat()}
        for row in session.execute(found)
        if spot.longitude is None or distance(spot, Spot("", row.longitude, row.latitude)) <= metres
    ]


def distance(one: Spot, other: Spot) -> float:
    """Return the metres between two points near each other, infinity where there is none."""
    if one.longitude is None or one.latitude is None or other.longitude is None or other.latitude is None:
        return math.inf
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return math.hypot(east, one.latitude - other.latitude) * METRES_A_DEGREE


def _keys(spot: Spot, metres: float) -> Iterator[str]:
    if spot.longitude is None or spot.latitude is None:
        yield spot.key
        return
    high = math.ceil(metres / (METRES_A_DEGREE * CELL))
    wide = math.ceil(metres / (METRES_A_DEGREE * CELL * math.cos(math.radians(spot.latitude))))
    x, y = math.floor(spot.longitude / CELL), math.floor(spot.latitude / CELL)
    yield from (_cell(x + dx, y + dy) for dx in range(-wide, wide + 1) for dy in range(-high, high + 1))


def _cell(x: int, y: int) -> str:
    return f"{x}:{y}"
