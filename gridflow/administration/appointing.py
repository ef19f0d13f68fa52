"""Appoint the grid staff of one's places, end their posts and issue their cards; every change is logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import NotOfThisCity
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.appointments import Appointment
from gridflow.people.appointments import (
    Holder,
    Named,
    appoint,
    coming,
    former_holders,
    holders_of,
    issue_card,
    vacant,
    valid_card,
)
from gridflow.people.errors import AppointmentRefused
from gridflow.people.models import Post, Unit, UnitKind, User
from gridflow.people.queries import line, people_at, unit_by_code, user_by_login
from gridflow.registers.grids.kinds import MICRO
from gridflow.registers.models import Grid

FIELDS = ("login", "post", "source", "document", "phone", "since", "until")


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen when somebody is appointed."""

    posts: Sequence[Appointment]
    sources: Sequence[str]
    people: Sequence[User]


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts a village, town or county itself has: instructors, leaders, who is responsible for a village."""

    posts: Sequence[Appointment]
    people: Sequence[Holder]
    coming: Sequence[Holder]
    former: Sequence[Holder]
    missing: Sequence[Appointment]
    choices: Choices | None
    """None for whoever may not appoint here."""


def choices(session: Session, viewer: Viewer, code: str) -> Choices:
    """Return the posts of a grid, from where people may come, and who works for its village and town."""
    grid = _grid(session, viewer, code)
    place = "micro" if grid.kind == MICRO else "grid"
    posts = [post for post in viewer.city.appointments.values() if post.place == place]
    return _choices(session, viewer, posts, grid.kind, line(session, grid.village_unit_id)[:2])


def posts_at(session: Session, viewer: Viewer, unit: Unit) -> Posts:
    """Return the posts of a unit itself with who holds, held and will hold them. Source: N8-1, B8-1, B8-2."""
    city, today = viewer.city, clock.today()
    posts = [post for post in city.appointments.values() if post.place == unit.tier and unit.kind != UnitKind.HANDLING]
    codes = {post.code for post in posts}
    held = [one for one in holders_of(session, city.code, [], [unit.id], today) if one.post.role in codes]
    former = [one for one in former_holders(session, city.code, None, today, unit.id) if one.post.role in codes]
    later = [one for one in coming(session, city.code, None, today, unit.id) if one.post.role in codes]
    around = line(session, unit.id)[:2] if viewer.scope.covers(unit.code) else ()
    offered = _choices(session, viewer, posts, "any", around) if posts and around else None
    return Posts(posts, held, later, former, vacant(city.appointments, unit.tier, held), offered)


def vacant_units(session: Session, viewer: Viewer, begins: str, most: int) -> list[tuple[Unit, Appointment]]:
    """Return the villages, towns and counties of a place that lack somebody they need. Source: N8-1, B8-1, B8-2."""
    found: list[tuple[Unit, Appointment]] = []
    today = clock.today()
    for rule in viewer.city.appointments.values():
        held = exists().where(
            Post.unit_id == Unit.id, Post.role == rule.code, Post.grid_code.is_(None), Post.since <= today,
            or_(Post.until.is_(None), Post.until >= today),
        )  # fmt: skip
        lacking = select(Unit).where(
            Unit.city == viewer.city.code, Unit.code.startswith(begins), Unit.kind != UnitKind.HANDLING,
            Unit.tier == rule.place, or_(Unit.closed_on.is_(None), Unit.closed_on > today), ~held,
        )  # fmt: skip
        if rule.needed:
            found += [(unit, rule) for unit in session.scalars(lacking.order_by(Unit.code).limit(most))]
    return found[:most]


def appoint_to(session: Session, viewer: Viewer, code: str, asked: Mapping[str, str]) -> Post:
    """Appoint somebody for a grid; raises AppointmentRefused. Source: N8-2, N8-4, B9-2, B9-3, B9-4."""
    grid = _grid(session, viewer, code)
    return _appoint(session, viewer, grid.village_unit_id, grid.code, grid.kind, asked)


def appoint_at(session: Session, viewer: Viewer, code: str, asked: Mapping[str, str]) -> Post:
    """Appoint somebody for a unit itself; raises AppointmentRefused. Source: N8-1, B8-1, B8-2."""
    unit = _unit(session, viewer, code)
    rule = viewer.city.appointments.get(asked["post"])
    if rule is None or rule.place != unit.tier:
        raise AppointmentRefused(f"{unit.name}没有这个岗位，请从列出的岗位中选择。")
    return _appoint(session, viewer, unit.id, None, "any", asked)


def end(session: Session, viewer: Viewer, code: str, post_id: str) -> None:
    """End a post of a grid today, with its card."""
    _end(session, viewer, _post(session, viewer, code, post_id), code)


def end_at(session: Session, viewer: Viewer, code: str, post_id: str) -> None:
    """End a post of a unit itself today, with its card."""
    unit = _unit(session, viewer, code)
    here = (Post.unit_id == unit.id) & Post.grid_code.is_(None)
    post = session.scalar(select(Post).where(Post.id == post_id, here, _running()))
    rule = viewer.city.appointments.get(post.role) if post else None
    if post is None or rule is None or rule.place != unit.tier:
        raise NotOfThisCity("岗位")
    _end(session, viewer, post, code)


def give_card(session: Session, viewer: Viewer, code: str, post_id: str) -> None:
    """Issue a card for a post; one in force ends. Source: N15-1, domain 4.3."""
    post = _post(session, viewer, code, post_id)
    card = valid_card(session, post.id)
    if card:
        card.ended_on = clock.today()
    issued = issue_card(session, viewer.city, post, clock.today())
    _log(session, viewer, "issue_card", issued.number)


def _choices(
    session: Session, viewer: Viewer, posts: Sequence[Appointment], kind: str, units: Sequence[Unit]
) -> Choices:
    """Offer whoever works at the units, and whoever did: a post ends with the code of its grid."""
    public = viewer.city.roles["resident"].post
    found = people_at(session, viewer.city.code, [unit.code for unit in units], public, clock.today())
    left = select(User).distinct().join(Post, Post.user_id == User.id).where(
        Post.unit_id.in_([unit.id for unit in units]), Post.role != public, Post.until < clock.today(), User.active
    )  # fmt: skip
    before = session.scalars(left.order_by(User.login))
    people = {user.id: user for user in (*(user for user, _ in found), *before)}
    sources = dict.fromkeys(word for post in posts for word in post.sources_for(kind))
    return Choices(posts, list(sources), list(people.values()))


def _appoint(
    session: Session, viewer: Viewer, unit_id: str, grid: str | None, kind: str, asked: Mapping[str, str]
) -> Post:
    user = user_by_login(session, asked["login"])
    if user is None or user.city != viewer.city.code or not user.active:
        raise AppointmentRefused("请选择人员：只能任用本市在用账号的人员，没有账号的请管理员先开立。")
    if len(asked["phone"]) > 30:  # the width of the column
        raise AppointmentRefused("联系电话太长，请只填一个号码。")
    named = Named(
        user.id, unit_id, asked["post"], grid, _day(asked.get("since", "")) or clock.today(),
        asked["source"] or None, asked["document"] or None, asked["phone"] or None, _day(asked.get("until", "")),
    )  # fmt: skip
    _once(session, named, user.name)
    post = appoint(session, viewer.city, named, kind)
    _log(session, viewer, "appoint", f"{grid or unit_id}/{post.id}")
    return post


def _once(session: Session, named: Named, name: str) -> None:
    """Refuse a post that the person has there already."""
    here = Post.grid_code == named.grid_code if named.grid_code else Post.grid_code.is_(None)
    same = select(Post.id).where(
        Post.user_id == named.user_id, Post.unit_id == named.unit_id, Post.role == named.post, here,
        or_(Post.until.is_(None), Post.until >= named.since),
    )  # fmt: skip
    if session.scalar(same.limit(1)):
        raise AppointmentRefused(f"{name}已在这个岗位，不用再任用；要改日期的，请先结束原来的岗位。")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise AppointmentRefused(f"“{text}”不是日期，请按 2026-01-01 这样填写。") from None


def _end(session: Session, viewer: Viewer, post: Post, code: str) -> None:
    post.until = max(clock.today(), post.since)
    card = valid_card(session, post.id)
    if card:
        card.ended_on = clock.today()
    _log(session, viewer, "end_post", f"{code}/{post.id}")


def _unit(session: Session, viewer: Viewer, code: str) -> Unit:
    unit = unit_by_code(session, viewer.city.code, code)
    if unit is None or not viewer.scope.covers(code):
        raise NotOfThisCity("单位")
    return unit


def _grid(session: Session, viewer: Viewer, code: str) -> Grid:
    found = select(Grid).where(Grid.city == viewer.city.code, Grid.code == code, Grid.until.is_(None))
    grid = session.scalar(found)
    if grid is None or not viewer.scope.covers(code):
        raise NotOfThisCity("网格")
    return grid


def _post(session: Session, viewer: Viewer, code: str, post_id: str) -> Post:
    _grid(session, viewer, code)
    post = session.scalar(select(Post).where(Post.id == post_id, Post.grid_code == code, _running()))
    if post is None:
        raise NotOfThisCity("网格")
    return post


def _running() -> ColumnElement[bool]:
    return or_(Post.until.is_(None), Post.until > clock.today())


def _log(session: Session, viewer: Viewer, action: str, subject: str) -> None:
    log_operation(
        session,
        Operation(city=viewer.city.code, at=clock.now(), action=action, actor=viewer.user.id, subject=subject),
    )
