"""Whoever looks at or acts on cases: the user with today's posts, roles, rights and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Column, Date, Select, String, bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.errors import AccountClosed
from gridflow.cases.models import Draft
from gridflow.catalogue import City
from gridflow.db import table
from gridflow.engine.directory import Actor
from gridflow.engine.models import Definition
from gridflow.people.models import Deputy, Post, Unit, User, WorkingCalendar
from gridflow.people.permissions import Permission, Scope, allowed, roles_of, scope


@dataclass(frozen=True)
class Viewer:
    """A signed-in person."""

    user: User
    city: City
    posts: tuple[Post, ...]
    """Own posts and those of everybody the person stands in for today."""
    units: Mapping[str, Unit]
    """The units of these posts by id."""
    drafts: bool
    """Whether anything typed lies unsent; without, nobody need look for the draft of a form."""
    in_force: tuple[str, ...]
    """The versions of procedures that are in force in the city, in no order."""
    calendar: str
    """The version of the city's working calendar."""

    @cached_property
    def roles(self) -> frozenset[str]:
        """The abstract roles of the person's own posts."""
        return roles_of(self.city, [post for post in self.posts if post.user_id == self.user.id])

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything the person may do."""
        return allowed(self.roles)

    def may(self, permission: Permission) -> bool:
        """Tell whether the person holds a right."""
        return permission in self.permissions

    @cached_property
    def scope(self) -> Scope:
        """The places the person answers for."""
        own = {post.unit_id for post in self.posts if post.user_id == self.user.id}
        return scope(self.city, [unit for unit in self.units.values() if unit.id in own])

    @cached_property
    def actor(self) -> Actor:
        """The person as the engine knows it."""
        return Actor(
            self.user.id,
            self.user.name,
            self.city.code,
            frozenset((post.unit_id, post.role) for post in self.posts),
            frozenset(post.user_id for post in self.posts if post.user_id != self.user.id),
            calendar=self.calendar,
        )

    def role_titles(self) -> list[str]:
        """Return what the person is called, such as 海曙区南门街道 网格长; a post in several grids is said once."""
        titles = {role.post: role.title for role in self.city.roles.values()}
        own = (post for post in self.posts if post.user_id == self.user.id)
        return list(
            dict.fromkeys(f"{self.units[post.unit_id].name} {titles.get(post.role, post.role)}" for post in own)
        )


def viewer(session: Session, cities: Mapping[str, City], user_id: str) -> Viewer:
    """Return a person with today's posts in one statement; raises AccountClosed when the account is gone."""
    rows = session.execute(_HELD, {"me": user_id, "today": clock.today()}).all()
    if not rows or not rows[0].active:
        raise AccountClosed
    user, posts, units = _holding(tuple(tuple(row[:_END]) for row in rows))
    first = rows[0]
    in_force = tuple((first.in_force or "").split())
    return Viewer(user, cities[user.city], posts, units, first.drafts, in_force, str(first.calendar))


@lru_cache(maxsize=500)
def _holding(rows: tuple[tuple[Any, ...], ...]) -> tuple[User, tuple[Post, ...], Mapping[str, Unit]]:
    """Return a person with posts and units; the same rows make the same objects, which nobody changes."""
    user = User(**_named(_USER, rows[0]))
    held = [row for row in rows if row[_TO_POST] is not None]
    units = [Unit(**_named(_UNIT, row[_TO_UNIT:])) for row in held]
    return user, tuple(Post(**_named(_POST, row[_TO_POST:])) for row in held), {unit.id: unit for unit in units}


USER, POST, UNIT, DEPUTY, DRAFT, DEFINITION, CALENDAR = (
    table(model).c for model in (User, Post, Unit, Deputy, Draft, Definition, WorkingCalendar)
)
_USER = [column for column in USER if column.name != "password_hash"]
_POST, _UNIT = list(POST), list(UNIT)
_TO_POST, _TO_UNIT = len(_USER), len(_USER) + len(_POST)
_END = _TO_UNIT + len(_UNIT)


def _named(columns: Sequence[Column[Any]], values: Sequence[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(columns, values, strict=False)}  # the next table's follow


def _held() -> Select[Any]:
    """Return the query for a person with the posts of today, and what every page asks: made once.

    It goes round the ORM, and what it gives belongs to no session: half the time of reading who asks.
    """
    me, today = bindparam("me", type_=String), bindparam("today", type_=Date)
    absent = select(DEPUTY.user_id).where(DEPUTY.deputy_id == me, DEPUTY.since <= today, DEPUTY.until >= today)
    lasting = (POST.since <= today) & or_(POST.until.is_(None), POST.until >= today)
    in_force = select(func.aggregate_strings(DEFINITION.in_force, " ")).where(DEFINITION.city == USER.city)
    calendar = select(CALENDAR.version).where(CALENDAR.city == USER.city)
    return (
        select(
            *_USER, *_POST, *_UNIT, exists().where(DRAFT.user_id == me).label("drafts"),
            in_force.scalar_subquery().label("in_force"), calendar.scalar_subquery().label("calendar"),
        )
        .select_from(table(User))
        .outerjoin(table(Post), POST.user_id.in_(union_all(select(me), absent)) & lasting)
        .outerjoin(table(Unit), UNIT.id == POST.unit_id)
        .where(USER.id == me)
        .order_by(POST.id)
    )  # fmt: skip


_HELD = _held()
