import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from gridflow.registers.coordinates import AXIS, E2, cgcs2000, converted, gcj02, on_plane, square_metres


@pytest.mark.parametrize(
    ("true", "shifted"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),  # Shanghai
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),  # Shenzhen
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),  # Beijing
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),  # Beijing, the middle
    ],
)
def test_known_points_are_shifted_and_shifted_back(true: tuple[float, float], shifted: tuple[float, float]) -> None:
    assert gcj02(true) == pytest.approx(shifted, abs=1e-9)
    assert cgcs2000(shifted) == pytest.approx(true, abs=1e-9)


@given(st.floats(108.5, 122.5), st.floats(20.5, 31.0))
def test_there_and_back_again_is_less_than_a_millimetre(longitude: float, latitude: float) -> None:
    assert gcj02(cgcs2000((longitude, latitude))) == pytest.approx((longitude, latitude), abs=1e-9)


def test_the_shift_in_the_two_cities_is_some_hundred_metres() -> None:
    for point in ((121.55, 29.87), (109.12, 21.48)):
        assert 300 < on_plane(shapely.LineString([point, gcj02(point)]), point[0]).length < 700


def true_area(west: float, south: float, east: float, north: float) -> float:
    """Integrate the area of a cell between meridians and parallels of the ellipsoid in closed form."""
    e = math.sqrt(E2)

    def zone(latitude: float) -> float:
        sine = math.sin(math.radians(latitude))
        return sine / (1 - E2 * sine * sine) + math.log((1 + e * sine) / (1 - e * sine)) / (2 * e)

    return AXIS**2 * (1 - E2) / 2 * math.radians(east - west) * (zone(north) - zone(south))


@pytest.mark.parametrize("size", [0.0001, 0.005, 0.05, 0.5])
@pytest.mark.parametrize("corner", [(109.1, 21.4), (121.5, 29.8)])
def test_areas_are_right_to_a_millionth(corner: tuple[float, float], size: float) -> None:
    west, south = corner
    cell = shapely.segmentize(shapely.box(west, south, west + size, south + size), size / 200)
    assert square_metres(cell) == pytest.approx(true_area(west, south, west + size, south + size), rel=1e-6)


def test_a_plane_of_degrees_would_be_wrong_by_a_tenth_and_this_one_is_not() -> None:
    metre = 1 / 111_320
    box = shapely.box(121.5, 29.8, 121.5 + 1.7 * metre, 29.8 + 1.7 * metre)
    assert square_metres(box) == pytest.approx(1.7 * 1.7 * math.cos(math.radians(29.8)), rel=0.01)


def test_a_whole_geometry_is_converted_and_areas_on_the_shifted_map_would_be_wrong() -> None:
    form: BaseGeometry = shapely.box(121.5, 29.8, 121.51, 29.81).buffer(0.001)
    moved = converted(form, gcj02)
    assert shapely.get_num_coordinates(moved) == shapely.get_num_coordinates(form)
    assert not moved.equals(form)
    assert square_metres(moved) == pytest.approx(square_metres(form), rel=5e-3)
    assert converted(moved, cgcs2000).equals_exact(form, 1e-9)
