"""Who holds which post of the grid staff, from where they came, and their codes and cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from gridflow.catalogue import City
from gridflow.catalogue.appointments import Appointment
from gridflow.db import table
from gridflow.people.errors import AppointmentRefused
from gridflow.people.models import Credential, Post, Unit, User

YEARS = 3
"""How long a card is good for."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody to be appointed, and how."""

    user_id: str
    unit_id: str
    post: str
    grid_code: str | None
    since: date
    source: str | None = None
    document: str | None = None
    phone: str | None = None
    until: date | None = None
    """The last day; None for no end."""


def appoint(session: Session, city: City, named: Named, kind: str) -> Post:
    """Give somebody a post from a day on, with a staff code for life; raises AppointmentRefused.

    `kind` is that of the grid: it decides from where people may come. Source: N8-2, N8-4, B9-2, B9-3, B9-4.
    """
    rule = city.appointments.get(named.post)
    if rule is None:
        raise AppointmentRefused(f"本市没有“{named.post}”岗位，请核对城市文件的 appointments。")
    allowed = rule.sources_for(kind)
    if allowed and named.source not in allowed:
        raise AppointmentRefused(
            f"{rule.title}的来源为“{named.source or '未填'}”，应来自：{'、'.join(allowed)}。请核对后再任用。"
        )
    if named.until is not None and named.until < named.since:
        raise AppointmentRefused(f"到期日 {named.until} 早于任用日 {named.since}，请改正。")
    user, unit = session.get_one(User, named.user_id), session.get_one(Unit, named.unit_id)
    post = Post(
        city=city.code, user_id=user.id, unit_id=unit.id, role=named.post, grid_code=named.grid_code,
        since=named.since, until=named.until, source=named.source, document=named.document,
        phone=named.phone or _last_phone(session, user.id),
    )  # fmt: skip
    session.add(post)
    user.staff_code = user.staff_code or next_staff_code(session, unit.county_code, rule.letter)
    session.flush()
    return post


def _last_phone(session: Session, user_id: str) -> str | None:
    """Return the work phone somebody had in the post before: it goes along to the next one."""
    known = select(Post.phone).where(Post.user_id == user_id, Post.phone.is_not(None))
    return session.scalar(known.order_by(Post.since.desc(), Post.id.desc()).limit(1))


def next_staff_code(session: Session, county: str, letter: str) -> str:
    """Return the next staff code of a county: county 6 + letter + serial 6. Source: N9, domain 4.3."""
    begins = f"{county}{letter}"
    last = session.scalar(select(func.max(User.staff_code)).where(User.staff_code.startswith(begins)))
    return f"{begins}{int(last[len(begins) :]) + 1 if last else 1:06d}"


def end_posts(session: Session, city: str, grid_code: str, last_day: date) -> int:
    """End every post of a grid and the cards that go with them; returns how many posts ended."""
    ending = (Post.city == city) & (Post.grid_code == grid_code) & Post.until.is_(None)
    ids = list(session.scalars(select(Post.id).where(ending)))
    session.execute(update(table(Post)).where(table(Post).c.id.in_(ids)).values(until=last_day))
    cards = table(Credential)
    session.execute(update(cards).where(cards.c.post_id.in_(ids), cards.c.ended_on.is_(None)).values(ended_on=last_day))
    return len(ids)


def issue_card(session: Session, city: City, post: Post, on: date) -> Credential:
    """Issue a work card for a post, with a staff code for whoever has none yet. Source: N15-1, domain 4.3."""
    user, rule = session.get_one(User, post.user_id), city.appointments.get(post.role)
    if rule is None:
        raise AppointmentRefused(f"“{post.role}”不是网格工作人员岗位，不制发工作证。")
    if user.staff_code is None:
        user.staff_code = next_staff_code(session, session.get_one(Unit, post.unit_id).county_code, rule.letter)
    begins = f"{user.staff_code}{on:%y}"
    issued = session.scalar(select(func.count()).select_from(Credential).where(Credential.number.startswith(begins)))
    card = Credential(
        number=f"{begins}{(issued or 0) + 1:02d}", city=post.city, user_id=user.id, post_id=post.id, issued_on=on,
        expires_on=on.replace(year=on.year + YEARS, day=min(on.day, 28)), ended_on=None,
    )  # fmt: skip
    session.add(card)
    session.flush()
    return card


# ------------------------------------------------------------ looking up


def valid_card(session: Session, post_id: str) -> Credential | None:
    """Return the card in force for a post."""
    found = select(Credential).where(Credential.post_id == post_id, Credential.ended_on.is_(None))
    return session.scalar(found.order_by(Credential.number.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in a post."""

    post: Post
    user: User
    card: str | None
    """The number of the card in force."""


def holders_of(
    session: Session, city: str, grid_codes: Sequence[str], unit_ids: Sequence[str], on: date
) -> list[Holder]:
    """Return who holds a post at some grids or, without a grid, at some units on a day, ordered by post and login."""
    valid = (Credential.post_id == Post.id) & Credential.ended_on.is_(None) & (Credential.expires_on >= on)
    rows = (
        select(Post, User, Credential.number)
        .join(User, User.id == Post.user_id)
        .outerjoin(Credential, valid)
        .where(
            Post.city == city, Post.since <= on, or_(Post.until.is_(None), Post.until >= on), User.active,
            or_(Post.grid_code.in_(grid_codes), Post.grid_code.is_(None) & Post.unit_id.in_(unit_ids)),
        )
        .order_by(Post.role, User.login)
    )  # fmt: skip
    return [Holder(post, user, number) for post, user, number in session.execute(rows)]


def former_holders(session: Session, city: str, grid_code: str | None, on: date, unit_id: str = "") -> list[Holder]:
    """Return whose posts at a grid, or without one at a unit, ended before a day, the latest first."""
    rows = select(Post, User).join(User, User.id == Post.user_id)
    here = Post.grid_code == grid_code if grid_code else Post.grid_code.is_(None) & (Post.unit_id == unit_id)
    over = rows.where(Post.city == city, here, Post.until < on).order_by(Post.until.desc())
    return [Holder(post, user, None) for post, user in session.execute(over)]


def coming(session: Session, city: str, grid_code: str | None, on: date, unit_id: str = "") -> list[Holder]:
    """Return whose posts at a grid, or without one at a unit, begin after a day, the next first."""
    rows = select(Post, User).join(User, User.id == Post.user_id)
    here = Post.grid_code == grid_code if grid_code else Post.grid_code.is_(None) & (Post.unit_id == unit_id)
    later = rows.where(Post.city == city, here, Post.since > on).order_by(Post.since)
    return [Holder(post, user, None) for post, user in session.execute(later)]


def vacant(rules: Mapping[str, Appointment], place: str, held: Sequence[Holder]) -> list[Appointment]:
    """Return the posts a place needs and nobody holds. Source: N8-1, B9-1."""
    posts = {holder.post.role for holder in held}
    return [rule for rule in rules.values() if rule.place == place and rule.needed and rule.code not in posts]


def card(session: Session, number: str) -> tuple[Credential, Post, User, Unit] | None:
    """Return a card with what it stands for; numbers are unique over all cities."""
    found = (
        select(Credential, Post, User, Unit)
        .join(Post, Post.id == Credential.post_id)
        .join(User, User.id == Credential.user_id)
        .join(Unit, Unit.id == Post.unit_id)
    )
    row = session.execute(found.where(Credential.number == number)).one_or_none()
    return (row[0], row[1], row[2], row[3]) if row else None
