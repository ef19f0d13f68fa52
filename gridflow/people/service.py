"""Change accounts, posts and deputies, and sign people in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.people.calendars import calendar_version, import_calendar, stored_calendar
from gridflow.people.demo import import_demo
from gridflow.people.divisions import import_divisions
from gridflow.people.errors import AccountLocked, LoginTaken, SignInRefused, UserUnknown
from gridflow.people.models import Deputy, Post, User
from gridflow.people.passwords import check_strength, hashed, matches
from gridflow.people.queries import user_by_login

__all__ = [
    "SignIn",
    "add_post",
    "add_user",
    "appoint_deputy",
    "calendar_version",
    "change_password",
    "close_account",
    "end_post",
    "import_calendar",
    "import_demo",
    "import_divisions",
    "open_account",
    "sign_in",
    "stored_calendar",
]

FAILURES = 5
REST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignIn:
    """The outcome of one attempt: the person, or why not."""

    user: User | None
    refusal: SignInRefused | None

    def accepted(self) -> User:
        """Return the person or raise the refusal; call it after the commit, which must keep the failure count."""
        if self.user is None:
            raise self.refusal or SignInRefused("账号或密码不对，请重新输入。")
        return self.user


def sign_in(session: Session, login: str, password: str) -> SignIn:
    """Check a login and password and count failures: after the fifth the account rests for 15 minutes.

    Raises nothing for a wrong password, so that the caller's commit keeps the count. The answer says neither
    whether the login exists nor whether its account is closed. Source: domain 6.1, 身份鉴别 b.
    """
    user = user_by_login(session, login.strip())
    now = clock.now()
    if user is not None and user.locked_until is not None and user.locked_until > now:
        return SignIn(None, _locked(user.locked_until))
    if not matches(user.password_hash if user else None, password) or user is None or not user.active:
        return SignIn(None, _failed(session, user, now))
    user.failures, user.locked_until = 0, None
    session.flush()
    return SignIn(user, None)


def add_user(
    session: Session, city: str, login: str, name: str, password: str, *, email: str | None = None, demo: bool = False
) -> User:
    """Add a person; the demo alone may have simple passwords."""
    if user_by_login(session, login) is not None:
        raise LoginTaken(f"账号“{login}”已有人使用，请换一个。")
    if not demo:
        check_strength(password)
    user = User(city=city, login=login, name=name, password_hash=hashed(password), email=email, active=True, failures=0)
    session.add(user)
    session.flush()
    return user


def add_post(
    session: Session,
    user: User,
    unit_id: str,
    role: str,
    since: date,
    until: date | None = None,
    grid: str | None = None,
) -> Post:
    """Give a person a post at a unit."""
    post = Post(city=user.city, user_id=user.id, unit_id=unit_id, role=role, grid_code=grid, since=since, until=until)
    session.add(post)
    session.flush()
    return post


def end_post(session: Session, post: Post, last_day: date) -> None:
    """End a post; the row stays, since the record names who held what."""
    post.until = last_day
    session.flush()


def appoint_deputy(session: Session, user: User, deputy: User, since: date, until: date, reason: str) -> Deputy:
    """Let somebody of the same city stand in for a person, both days included."""
    if user.city != deputy.city or user.id == deputy.id:
        raise UserUnknown(f"{deputy.name} 不能代理 {user.name}：代理人应是本市的另一位工作人员。")
    row = Deputy(city=user.city, user_id=user.id, deputy_id=deputy.id, since=since, until=until, reason=reason)
    session.add(row)
    session.flush()
    return row


def change_password(session: Session, user: User, password: str) -> None:
    """Set a new password and end a lock."""
    check_strength(password)
    user.password_hash, user.failures, user.locked_until = hashed(password), 0, None
    session.flush()


def close_account(session: Session, user: User) -> None:
    """Let a person sign in no more; the row stays."""
    user.active = False
    session.flush()


def open_account(session: Session, user: User) -> None:
    """Let a person sign in again, and end a lock."""
    user.active, user.failures, user.locked_until = True, 0, None
    session.flush()


def _failed(session: Session, user: User | None, now: datetime) -> SignInRefused:
    if user is None:
        return SignInRefused("账号或密码不对，请重新输入。")
    # counted by the database, since several wrong passwords may come at once
    count = session.execute(
        update(User).where(User.id == user.id).values(failures=User.failures + 1).returning(User.failures)
    ).scalar_one()
    session.refresh(user)
    if count < FAILURES:
        return SignInRefused("账号或密码不对，请重新输入。")
    user.failures, user.locked_until = 0, now + REST
    session.flush()
    return _locked(user.locked_until)


def _locked(until: datetime) -> AccountLocked:
    at = until.astimezone(clock.SHANGHAI)
    return AccountLocked(f"密码连续输错 {FAILURES} 次，账号已锁定，请于 {at:%H:%M} 之后再试，或联系管理员。")
