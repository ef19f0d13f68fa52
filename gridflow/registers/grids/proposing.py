"""From a filled plan to grids: which boundaries it gives, and what is wrong with how it is filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from gridflow.registers.boundary_files import boundaries_in
from gridflow.registers.errors import BoundaryInvalid
from gridflow.registers.models import Grid
from gridflow.registers.shaping import join, read, split

Row = Mapping[str, Any]
SIDES = {"west": (False, True), "east": (False, False), "north": (True, True), "south": (True, False)}
"""Whether a cut runs along a parallel, and whether the first part is the one on this side."""
JOINED = frozenset({"merge", "abolish"})
"""Changes whose one new boundary is that of the chosen grids together."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One grid as a plan wants it."""

    name: str
    kind: str
    geometry: BaseGeometry
    households: int
    population: int
    units_count: int
    managing_unit: str | None
    keeps: str | None
    """The code of the grid it goes on from; None for a new code."""
    extent: str | None = None
    """The area in words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A filled plan."""

    change: str
    """new, split, merge, adjust, abolish or rename."""
    way: str
    """cut (by shares), file, or empty where the change itself tells."""
    old: Sequence[Grid]
    """What the plan chose, with boundaries."""
    rows: Sequence[Row]
    file: bytes | None = None
    datum: str = "cgcs2000"
    side: str = "west"
    """From which side shares are counted, and which side of the first grid goes to the second in an adjustment."""
    share: int = 0
    """Per cent of the first grid that goes to the second."""
    gives: str = ""
    """The code of the grid that gives ground away in an adjustment."""


def propose(plan: Plan) -> list[Proposal]:
    """Return the grids of a plan; raises BoundaryInvalid with what does not fit together and what to do."""
    boundaries = _boundaries(plan)
    if len(boundaries) != len(plan.rows):
        raise BoundaryInvalid(f"填了 {len(plan.rows)} 个新网格，边界却有 {len(boundaries)} 个，请使两者一致。")
    return [_proposal(row, boundary) for row, boundary in zip(plan.rows, boundaries, strict=True)]


def _proposal(row: Row, boundary: BaseGeometry) -> Proposal:
    return Proposal(
        name=str(row.get("grid_name") or ""),
        kind=str(row.get("grid_type") or ""),
        geometry=boundary,
        households=int(row.get("households") or 0),
        population=int(row.get("population") or 0),
        units_count=int(row.get("units_count") or 0),
        managing_unit=row.get("managing_unit") or None,
        keeps=row.get("keeps_code") or None,
        extent=row.get("extent") or None,
    )


def _boundaries(plan: Plan) -> list[BaseGeometry]:
    if plan.change == "rename":
        return [_ground(plan, row.get("keeps_code")) for row in plan.rows]
    if plan.change in JOINED:
        if len(plan.old) < 2:  # one grid is not joined with itself
            raise BoundaryInvalid("合并、撤销至少要选两个原网格：撤销的和接收的都要选。")
        return [join([_of(grid) for grid in plan.old])]
    if plan.way == "file":
        return _from_file(plan)
    if plan.change == "adjust":
        return _moved_line(plan)
    if len(plan.old) != 1:
        raise BoundaryInvalid("按比例切开时只能选一个原网格；几个网格一起变动的，请上传边界文件。")
    shares = [int(row.get("share") or 0) for row in plan.rows]
    return _cut(_of(plan.old[0]), shares, plan.side)


def _cut(whole: BaseGeometry, shares: list[int], side: str) -> list[BaseGeometry]:
    """Cut by shares counted from a side."""
    across, first = SIDES[side]
    parts = split(whole, shares if first else shares[::-1], from_north=across)
    return parts if first else parts[::-1]


def _moved_line(plan: Plan) -> list[BaseGeometry]:
    """Give a part of one grid to its neighbour."""
    if len(plan.old) != 2 or plan.gives not in {grid.code for grid in plan.old}:  # the giver and the taker
        raise BoundaryInvalid("按比例调整界线时请选两个相邻的原网格，并写明从哪一个划出。")
    giver = next(grid for grid in plan.old if grid.code == plan.gives)
    taker = next(grid for grid in plan.old if grid.code != plan.gives)
    given, left = _cut(_of(giver), [plan.share, 100 - plan.share], plan.side)
    now = {giver.code: left, taker.code: join([_of(taker), given])}
    if any(row.get("keeps_code") not in now for row in plan.rows):
        raise BoundaryInvalid("调整界线时网格编码不变：请在每个网格的“沿用编码”里选明是哪一个原网格。")
    return [now[str(row["keeps_code"])] for row in plan.rows]


def _from_file(plan: Plan) -> list[BaseGeometry]:
    """Match the boundaries of a file to the grids by code or name, else by their order where none carries a name."""
    if plan.file is None:
        raise BoundaryInvalid("没有收到边界文件，请上传 GeoJSON 文件。")
    found = boundaries_in(plan.file, plan.datum)
    if not any(name for name, _ in found):
        return [boundary for _, boundary in found]
    named = dict(found)
    wanted = [
        next((name for name in (row.get("keeps_code"), row.get("grid_name")) if name in named), None)
        for row in plan.rows
    ]
    if missing := [row.get("grid_name") for row, name in zip(plan.rows, wanted, strict=True) if name is None]:
        raise BoundaryInvalid(
            f"边界文件里没有名称为“{missing[0]}”的面，文件里有：{'、'.join(named)}。请使两处名称一致。"
        )
    return [named[str(name)] for name in wanted]


def _ground(plan: Plan, code: object) -> BaseGeometry:
    for grid in plan.old:
        if grid.code == code:
            return _of(grid)
    raise BoundaryInvalid("更名时请在“沿用编码”里选明是哪一个原网格。")


def _of(grid: Grid) -> BaseGeometry:
    if grid.geometry is None:
        raise BoundaryInvalid(f"网格 {grid.name}（{grid.code}）还没有登记边界，请改用上传边界文件。")
    return read(grid.geometry)
