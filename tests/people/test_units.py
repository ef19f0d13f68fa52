from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow.catalogue import City
from gridflow.catalogue.cities import ROLES
from gridflow.people.demo import import_demo
from gridflow.people.divisions import import_divisions
from gridflow.people.errors import DemoInvalid, DivisionsInvalid, UnitClosed, UnitUnknown
from gridflow.people.models import Unit
from gridflow.people.permissions import HELD, Permission, allowed, roles_of, scope
from gridflow.people.queries import (
    accounts,
    ancestor,
    children,
    handling_units,
    holders,
    line,
    open_unit,
    posts_of,
    unit_by_code,
    user_by_login,
)

TODAY = date(2026, 11, 22)


@pytest.fixture
def units(session: Session, divisions: Path, city: City) -> int:
    return import_divisions(session, divisions, city)


def unit(session: Session, code: str) -> Unit:
    found = unit_by_code(session, "jia", code)
    assert found is not None
    return found


def test_divisions_become_offices_towns_villages_and_handling_units(session: Session, units: int) -> None:
    kinds = dict(session.execute(select(Unit.kind, func.count()).group_by(Unit.kind)).all())
    assert kinds == {"city_office": 1, "county_office": 2, "town": 1, "village": 2, "handling": 5}
    assert units == 11
    assert unit(session, "110001").name == "东区网格办"
    assert unit(session, "110001-fire").name == "东区消防队"
    assert unit_by_code(session, "jia", "110000-fire") is None
    assert unit_by_code(session, "yi", "110001") is None


def test_a_second_import_adds_only_what_is_new(session: Session, units: int, divisions: Path, city: City) -> None:
    assert import_divisions(session, divisions, city) == 0
    with divisions.open("a", encoding="utf-8") as file:
        file.write("110001002,东镇,town,110001,镇\n")
    assert import_divisions(session, divisions, city) == 1
    assert unit(session, "110001002").parent_id == unit(session, "110001").id


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("code,name\n1,x\n", "缺少列：level、parent"),
        ("code,name,level,parent\n110000,甲市,planet,1\n", "层级“planet”无法识别"),
        ("code,name,level,parent\n120000,乙市,city,1\n", "没有 甲市（110000）"),
        ("code,name,level,parent\n110000,甲市,city,1\n110001001,南街道,town,110001\n", "110001001 南街道 的上级不存在"),
    ],
)
def test_a_wrong_table_is_refused_with_its_fault(
    session: Session, divisions: Path, city: City, table: str, problem: str
) -> None:
    divisions.write_text(table, encoding="utf-8")
    with pytest.raises(DivisionsInvalid, match=problem):
        import_divisions(session, divisions, city)


def test_the_line_above_a_unit_leads_to_its_city(session: Session, units: int) -> None:
    village = unit(session, "110001001201")
    assert [step.code for step in line(session, village.id)] == ["110001001201", "110001001", "110001", "110000"]
    for tier, code in (("village", "110001001201"), ("town", "110001001"), ("county", "110001"), ("city", "110000")):
        found = ancestor(session, village, tier)
        assert found is not None
        assert found.code == code
    fire = unit(session, "110001-fire")
    county = ancestor(session, fire, "county")
    assert county is not None
    assert county.code == "110001"
    assert ancestor(session, fire, "town") is None


def test_a_closed_unit_is_named_and_a_foreign_one_unknown(session: Session, units: int) -> None:
    town = unit(session, "110001001")
    town.closed_on = TODAY
    with pytest.raises(UnitClosed, match="南街道（110001001）已于 2026-11-22 撤销"):
        open_unit(session, "jia", "110001001", TODAY)
    assert open_unit(session, "jia", "110001001", date(2026, 11, 21)) is town
    assert children(session, unit(session, "110001").id, TODAY)[0].kind == "handling"
    with pytest.raises(UnitUnknown):
        open_unit(session, "yi", "110001001", TODAY)


def test_a_county_offers_its_own_handling_units_before_those_of_the_city(session: Session, units: int) -> None:
    found = handling_units(session, "jia", "110001", TODAY)
    assert [it.code for it in found] == ["110001-fire", "110001-justice", "110000-justice"]


def test_the_demo_has_an_account_for_every_role_and_handling_unit(session: Session, units: int, city: City) -> None:
    made = import_demo(session, city, "demo", ["110001001001C001", "110001001001C002"], "justice")
    cast = {
        user.login: (user.name, post.role, seat.code, post.grid_code)
        for user, post, seat in accounts(session, "jia", TODAY)
    }
    assert cast == {
        "j-resident": ("赵一", "resident", "110001001001", None),
        "j-field_worker": ("钱小二", "grid_head", "110001001001", "110001001001C001"),
        "j-grid_head": ("孙三", "grid_head", "110001001001", "110001001001C002"),
        "j-town": ("赵小二", "town", "110001001", None),
        "j-handler": ("钱三", "handler", "110001-justice", None),
        "j-handler-fire": ("孙一", "handler", "110001-fire", None),
        "j-handler-city-justice": ("赵三", "handler", "110000-justice", None),
        "j-administrator": ("钱一", "administrator", "110000", None),
    }
    assert made == len(cast)
    assert import_demo(session, city, "demo") == 0


def test_a_demo_in_an_unknown_place_is_refused(session: Session, units: int, city: City) -> None:
    assert city.demo is not None
    with pytest.raises(DemoInvalid, match="110001009"):
        import_demo(session, replace(city, demo=replace(city.demo, town="110001009")), "demo")
    assert import_demo(session, replace(city, demo=None), "demo") == 0


def test_one_post_may_stand_for_two_roles(session: Session, units: int, city: City) -> None:
    import_demo(session, city, "demo")
    user = user_by_login(session, "j-field_worker")
    assert user is not None
    posts = posts_of(session, user.id, TODAY)
    assert roles_of(city, posts) == {"field_worker", "grid_head"}
    assert Permission.TASK_COMPLETE in allowed(roles_of(city, posts))
    people = holders(session, posts[0].unit_id, "grid_head", TODAY)
    assert [person.login for person in people] == ["j-field_worker", "j-grid_head"]
    assert holders(session, posts[0].unit_id, "grid_head", date(2019, 1, 1)) == []


def test_every_role_a_diagram_may_name_has_its_rights() -> None:
    assert set(HELD) == set(ROLES)
    assert all(HELD.values())


def test_administrators_see_no_case() -> None:
    rights = allowed(frozenset({"administrator"}))
    assert Permission.USER_MANAGE in rights
    assert not {right for right in rights if right.startswith(("case:", "task:", "personal:"))}


def test_a_scope_covers_what_lies_below_and_nothing_beside(session: Session, units: int, city: City) -> None:
    county = scope(city, [unit(session, "110001")])
    assert county.covers("110001001001C001")
    assert not county.covers("110002001")
    assert scope(city, [unit(session, "110000")]).covers("110002001")
    assert not scope(city, [unit(session, "110001-fire")]).covers("110001001")
    assert not scope(city, []).covers("110001")
    seen = session.scalars(select(Unit.code).where(county.within(Unit.city, Unit.code)).order_by(Unit.code)).all()
    assert seen == ["110001", "110001-fire", "110001-justice", "110001001", "110001001001", "110001001201"]
    assert session.scalars(select(Unit.code).where(scope(city, []).within(Unit.city, Unit.code))).all() == []
