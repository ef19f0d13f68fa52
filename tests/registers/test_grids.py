import json
from datetime import date
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping, shape
from sqlalchemy.orm import Session

from gridflow.catalogue import City
from gridflow.people.models import Unit
from gridflow.registers.cutting import cut
from gridflow.registers.queries import grid_by_code, grids_of, grids_within
from gridflow.registers.service import import_grids

SQUARE = mapping(shapely.box(121.0, 29.0, 121.02, 29.02))


@pytest.fixture
def cells(tmp_path: Path, villages: dict[str, Unit]) -> Path:
    path = tmp_path / "cells.geojson"
    features = [{"type": "Feature", "properties": {"code": code}, "geometry": SQUARE} for code in (*villages, "999")]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_every_village_gets_grids_coded_by_kind_and_number(
    session: Session, city: City, cells: Path, villages: dict[str, Unit]
) -> None:
    made = import_grids(session, cells, city)
    urban, rural = (grids_of(session, unit.id) for unit in villages.values())
    assert made == len(urban) + len(rural)
    assert [grid.code for grid in urban] == [f"110001001001C{n:03}" for n in range(1, len(urban) + 1)]
    assert {grid.kind for grid in rural} == {"rural"}
    assert urban[0].name == "南门社区第一网格"
    assert rural[0].name == "北村第一网格"
    assert rural[0].code == "110001001201R001"
    assert import_grids(session, cells, city) == 0


def test_a_grid_exists_for_its_city_and_on_its_days_only(
    session: Session, city: City, cells: Path, villages: dict[str, Unit]
) -> None:
    import_grids(session, cells, city, date(2024, 1, 1))
    grid = grid_by_code(session, "jia", "110001001001C001")
    assert grid is not None
    assert grid_by_code(session, "yi", grid.code) is None
    assert grids_of(session, grid.village_unit_id, date(2023, 12, 31)) == []
    everywhere = grids_within(session, "jia", "110001001")
    assert grids_within(session, "jia", "110001002") == []
    grid.until = date(2024, 12, 31)
    assert grid not in grids_of(session, grid.village_unit_id)
    assert grid in grids_of(session, grid.village_unit_id, date(2024, 12, 31))
    assert len(grids_within(session, "jia", "110001001")) == len(everywhere) - 1


@given(st.text("0123456789", min_size=12, max_size=12), st.sampled_from(["urban", "rural"]))
def test_grids_cover_their_village_without_overlap_and_always_alike(code: str, kind: str) -> None:
    pieces = cut(code, kind, SQUARE)
    assert pieces == cut(code, kind, SQUARE)
    assert 1 <= len(pieces) <= 4
    shapes = [shape(json.loads(piece.geometry)) for piece in pieces]
    whole = shape(SQUARE)
    assert all(part.is_valid and part.geom_type == "Polygon" for part in shapes)
    assert sum(part.area for part in shapes) == pytest.approx(whole.area, rel=1e-3)
    assert shapely.union_all(shapes).area == pytest.approx(whole.area, rel=1e-3)
    assert [piece.sequence for piece in pieces] == list(range(1, len(pieces) + 1))
    assert all(60 <= piece.households < 500 for piece in pieces)


def test_grids_are_numbered_from_the_north_west(session: Session) -> None:
    code = next(str(n) for n in range(10**11, 10**11 + 99) if len(cut(str(n), "urban", SQUARE)) == 4)
    centres = [shape(json.loads(piece.geometry)).centroid for piece in cut(code, "urban", SQUARE)]
    assert centres[0].x == pytest.approx(centres[1].x, abs=1e-4)
    assert centres[0].y > centres[1].y
    assert centres[0].x < centres[2].x


@given(st.integers(0, 200))
def test_a_ragged_cell_with_islands_gives_only_areas(number: int) -> None:
    islands = shapely.union_all(
        [shape(SQUARE), shapely.box(121.05, 29.01, 121.051, 29.06), shapely.Point(121.08, 29.03).buffer(0.004)]
    )
    for piece in cut(f"{number:012}", "rural", mapping(islands)):
        part = shape(json.loads(piece.geometry))
        assert part.geom_type in {"Polygon", "MultiPolygon"}
        assert part.area > 0
