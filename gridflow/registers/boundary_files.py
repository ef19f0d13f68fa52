"""Boundaries as offices hand them in: GeoJSON, in CGCS2000 or in the shifted GCJ-02 of map services."""

import json
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gridflow.registers.coordinates import cgcs2000, converted
from gridflow.registers.errors import BoundaryInvalid
from gridflow.registers.shaping import tidy

LARGEST = 2 * 1024 * 1024
MOST = 50
"""Boundaries of one file."""
DATUMS = ("cgcs2000", "gcj02")
_CHINA = (73.0, 3.0, 136.0, 54.0)
_NAMES = ("code", "编码", "name", "名称")


def boundaries_in(content: str | bytes, datum: str) -> list[tuple[str, BaseGeometry]]:
    """Return the boundaries of a GeoJSON text with the code or name each carries, in CGCS2000 degrees.

    Raises BoundaryInvalid with what is wrong and what to do; an empty name where a boundary carries none. Geometry
    that is valid stays so; faults of form are left to the check, which says where they are.
    """
    if len(content) > LARGEST:
        raise BoundaryInvalid("边界文件超过 2 MB，请先在制图软件里简化边界，每个网格不超过 2000 个点。")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BoundaryInvalid("边界文件不是有效的 GeoJSON，请从制图软件重新导出 GeoJSON（UTF-8）。") from error
    found = [(name, _geometry(raw, name, datum)) for name, raw in _features(value)]
    if not 1 <= len(found) <= MOST:
        raise BoundaryInvalid(f"边界文件里应有 1 至 {MOST} 个面，现有 {len(found)} 个，请核对。")
    return found


def _features(value: Any) -> Iterator[tuple[str, Any]]:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "FeatureCollection" and isinstance(value.get("features"), list):
        for feature in value["features"]:
            yield from _features(feature)
    elif kind == "Feature":
        properties = value.get("properties")
        names = properties if isinstance(properties, dict) else {}
        yield next((str(names[key]).strip() for key in _NAMES if names.get(key)), ""), value.get("geometry")
    else:
        yield "", value


def _geometry(raw: Any, name: str, datum: str) -> BaseGeometry:
    called = f"“{name}”" if name else "边界"
    if not isinstance(raw, dict) or raw.get("type") not in {"Polygon", "MultiPolygon"}:
        raise BoundaryInvalid(f"{called}应是面（Polygon 或 MultiPolygon），不能是点、线或空白，请重新导出。")
    try:
        geometry = shapely.force_2d(shape(raw))
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise BoundaryInvalid(f"{called}的坐标无法读取：每个环至少四个点，首尾相同。请重新导出。") from error
    west, south, east, north = geometry.bounds if not geometry.is_empty else (0.0, 0.0, 0.0, 0.0)
    if not (_CHINA[0] <= west <= east <= _CHINA[2] and _CHINA[1] <= south <= north <= _CHINA[3]):
        raise BoundaryInvalid(f"{called}的坐标不在我国范围内：应为经度在前、纬度在后的度数，请检查坐标次序和坐标系。")
    moved = converted(geometry, cgcs2000) if datum == "gcj02" else geometry
    return tidy(moved) if moved.is_valid else moved
