import json

import pytest
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from gridflow.registers.boundaries import Area, Division, Finding, check
from gridflow.registers.boundary_files import boundaries_in
from gridflow.registers.coordinates import converted, gcj02, square_metres
from gridflow.registers.errors import BoundaryInvalid
from gridflow.registers.maps import Shape, draw
from gridflow.registers.shaping import join, read, split, text, tidy

METRE = 1 / 111_000
WHOLE = shapely.box(121.5, 29.8, 121.51, 29.81)
WEST, EAST = split(WHOLE, [50, 50], from_north=False)
BESIDE = Area("北村第一网格", shapely.box(121.51, 29.8, 121.52, 29.81), village="北村")


def found(
    *new: BaseGeometry, old: BaseGeometry = WHOLE, kept: tuple[Area, ...] = (), grows: bool = False
) -> list[Finding]:
    areas = [Area(f"新{number}", geometry) for number, geometry in enumerate(new, 1)]
    before = [] if old.is_empty else [Area("旧", old)]
    return check(Division(areas, before, kept, [BESIDE], may_grow=grows))


def rules(*new: BaseGeometry, **rest: object) -> list[str]:
    return [finding.rule for finding in found(*new, **rest)]


def test_a_grid_cut_in_two_has_no_fault() -> None:
    assert rules(WEST, EAST) == []


def test_an_overlap_of_three_square_metres_is_found_with_its_place_and_remedy() -> None:
    side = 1.75 * METRE
    more = tidy(join([WEST, shapely.box(121.505 - side, 29.805, 121.505 + side / 0.87, 29.805 + side)]))
    (overlap,) = found(more, EAST)
    assert overlap.rule == "overlap"
    assert overlap.where is not None
    assert 2.5 < square_metres(overlap.where) < 3.5
    assert "“新1”与“新2”重叠 3." in overlap.sentence
    assert "东经 121.505" in overlap.sentence
    assert "请把其中一个的边界退到另一个之外" in overlap.sentence


def test_slivers_of_rounding_are_not_faults() -> None:
    assert rules(WEST, tidy(shapely.box(121.505 - 1e-7, 29.8, 121.51, 29.81))) == []


def test_ground_that_no_grid_takes_is_a_gap() -> None:
    hole = shapely.box(121.507, 29.805, 121.507 + 3 * METRE, 29.805 + 3 * METRE)
    (gap,) = found(WEST, EAST.difference(hole))
    assert gap.rule == "gap"
    assert "没有划入任何网格" in gap.words


def test_a_hole_is_a_gap_in_a_village_divided_for_the_first_time_too() -> None:
    ring = EAST.difference(shapely.box(121.507, 29.805, 121.508, 29.806))
    assert rules(WEST, ring, old=shapely.Polygon()) == ["gap"]


def test_a_grid_lies_in_exactly_one_village() -> None:
    beyond = tidy(shapely.box(121.505, 29.8, 121.5101, 29.81))
    (finding,) = (one for one in found(WEST, beyond) if one.rule == "outside")
    assert "在北村（北村第一网格）内" in finding.words


def test_open_ground_is_taken_in_only_where_the_village_grew() -> None:
    south = tidy(shapely.box(121.5, 29.799, 121.505, 29.81))
    assert "outside" in rules(south, EAST)
    assert rules(south, EAST, grows=True) == []


def test_a_new_grid_may_not_reach_into_one_that_stays() -> None:
    stays = Area("留", EAST)
    assert rules(WEST, old=WEST, kept=(stays,)) == []
    wider = tidy(shapely.box(121.5, 29.8, 121.5051, 29.81))
    assert "overlap" in rules(wider, old=WEST, kept=(stays,))


def test_a_fault_that_was_there_before_is_not_blamed_on_the_change() -> None:
    stays = Area("留", shapely.box(121.5049, 29.8, 121.51, 29.81))
    north, south = split(WEST, [50, 50], from_north=True)
    assert rules(north, south, old=WEST, kept=(stays,)) == []


def test_areas_must_balance_to_a_hundredth() -> None:
    assert "balance" in rules(shapely.box(121.5, 29.8, 121.51, 29.8098))
    assert "balance" not in rules(shapely.box(121.5, 29.8, 121.51, 29.80995))


def test_a_boundary_that_crosses_itself_or_has_too_many_points_is_told() -> None:
    bow = shapely.Polygon([(121.5, 29.8), (121.51, 29.81), (121.51, 29.8), (121.5, 29.81)])
    assert rules(bow) == ["form"]
    round_one = shapely.Point(121.505, 29.805).buffer(0.004, quad_segs=600)
    assert "points" in rules(round_one)
    assert "size" in rules(shapely.box(121.5, 29.8, 121.5001, 29.8001))


@pytest.mark.parametrize("percents", [[40, 35, 25], [1, 99], [100]])
@pytest.mark.parametrize("from_north", [True, False])
def test_a_cut_gives_the_shares_asked_for(percents: list[int], from_north: bool) -> None:
    ragged = WHOLE.difference(shapely.Point(121.51, 29.805).buffer(0.003))
    parts = split(ragged, percents, from_north=from_north)
    shares = [square_metres(part) / square_metres(ragged) for part in parts]
    assert shares == pytest.approx([percent / 100 for percent in percents], abs=1e-4)
    assert rules(*parts, old=ragged) == []


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(BoundaryInvalid, match="合计应为 100"):
        split(WHOLE, [50, 40], from_north=True)


def test_parts_joined_again_are_the_whole() -> None:
    again = join(split(WHOLE, [30, 30, 40], from_north=True))
    assert again.geom_type == "Polygon"
    assert square_metres(again) == pytest.approx(square_metres(WHOLE), rel=1e-6)


def test_the_register_keeps_a_centimetre() -> None:
    kept = read(text(WHOLE.buffer(0.001234567)))
    assert rules(kept, old=WHOLE.buffer(0.001234567)) == []


def collection(*features: tuple[dict[str, str], BaseGeometry]) -> str:
    parts = [{"type": "Feature", "properties": names, "geometry": mapping(part)} for names, part in features]
    return json.dumps({"type": "FeatureCollection", "features": parts})


def test_a_file_gives_each_boundary_with_its_name() -> None:
    read_in = boundaries_in(collection(({"name": "甲"}, WEST), ({"code": "330203001005C001"}, EAST)), "cgcs2000")
    assert [name for name, _ in read_in] == ["甲", "330203001005C001"]
    assert rules(*(geometry for _, geometry in read_in)) == []


def test_a_file_in_gcj_02_is_converted() -> None:
    shifted = collection(({"name": "甲"}, converted(WEST, gcj02)), ({}, converted(EAST, gcj02)))
    assert rules(*(geometry for _, geometry in boundaries_in(shifted, "gcj02"))) == []
    assert "outside" in rules(*(geometry for _, geometry in boundaries_in(shifted, "cgcs2000")))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "不是有效的 GeoJSON"),
        ("[" * 100_000, "不是有效的 GeoJSON"),
        ('{"type":"Point","coordinates":[121,29]}', "应是面"),
        ('{"type":"Polygon","coordinates":[[[29,121],[29.1,121],[29,121.1],[29,121]]]}', "不在我国范围内"),
        ('{"type":"Polygon","coordinates":[[[121,29],[121,30]]]}', "坐标无法读取"),
        ('{"type":"Polygon","coordinates":"x"}', "坐标无法读取"),
        ('{"type":"Polygon","coordinates":[[[NaN,29],[121,NaN],[121,30],[NaN,29]]]}', "坐标无法读取"),
        ('{"type":"FeatureCollection","features":[]}', "应有 1 至 50 个面"),
        ("x" * 2_100_000, "超过 2 MB"),
    ],
)
def test_files_that_are_no_boundaries_are_refused(content: str, says: str) -> None:
    with pytest.raises(BoundaryInvalid, match=says):
        boundaries_in(content, "cgcs2000")


def test_a_map_shows_each_fault_with_its_number_and_hides_no_markup() -> None:
    (gap,) = found(WEST, EAST.difference(shapely.box(121.507, 29.805, 121.5071, 29.8051)))
    assert gap.where is not None
    drawn = draw([Shape("new", WEST, "<甲&乙>"), Shape("old", WHOLE), Shape("fault", gap.where)], "方案图")
    assert "&lt;甲&amp;乙&gt;" in drawn
    assert ">1</text>" in drawn
    assert "示意图" in drawn
