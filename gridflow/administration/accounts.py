"""Change accounts and posts: each with a reason and a line in the operation log. The caller opens the transaction.

Three kinds of post are kept apart, and nobody changes his own account. Source: domain 6.1, 三员分立.
"""

import re
import secrets
import string
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.directory import lasting, roles_at, unit_of
from gridflow.administration.errors import AccountRefused, NotOfThisCity, OwnAccount
from gridflow.administration.requests import needed
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.viewer import Viewer
from gridflow.people import service
from gridflow.people.models import Post, Unit, UnitKind, User
from gridflow.people.permissions import roles_of
from gridflow.people.queries import posts_of, user_by_id, user_by_login
from gridflow.registers.queries import grids_of

APART = frozenset({"administrator", "process_owner", "inspector"})
"""Roles of which one person holds one at most."""
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
SIGNS = "-+=@#"
ALPHABET = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))
LENGTH = 14


def add_account(session: Session, viewer: Viewer, unit_id: str, given: Mapping[str, str]) -> tuple[User, str]:
    """Add a person with a post at a unit; returns the account and its first password, which is kept nowhere.

    `given` has login, name, email, post, grid and reason as typed.
    """
    reason, unit = needed(given.get("reason", "")), unit_of(session, viewer, unit_id)
    login, name = given.get("login", "").strip(), given.get("name", "").strip()[:60]
    if not LOGIN.fullmatch(login):
        raise AccountRefused("账号应为 3 至 64 位字母、数字、点、横线或下划线，以字母或数字开头。请改正。")
    if not name:
        raise AccountRefused("没有填写姓名。请填写本人姓名。")
    role = _role(viewer, unit, given.get("post", ""))
    password = new_password()
    email = given.get("email", "").strip()[:120] or None
    user = service.add_user(session, viewer.city.code, login, name, password, email=email)
    _appoint(session, viewer, user, unit, role, given.get("grid", ""))
    _log(session, viewer, "add_account", user, reason, unit=unit.name, post=role)
    return user, password


def add_post(session: Session, viewer: Viewer, unit_id: str, given: Mapping[str, str]) -> User:
    """Give an account of the city a further post at a unit."""
    reason, unit = needed(given.get("reason", "")), unit_of(session, viewer, unit_id)
    user = user_by_login(session, given.get("login", "").strip())
    if user is None or user.city != viewer.city.code:
        raise AccountRefused("本市没有这个账号。请核对账号，或先添加账号。")
    _not_own(viewer, user)
    role = _role(viewer, unit, given.get("post", ""))
    _appoint(session, viewer, user, unit, role, given.get("grid", ""))
    _log(session, viewer, "add_post", user, reason, unit=unit.name, post=role)
    return user


def end_post(session: Session, viewer: Viewer, post_id: str, reason: str) -> str:
    """Let today be the last day of a post; returns the account's id."""
    why = needed(reason)
    post = session.scalar(select(Post).where(Post.id == post_id, Post.city == viewer.city.code))
    if post is None:
        raise NotOfThisCity("岗位")
    user = account(session, viewer, post.user_id)
    service.end_post(session, post, clock.today())
    unit = session.get_one(Unit, post.unit_id)
    _log(session, viewer, "end_post", user, why, unit=unit.name, post=post.role)
    return user.id


def set_active(session: Session, viewer: Viewer, user_id: str, reason: str, *, active: bool) -> None:
    """Close an account at once, or open it again."""
    why, user = needed(reason), account(session, viewer, user_id)
    (service.open_account if active else service.close_account)(session, user)
    _log(session, viewer, "enable_account" if active else "disable_account", user, why)


def reset_password(session: Session, viewer: Viewer, user_id: str, reason: str) -> tuple[User, str]:
    """Replace a password by a new first one, which is returned and kept nowhere."""
    why, user = needed(reason), account(session, viewer, user_id)
    password = new_password()
    service.change_password(session, user, password)
    _log(session, viewer, "reset_password", user, why)
    return user, password


def new_password() -> str:
    """Return a password that is strong enough and has no signs that look alike."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1)) + secrets.choice(SIGNS)
        if all(any(sign in kind for sign in drawn) for kind in (string.ascii_lowercase, string.ascii_uppercase)):
            return drawn


def account(session: Session, viewer: Viewer, user_id: str) -> User:
    """Return an account of the city that is not the viewer's own."""
    user = user_by_id(session, viewer.city.code, user_id)
    if user is None:
        raise NotOfThisCity("账号")
    _not_own(viewer, user)
    return user


def _not_own(viewer: Viewer, user: User) -> None:
    if user.id == viewer.user.id:
        raise OwnAccount


def _role(viewer: Viewer, unit: Unit, post: str) -> str:
    if post not in {role.post for role in roles_at(viewer, unit)}:
        raise AccountRefused(f"{unit.name}不设这个岗位。请从列出的岗位中选择。")
    return post


def _appoint(session: Session, viewer: Viewer, user: User, unit: Unit, role: str, grid: str) -> None:
    today = clock.today()
    same = select(Post.id).where(Post.user_id == user.id, Post.unit_id == unit.id, Post.role == role, lasting(today))
    if session.scalar(same.limit(1)):
        raise AccountRefused(f"{user.name}在{unit.name}已有这个岗位。")
    held = roles_of(viewer.city, [*posts_of(session, user.id, today), Post(role=role)]) & APART
    if len(held) > 1:
        titles = "、".join(viewer.city.roles[each].title for each in sorted(held))
        raise AccountRefused(f"{titles}不能由同一人担任（三员分立）。请选择另一位人员。")
    codes = {each.code for each in grids_of(session, unit.id)} if unit.kind == UnitKind.VILLAGE else set()
    if grid and grid not in codes:
        raise AccountRefused(f"{unit.name}没有这个网格。请从列出的网格中选择。")
    service.add_post(session, user, unit.id, role, today, grid=grid or None)


def _log(session: Session, viewer: Viewer, action: str, user: User, reason: str, **detail: str) -> None:
    log_operation(
        session,
        Operation(
            city=viewer.city.code, at=clock.now(), action=action, actor=viewer.user.id, subject=user.id,
            detail={"reason": reason, "account": user.login, **detail},
        ),
    )  # fmt: skip
