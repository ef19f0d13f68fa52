"""The demo's cast: one account for every role of a city, and one for every handling unit of the demo's county."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from gridflow.catalogue import City
from gridflow.catalogue.cities import Demo, Role
from gridflow.db import new_id
from gridflow.people.errors import DemoInvalid
from gridflow.people.models import Post, ProcedureOwner, Unit, UnitKind, User
from gridflow.people.passwords import hashed
from gridflow.people.queries import unit_by_code

UNIT = "unit"
"""The tier of roles that sit in handling units."""
SINCE = date(2020, 1, 1)
STRIDE = 7
OWNER = "process_owner"
SECOND = ("county_office", "city_office", OWNER)
"""Roles with two accounts: what two people have to look into needs two."""


STAND_INS = tuple(
    map("".join, zip("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张", cycle("甲乙丙丁戊己庚辛壬癸"), strict=False))
)
"""The names of a cast that is made up."""


@dataclass(frozen=True, slots=True)
class _Account:
    login: str
    role: Role
    unit: Unit


def stand_in(session: Session, city: City) -> Demo:
    """Make up a cast for a city whose file names none, in its first village; raises DemoInvalid where it has none."""
    above = aliased(Unit)
    villages = (
        select(Unit.code, above.code.label("town"), above.county_code)
        .join(above, above.id == Unit.parent_id)
        .where(Unit.city == city.code, Unit.kind == UnitKind.VILLAGE, Unit.closed_on.is_(None))
    )
    place = session.execute(villages.order_by(Unit.code).limit(1)).one_or_none()
    if place is None:
        table = f"data/admin/divisions_{city.division}.csv"
        raise DemoInvalid(f"{city.name}的区划表里没有村居，试办没有地点和人员。请在 {table} 中补上。")
    return Demo(city.code, place.county_code, place.town, place.code, STAND_INS)


def import_demo(
    session: Session,
    city: City,
    password: str,
    grids: Sequence[str] = (),
    department: str | None = None,
    demo: Demo | None = None,
) -> int:
    """Add the demo accounts of a city that are not there yet, all with one password, and return how many.

    Logins are `<prefix>-<role>`. A role of handling units sits in the county's unit of `department`, else of the
    first one, and has `<prefix>-<role>-<department>` in the other units of the county and
    `<prefix>-<role>-city-<department>` in those of the city; offices have a second clerk, `<prefix>-<role>-2`. Grid
    staff of the village get one of `grids` each.
    Nothing happens where the city file has no demo section and no other cast is given.
    """
    demo = demo or city.demo
    if demo is None:
        return 0
    known = set(session.scalars(select(User.login).where(User.city == city.code)))
    codes, secret = cycle(grids or (None,)), hashed(password)
    users, posts = [], []
    for number, account in enumerate(_accounts(session, city, demo, department)):
        walks = account.role.grid_staff and account.unit.kind == UnitKind.VILLAGE
        grid = next(codes) if walks else None
        if account.login not in known:
            users.append(_user(city, account, _name(demo.people, number), secret))
            posts.append(_post(city, account, users[-1]["id"], grid, number))
    if users:
        session.execute(insert(User), users)
        session.execute(insert(Post), posts)
    return len(users)


def import_owners(session: Session, city: City, slugs: Iterable[str]) -> None:
    """Let the cast's process owner own every procedure that nobody was ever named for, and the second one be deputy."""
    if city.demo is None:
        return
    login = f"{city.demo.login_prefix}-{OWNER}"
    found = select(User.id).where(User.city == city.code, User.login.in_((login, f"{login}-2")))
    people = session.scalars(found.order_by(User.login)).all()
    named = set(session.scalars(select(ProcedureOwner.slug).where(ProcedureOwner.city == city.code)))
    rows = [
        {
            "id": new_id(), "city": city.code, "slug": slug, "user_id": user, "deputy": number > 0, "since": SINCE,
            "until": None, "by": None,
        }
        for slug in slugs
        if slug not in named
        for number, user in enumerate(people)
    ]  # fmt: skip
    if rows:
        session.execute(insert(ProcedureOwner), rows)


def _accounts(session: Session, city: City, demo: Demo, department: str | None) -> Iterator[_Account]:
    places = {
        tier: _place(session, city, code)
        for tier, code in (
            ("city", city.division),
            ("county", demo.county),
            ("town", demo.town),
            ("village", demo.village),
        )
    }
    handling = _handling(session, city, demo.county, department)
    if not handling:
        raise DemoInvalid(f"{city.name}的演示区县 {demo.county} 没有承办单位，请在城市文件中补上 departments。")
    for role in city.roles.values():
        login = f"{demo.login_prefix}-{role.code}"
        if role.tier != UNIT:
            yield _Account(login, role, places[role.tier or "village"])
            continue
        yield _Account(login, role, handling[0])
        for unit in handling[1:]:
            place = "city-" if unit.tier == "city" else ""
            yield _Account(f"{login}-{place}{unit.department}", role, unit)
    for role in (city.roles[code] for code in SECOND if code in city.roles):
        yield _Account(f"{demo.login_prefix}-{role.code}-2", role, places[str(role.tier)])


def _place(session: Session, city: City, code: str) -> Unit:
    unit = unit_by_code(session, city.code, code)
    if unit is None:
        raise DemoInvalid(f"{city.name}的演示地点 {code} 不在区划表中，请改正城市文件的 demo 一节。")
    return unit


def _handling(session: Session, city: City, county: str, department: str | None) -> list[Unit]:
    """Return the handling units of the county, then of the city, one department first, then as in the city file."""
    places = Unit.county_code.in_([county, city.division])
    units = session.scalars(select(Unit).where(Unit.city == city.code, Unit.kind == UnitKind.HANDLING, places))
    order = list(city.departments)
    return sorted(
        units, key=lambda unit: (unit.tier == "city", unit.department != department, order.index(str(unit.department)))
    )


def _name(people: Sequence[str], number: int) -> str:
    """Return the name of the n-th of the cast; when all are used, surnames and given names are paired anew."""
    rounds, place = divmod(number, len(people))
    return people[place][0] + people[(place + rounds * STRIDE) % len(people)][1:]


def _user(city: City, account: _Account, name: str, secret: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "city": city.code,
        "login": account.login,
        "name": name,
        "password_hash": secret,
        "email": f"{account.login}@example.org",
        "active": True,
        "failures": 0,
    }


def _post(city: City, account: _Account, user_id: object, grid: str | None, number: int) -> dict[str, object]:
    rule = city.appointments.get(account.role.post)
    sources = rule.sources_for("urban") if rule else ()
    return {
        "id": new_id(),
        "city": city.code,
        "user_id": user_id,
        "unit_id": account.unit.id,
        "role": account.role.post,
        "grid_code": grid,
        "since": SINCE,
        "until": None,
        "source": sources[0] if sources else None,
        "phone": f"000-0000-{number:04}" if rule else None,
    }
