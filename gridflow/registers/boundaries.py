"""The check of boundaries: what is wrong with a division into grids, where, how much of it, and what to do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from gridflow.registers.coordinates import on_plane, square_metres

MOST_POINTS = 2000
LEAST, LARGEST = 1_000.0, 500_000_000.0
"""Square metres of a grid. Source: domain 2.4, area_km2."""
BALANCE = 0.01
"""The share by which the new areas together may differ from the old ones."""
SMALLEST_FAULT = 1.0
"""Square metres below which two boundaries are taken to meet."""
THINNEST_FAULT = 0.05
"""Metres: a sliver thinner than this comes from rounding, however long it is."""


@dataclass(frozen=True, slots=True)
class Area:
    """A grid as a check sees it."""

    name: str
    geometry: BaseGeometry
    """CGCS2000 degrees."""
    kind: str = ""
    village: str = ""
    """What its village is called; empty for the village that is being divided."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault."""

    rule: str
    """points, form, size, overlap, gap, outside or balance."""
    words: str
    """What is wrong."""
    remedy: str
    """What to do."""
    where: BaseGeometry | None = None
    """The ground it is about, in degrees."""

    @property
    def sentence(self) -> str:
        """The fault as people read it."""
        return f"{self.words}{_place(self.where)}。{self.remedy}。"


@dataclass(frozen=True, slots=True)
class Division:
    """A division of a village into grids, as it is and as it is to be."""

    new: Sequence[Area]
    old: Sequence[Area]
    """What the new ones take the place of."""
    kept: Sequence[Area]
    """The other grids of the village."""
    neighbours: Sequence[Area]
    """Grids of other villages nearby."""
    may_grow: bool = False
    """Whether the new ones may take in ground that belonged to no grid: a new estate, a resized village."""


def check(division: Division) -> list[Finding]:
    """Return every fault of a division, those of single boundaries first. Source: N7-1, B6-2, domain 2.4 step 4.4."""
    faulty = [finding for area in division.new for finding in _own(area)]
    if any(finding.rule == "form" for finding in faulty):
        return faulty  # what overlaps cannot be told from a boundary that crosses itself
    return [*faulty, *_overlaps(division), *_gaps(division), *_outside(division), *_balance(division)]


def _own(area: Area) -> Iterator[Finding]:
    points = shapely.get_num_coordinates(area.geometry)
    if points > MOST_POINTS:
        yield Finding(
            "points", f"“{area.name}”的边界有 {points} 个点，多于 {MOST_POINTS} 个", "请在制图软件里简化边界后重新上传"
        )
    if not area.geometry.is_valid or area.geometry.is_empty:
        reason = explain_validity(area.geometry)
        yield Finding("form", f"“{area.name}”的边界与自身相交或不闭合（{reason}）", "请在制图软件里改正后重新上传")
        return
    metres = square_metres(area.geometry)
    if not LEAST <= metres <= LARGEST:
        yield Finding(
            "size",
            f"“{area.name}”的面积为 {_size(metres)}，应在 0.001 至 500 平方公里之间",
            "请核对边界和坐标系",
            area.geometry,
        )


def _overlaps(division: Division) -> Iterator[Finding]:
    before = _union(division.old)
    pairs = [*combinations(division.new, 2), *((new, kept) for new in division.new for kept in division.kept)]
    for one, other in pairs:
        common = shapely.intersection(one.geometry, other.geometry)
        if other in division.kept:
            common = shapely.difference(common, shapely.intersection(before, other.geometry))  # was so before
        for piece in faults(common):
            yield Finding(
                "overlap",
                f"“{one.name}”与“{other.name}”重叠 {_size(square_metres(piece))}",
                "请把其中一个的边界退到另一个之外，两个网格共用一条边",
                piece,
            )


def _gaps(division: Division) -> Iterator[Finding]:
    now = _union([*division.new, *division.kept])
    ground = _union(division.old) if division.old else _filled(now)
    for piece in faults(shapely.difference(ground, now)):
        yield Finding(
            "gap",
            f"有 {_size(square_metres(piece))} 没有划入任何网格",
            "请划给相邻的一个网格，村（社区）内不得有空白",
            piece,
        )


def _outside(division: Division) -> Iterator[Finding]:
    own = _union([*division.old, *division.kept])
    for new in division.new:
        beyond = shapely.difference(new.geometry, own)
        for other in division.neighbours:
            for piece in faults(shapely.intersection(beyond, other.geometry)):
                yield Finding(
                    "outside",
                    f"“{new.name}”有 {_size(square_metres(piece))} 在{other.village}（{other.name}）内",
                    "一个网格只能属于一个村（社区），请退回本村（社区）界内",
                    piece,
                )
        if own.is_empty or division.may_grow or new.kind == "maritime":
            continue
        for piece in faults(shapely.difference(beyond, _union(division.neighbours))):
            yield Finding(
                "outside",
                f"“{new.name}”有 {_size(square_metres(piece))} 在本村（社区）现有网格之外",
                "请退回界内；确因村（社区）规模调整而扩大的，请在调整情形中选明",
                piece,
            )


def _balance(division: Division) -> Iterator[Finding]:
    old, new = (sum(square_metres(area.geometry) for area in areas) for areas in (division.old, division.new))
    if old and not division.may_grow and abs(new - old) > BALANCE * old:
        yield Finding(
            "balance",
            f"新网格面积合计 {_size(new)}，原网格合计 {_size(old)}，相差 {abs(new - old) / old:.1%}，超过 1%",
            "请核对是否漏划、重划，或坐标系选错",
        )


def faults(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return the pieces of an overlap or a gap that are more than rounding, the largest first."""
    pieces = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and _counts(part)]
    return sorted(pieces, key=square_metres, reverse=True)


def _counts(piece: BaseGeometry) -> bool:
    if piece.is_empty:
        return False
    ground = on_plane(piece, piece.centroid.x)
    return bool(ground.area >= SMALLEST_FAULT and not ground.buffer(-THINNEST_FAULT / 2).is_empty)


def _union(areas: Iterable[Area]) -> BaseGeometry:
    return shapely.union_all([area.geometry for area in areas])


def _filled(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return shapely.union_all([shapely.Polygon(part.exterior) for part in parts])


def _place(where: BaseGeometry | None) -> str:
    if where is None:
        return ""
    point = where.representative_point()
    return f"（东经 {point.x:.6f}°，北纬 {point.y:.6f}°）"


def _size(metres: float) -> str:
    if metres < 10_000:
        return f"{metres:,.1f} 平方米"
    return f"{metres / 1_000_000:.4f} 平方公里"


def around(areas: Sequence[Area]) -> BaseGeometry:
    """Return the box in which some areas lie: what else could be concerned meets it."""
    return shapely.box(*shapely.total_bounds([area.geometry for area in areas]))
