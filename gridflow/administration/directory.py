"""The accounts and units of a city, as administrators look them up; nothing here says what a case is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import NotOfThisCity
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.cities import Role
from gridflow.people.models import Post, Unit, UnitKind, User
from gridflow.people.queries import children, line, user_by_id
from gridflow.registers.models import Grid
from gridflow.registers.queries import grids_of

PAGE = 50
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post somebody holds or held."""

    id: str
    unit_id: str
    unit: str
    title: str
    """What the city calls the post."""
    grid: str
    since: date
    until: date | None
    over: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with what its person is today."""

    id: str
    login: str
    name: str
    email: str
    active: bool
    locked: bool
    posts: Sequence[PostLine]
    own: bool
    """Whether it is the viewer's, who may not change it."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit."""

    id: str
    code: str
    name: str
    kind: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """Fifty lines."""

    lines: Sequence[Line]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its place, its people and the posts it has."""

    unit: UnitLine
    above: Sequence[UnitLine]
    below: Sequence[UnitLine]
    staff: Sequence[AccountLine]
    roles: Sequence[Role]
    grids: Sequence[Grid]


def account_page(session: Session, viewer: Viewer, search: str, page: int) -> Page[AccountLine]:
    """Return the accounts of the viewer's city by login, found by login, name or unit, in two statements."""
    wanted = select(User).where(User.city == viewer.city.code)
    for word in search.split():
        unit = exists().where(
            Post.user_id == User.id, Unit.id == Post.unit_id, Unit.name.icontains(word, autoescape=True)
        )
        columns = (User.login, User.name)
        wanted = wanted.where(or_(unit, *(column.icontains(word, autoescape=True) for column in columns)))
    users = _fifty(session, wanted.order_by(User.login), page)
    return Page(_accounts(session, viewer, users[:PAGE]), page, len(users) > PAGE)


def account_of(session: Session, viewer: Viewer, user_id: str) -> AccountLine:
    """Return an account of the viewer's city with every post it ever had; raises NotOfThisCity."""
    user = user_by_id(session, viewer.city.code, user_id)
    if user is None:
        raise NotOfThisCity("账号")
    return _accounts(session, viewer, [user], past=True)[0]


def unit_page(session: Session, viewer: Viewer, search: str, page: int) -> Page[UnitLine]:
    """Return the units of the viewer's city by code, found by name or code."""
    wanted = select(Unit).where(Unit.city == viewer.city.code)
    for word in search.split():
        wanted = wanted.where(
            or_(Unit.name.icontains(word, autoescape=True), Unit.code.startswith(word, autoescape=True))
        )
    units = _fifty(session, wanted.order_by(Unit.code), page)
    return Page([_unit(unit) for unit in units[:PAGE]], page, len(units) > PAGE)


def unit_view(session: Session, viewer: Viewer, unit_id: str) -> UnitView:
    """Return a unit of the viewer's city with its staff of today; raises NotOfThisCity."""
    unit = unit_of(session, viewer, unit_id)
    here = select(Post.user_id).where(Post.unit_id == unit.id, lasting(clock.today()))
    staff = session.scalars(select(User).where(User.id.in_(here)).order_by(User.login).limit(PAGE * 4)).all()
    return UnitView(
        unit=_unit(unit),
        above=[_unit(each) for each in reversed(line(session, unit.id)[1:])],
        below=[_unit(each) for each in children(session, unit.id, clock.today())],
        staff=_accounts(session, viewer, staff),
        roles=roles_at(viewer, unit),
        grids=grids_of(session, unit.id) if unit.kind == UnitKind.VILLAGE else (),
    )


def unit_of(session: Session, viewer: Viewer, unit_id: str) -> Unit:
    """Return a unit of the viewer's city, or raise NotOfThisCity."""
    unit = session.scalar(select(Unit).where(Unit.id == unit_id, Unit.city == viewer.city.code))
    if unit is None:
        raise NotOfThisCity("单位")
    return unit


def roles_at(viewer: Viewer, unit: Unit) -> list[Role]:
    """Return the roles whose posts a unit has, each post once."""
    tier = "unit" if unit.kind == UnitKind.HANDLING else unit.tier
    found: dict[str, Role] = {}
    for role in viewer.city.roles.values():
        if role.tier == tier:
            found.setdefault(role.post, role)
    return list(found.values())


def lasting(on: date) -> ColumnElement[bool]:
    """Return the condition that a post is held on a day."""
    return (Post.since <= on) & or_(Post.until.is_(None), Post.until >= on)


def _fifty(session: Session, wanted: Select[Line], page: int) -> Sequence[Line]:
    return session.scalars(wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()


def _accounts(session: Session, viewer: Viewer, users: Sequence[User], *, past: bool = False) -> list[AccountLine]:
    held = select(Post, Unit).join(Unit, Unit.id == Post.unit_id).where(Post.user_id.in_([user.id for user in users]))
    if not past:
        held = held.where(lasting(clock.today()))
    titles = {role.post: role.title for role in viewer.city.roles.values()}
    posts: dict[str, list[PostLine]] = {}
    for post, unit in session.execute(held.order_by(Post.since.desc(), Post.id)):
        posts.setdefault(post.user_id, []).append(_post(post, unit, titles.get(post.role, post.role)))
    return [_account(user, viewer, posts.get(user.id, [])) for user in users]


def _account(user: User, viewer: Viewer, posts: Sequence[PostLine]) -> AccountLine:
    locked = user.locked_until is not None and user.locked_until > clock.now()
    own = user.id == viewer.user.id
    return AccountLine(user.id, user.login, user.name, user.email or "", user.active, locked, posts, own)


def _post(post: Post, unit: Unit, title: str) -> PostLine:
    over = post.until is not None and post.until < clock.today()
    return PostLine(post.id, unit.id, unit.name, title, post.grid_code or "", post.since, post.until, over)


def _unit(unit: Unit) -> UnitLine:
    closed = unit.closed_on is not None and unit.closed_on <= clock.today()
    return UnitLine(unit.id, unit.code, unit.name, unit.kind, closed)
