"""Find units, people, posts and deputies. Every query names the city or an id that belongs to one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, aliased

from gridflow.people.errors import UnitClosed, UnitUnknown
from gridflow.people.models import Deputy, Post, Unit, UnitKind, User


def unit_by_code(session: Session, city: str, code: str) -> Unit | None:
    """Return the unit of a city with a code, closed ones too."""
    return session.scalar(select(Unit).where(Unit.city == city, Unit.code == code))


def open_unit(session: Session, city: str, code: str, on: date) -> Unit:
    """Return the unit of a city with a code that exists on a day, or raise UnitUnknown or UnitClosed."""
    unit = unit_by_code(session, city, code)
    if unit is None:
        raise UnitUnknown(f"本市没有代码为“{code}”的单位，请核对单位登记。")
    if unit.closed_on is not None and unit.closed_on <= on:
        raise UnitClosed(f"{unit.name}（{code}）已于 {unit.closed_on} 撤销，请改派承接其职责的单位。")
    return unit


def line(session: Session, unit_id: str) -> list[Unit]:
    """Return a unit and everything above it, lowest first, in one statement."""
    first = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte("line", recursive=True)
    above = aliased(Unit)
    chain = first.union_all(select(above.id, above.parent_id).join(first, above.id == first.c.parent_id))
    units = session.scalars(select(Unit).join(chain, Unit.id == chain.c.id)).all()
    by_id = {unit.id: unit for unit in units}
    found, step = [], by_id.get(unit_id)
    while step is not None:
        found.append(step)
        step = by_id.get(step.parent_id or "")
    return found


def ancestor(session: Session, unit: Unit, tier: str) -> Unit | None:
    """Return the village, town, county or city that a unit is or lies in; None where it is larger than the tier.

    A handling unit lies in the place of its office.
    """
    places = [step for step in line(session, unit.id) if step.kind != UnitKind.HANDLING]
    return next((step for step in places if step.tier == tier), None)


def children(session: Session, unit_id: str, on: date) -> Sequence[Unit]:
    """Return the units directly below one that exist on a day, by code."""
    below = select(Unit).where(Unit.parent_id == unit_id, _exists(on)).order_by(Unit.code)
    return session.scalars(below).all()


def handling_units(session: Session, city: str, county_code: str, on: date) -> Sequence[Unit]:
    """Return the handling units of a county and those of its city, the county's first."""
    above = select(Unit.county_code).where(Unit.city == city, Unit.kind == UnitKind.CITY_OFFICE)
    units = select(Unit).where(
        Unit.city == city,
        Unit.kind == UnitKind.HANDLING,
        or_(Unit.county_code == county_code, Unit.county_code.in_(above)),
        _exists(on),
    )
    return session.scalars(units.order_by(Unit.tier.desc(), Unit.code)).all()  # "county" sorts after "city"


def places(session: Session, city: str, prefixes: Sequence[str], on: date) -> Sequence[Unit]:
    """Return the offices, towns and villages of a city whose codes begin in one of several ways, by code."""
    begins = or_(false(), *(Unit.code.startswith(prefix) for prefix in prefixes))
    found = select(Unit).where(Unit.city == city, Unit.kind != UnitKind.HANDLING, begins, _exists(on))
    return session.scalars(found.order_by(Unit.code)).all()


def user_by_login(session: Session, login: str) -> User | None:
    """Return a person by login, which is unique over all cities."""
    return session.scalar(select(User).where(User.login == login))


def user_by_id(session: Session, city: str, user_id: str) -> User | None:
    """Return a person of a city."""
    return session.scalar(select(User).where(User.id == user_id, User.city == city))


def posts_of(session: Session, user_id: str, on: date) -> Sequence[Post]:
    """Return the posts a person holds on a day."""
    return session.scalars(select(Post).where(Post.user_id == user_id, _held(on)).order_by(Post.id)).all()


def acting_posts(session: Session, user_id: str, on: date) -> Sequence[Post]:
    """Return one's own posts and those of everybody one stands in for on a day."""
    absent = select(Deputy.user_id).where(Deputy.deputy_id == user_id, Deputy.since <= on, Deputy.until >= on)
    posts = select(Post).where(or_(Post.user_id == user_id, Post.user_id.in_(absent)), _held(on))
    return session.scalars(posts.order_by(Post.id)).all()


def principals(session: Session, deputy_id: str, on: date) -> Sequence[User]:
    """Return the people somebody stands in for on a day."""
    absent = select(User).join(Deputy, Deputy.user_id == User.id)
    return session.scalars(absent.where(Deputy.deputy_id == deputy_id, Deputy.since <= on, Deputy.until >= on)).all()


def holders(session: Session, unit_id: str, role: str, on: date) -> Sequence[User]:
    """Return the people who hold a post at a unit on a day, without those whose account is closed."""
    people = select(User).join(Post, Post.user_id == User.id)
    held = people.where(Post.unit_id == unit_id, Post.role == role, User.active, _held(on))
    return session.scalars(held.order_by(User.login)).all()


def staff(session: Session, unit_id: str, on: date) -> Sequence[tuple[User, Post]]:
    """Return everybody who holds a post at a unit on a day."""
    rows = select(User, Post).join(Post, Post.user_id == User.id).where(Post.unit_id == unit_id, User.active, _held(on))
    return [(user, post) for user, post in session.execute(rows.order_by(User.login))]


def people_at(session: Session, city: str, codes: Sequence[str], but: str, on: date) -> Sequence[tuple[User, Unit]]:
    """Return everybody who holds a post, `but` one, at units given by code, once for each unit, lowest units first."""
    rows = select(User, Unit).distinct().join(Post, Post.user_id == User.id).join(Unit, Unit.id == Post.unit_id)
    held = rows.where(Unit.city == city, Unit.code.in_(codes), Post.role != but, User.active, _held(on))
    return [(user, unit) for user, unit in session.execute(held.order_by(Unit.code.desc(), User.login))]


def accounts(session: Session, city: str, on: date) -> Sequence[tuple[User, Post, Unit]]:
    """Return every account of a city with its posts and units on a day, by login; meant for the demo's sign-in page."""
    rows = (
        select(User, Post, Unit)
        .join(Post, Post.user_id == User.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(User.city == city, User.active, _held(on))
        .order_by(User.login)
    )
    return [(user, post, unit) for user, post, unit in session.execute(rows)]


def names_of(session: Session, ids: Iterable[str | None]) -> Mapping[str | None, str]:
    """Return what people are called, by id; nothing for None and for ids nobody has."""
    wanted = {each for each in ids if each}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted))) if wanted else ()
    return {row.id: row.name for row in rows}


def units_by_id(session: Session, city: str, unit_ids: Sequence[str]) -> dict[str, Unit]:
    """Return units of a city by id; unknown ids are left out."""
    units = session.scalars(select(Unit).where(Unit.id.in_(unit_ids), Unit.city == city))
    return {unit.id: unit for unit in units}


def _held(on: date) -> ColumnElement[bool]:
    return (Post.since <= on) & or_(Post.until.is_(None), Post.until >= on)


def _exists(on: date) -> ColumnElement[bool]:
    return or_(Unit.closed_on.is_(None), Unit.closed_on > on)
