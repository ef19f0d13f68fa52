"""Whoever looks at or acts on cases: the user with today's posts, roles, rights and places."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Date, Select, String, bindparam, or_, select, union_all
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.errors import AccountClosed
from gridflow.catalogue import City
from gridflow.engine.directory import Actor
from gridflow.people.models import Deputy, Post, Unit, User
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
        )

    def role_titles(self) -> list[str]:
        """Return what the person is called, such as 海曙区南门街道 网格长."""
        titles = {role.post: role.title for role in self.city.roles.values()}
        return [
            f"{self.units[post.unit_id].name} {titles.get(post.role, post.role)}"
            for post in self.posts
            if post.user_id == self.user.id
        ]


def viewer(session: Session, cities: Mapping[str, City], user_id: str) -> Viewer:
    """Return a person with today's posts in one statement; raises AccountClosed when the account is gone."""
    rows = session.execute(_HELD, {"me": user_id, "today": clock.today()}).all()
    if not rows or not rows[0].User.active:
        raise AccountClosed
    user, held = rows[0].User, [row for row in rows if row.Post]
    return Viewer(user, cities[user.city], tuple(row.Post for row in held), {row.Unit.id: row.Unit for row in held})


def _held() -> Select[User, Post | None, Unit | None]:
    """Return the query for a person with the posts of today: made once, since every request asks it."""
    me, today = bindparam("me", type_=String), bindparam("today", type_=Date)
    absent = select(Deputy.user_id).where(Deputy.deputy_id == me, Deputy.since <= today, Deputy.until >= today)
    lasting = (Post.since <= today) & or_(Post.until.is_(None), Post.until >= today)
    return (
        select(User, Post, Unit)
        .select_from(User)
        .outerjoin(Post, Post.user_id.in_(union_all(select(me), absent)) & lasting)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .where(User.id == me)
        .order_by(Post.id)
    )


_HELD = _held()
