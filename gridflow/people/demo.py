"""The demo's cast: one account for every role of a city, and one for every handling unit of the demo's county."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from gridflow.catalogue import City
from gridflow.catalogue.cities import Demo, Role
from gridflow.db import new_id
from gridflow.people.errors import DemoInvalid
from gridflow.people.models import Post, Unit, UnitKind, User
from gridflow.people.passwords import hashed
from gridflow.people.queries import unit_by_code

UNIT = "unit"
"""The tier of roles that sit in handling units."""
SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class _Account:
    login: str
    role: Role
    unit: Unit


def import_demo(session: Session, city: City, password: str, grids: Sequence[str] = ()) -> int:
    """Add the demo accounts of a city that are not there yet, all with one password, and return how many.

    Logins are `<prefix>-<role>`; a role of handling units also has `<prefix>-<role>-<department>` in the demo's
    county and `<prefix>-<role>-city-<department>` in the city. Grid staff of the village get one of `grids` each.
    Nothing happens where the city file has no demo section.
    """
    if city.demo is None:
        return 0
    known = set(session.scalars(select(User.login).where(User.city == city.code)))
    names, codes = cycle(city.demo.people), cycle(grids or (None,))
    secret = hashed(password)
    users, posts = [], []
    for account in _accounts(session, city, city.demo):
        name, grid = next(names), next(codes) if account.role.grid_staff else None
        if account.login not in known:
            users.append(_user(city, account, name, secret))
            posts.append(_post(city, account, users[-1]["id"], grid))
    if users:
        session.execute(insert(User), users)
        session.execute(insert(Post), posts)
    return len(users)


def _accounts(session: Session, city: City, demo: Demo) -> Iterator[_Account]:
    places = {
        tier: _place(session, city, code)
        for tier, code in (
            ("city", city.division),
            ("county", demo.county),
            ("town", demo.town),
            ("village", demo.village),
        )
    }
    handling = _handling(session, city, demo.county)
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


def _place(session: Session, city: City, code: str) -> Unit:
    unit = unit_by_code(session, city.code, code)
    if unit is None:
        raise DemoInvalid(f"{city.name}的演示地点 {code} 不在区划表中，请改正城市文件的 demo 一节。")
    return unit


def _handling(session: Session, city: City, county: str) -> list[Unit]:
    """Return the handling units of the county and the city, the county's first, in the order of the city file."""
    units = session.scalars(
        select(Unit).where(
            Unit.city == city.code, Unit.kind == UnitKind.HANDLING, Unit.county_code.in_([county, city.division])
        )
    )
    order = list(city.departments)
    return sorted(units, key=lambda unit: (unit.tier == "city", order.index(unit.department or order[0])))


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


def _post(city: City, account: _Account, user_id: object, grid: str | None) -> dict[str, object]:
    return {
        "id": new_id(),
        "city": city.code,
        "user_id": user_id,
        "unit_id": account.unit.id,
        "role": account.role.post,
        "grid_code": grid,
        "since": SINCE,
        "until": None,
    }
