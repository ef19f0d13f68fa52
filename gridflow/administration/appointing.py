"""Appoint the grid staff of one's places, end their posts and issue their cards; every change is logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import NotOfThisCity
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.appointments import Appointment
from gridflow.people.appointments import Named, appoint, issue_card, valid_card
from gridflow.people.errors import AppointmentRefused
from gridflow.people.models import Post, User
from gridflow.people.queries import line, people_at, user_by_login
from gridflow.registers.grids.kinds import MICRO
from gridflow.registers.models import Grid

FIELDS = ("login", "post", "source", "document", "phone")


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen when somebody is appointed for a grid."""

    posts: Sequence[Appointment]
    sources: Sequence[str]
    people: Sequence[User]


def choices(session: Session, viewer: Viewer, code: str) -> Choices:
    """Return the posts of a grid, from where people may come, and who works for its village and town."""
    grid = _grid(session, viewer, code)
    place = "micro" if grid.kind == MICRO else "grid"
    posts = [post for post in viewer.city.appointments.values() if post.place == place]
    codes = [unit.code for unit in line(session, grid.village_unit_id)[:2]]
    public = viewer.city.roles["resident"].post
    found = people_at(session, viewer.city.code, codes, public, clock.today())
    people = {user.id: user for user, _ in found}
    return Choices(
        posts,
        list(dict.fromkeys(word for post in posts for word in post.sources_for(grid.kind))),
        list(people.values()),
    )


def appoint_to(session: Session, viewer: Viewer, code: str, asked: Mapping[str, str]) -> Post:
    """Appoint somebody for a grid from today on; raises AppointmentRefused. Source: N8-2, N8-4, B9-2, B9-3, B9-4."""
    grid = _grid(session, viewer, code)
    user = user_by_login(session, asked["login"])
    if user is None or user.city != viewer.city.code or not user.active:
        raise AppointmentRefused("请选择人员：只能任用本市在用账号的人员，没有账号的请管理员先开立。")
    if len(asked["phone"]) > 30:  # the width of the column
        raise AppointmentRefused("联系电话太长，请只填一个号码。")
    named = Named(
        user.id, grid.village_unit_id, asked["post"], grid.code, clock.today(),
        asked["source"] or None, asked["document"] or None, asked["phone"] or None,
    )  # fmt: skip
    post = appoint(session, viewer.city, named, grid.kind)
    _log(session, viewer, "appoint", f"{grid.code}/{post.id}")
    return post


def end(session: Session, viewer: Viewer, code: str, post_id: str) -> None:
    """End a post of a grid today, with its card."""
    post = _post(session, viewer, code, post_id)
    post.until = clock.today()
    card = valid_card(session, post.id)
    if card:
        card.ended_on = clock.today()
    _log(session, viewer, "end_post", f"{code}/{post_id}")


def give_card(session: Session, viewer: Viewer, code: str, post_id: str) -> None:
    """Issue a card for a post; one in force ends. Source: N15-1, domain 4.3."""
    post = _post(session, viewer, code, post_id)
    card = valid_card(session, post.id)
    if card:
        card.ended_on = clock.today()
    issued = issue_card(session, viewer.city, post, clock.today())
    _log(session, viewer, "issue_card", issued.number)


def _grid(session: Session, viewer: Viewer, code: str) -> Grid:
    found = select(Grid).where(Grid.city == viewer.city.code, Grid.code == code, Grid.until.is_(None))
    grid = session.scalar(found)
    if grid is None or not viewer.scope.covers(code):
        raise NotOfThisCity("网格")
    return grid


def _post(session: Session, viewer: Viewer, code: str, post_id: str) -> Post:
    _grid(session, viewer, code)
    post = session.scalar(select(Post).where(Post.id == post_id, Post.grid_code == code, Post.until.is_(None)))
    if post is None:
        raise NotOfThisCity("网格")
    return post


def _log(session: Session, viewer: Viewer, action: str, subject: str) -> None:
    log_operation(
        session,
        Operation(city=viewer.city.code, at=clock.now(), action=action, actor=viewer.user.id, subject=subject),
    )
