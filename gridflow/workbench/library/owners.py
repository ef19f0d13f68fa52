"""Owners and deputies of a procedure: who may begin, change and send a revision of it, and who says so."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.viewer import Viewer
from gridflow.engine.definitions import version_in_force
from gridflow.people.models import Post, ProcedureOwner, User
from gridflow.people.ownership import Owner, answers_for, owners
from gridflow.people.permissions import HELD, Permission
from gridflow.workbench.errors import NotOwner, OwnerRefused

KEEPS = frozenset({Permission.PROCEDURE_APPROVE, Permission.USER_MANAGE})
"""Any one of them lets a person say who answers for a procedure; who draws procedures, only of one's own."""


def may_change(viewer: Viewer, named: Sequence[Owner]) -> bool:
    """Tell whether a person may change a procedure that these people answer for."""
    people = {viewer.user.id, *viewer.actor.stands_for}
    return viewer.may(Permission.PROCEDURE_DRAW) and answers_for(named, people, clock.today())


def may_name(viewer: Viewer, named: Sequence[Owner]) -> bool:
    """Tell whether a person may say who answers for a procedure; a deputy or a colleague may not put an owner out."""
    today = [each for each in named if each.since <= clock.today()]
    owns = any(each.user_id == viewer.user.id and not each.deputy for each in today)
    return bool(KEEPS & viewer.permissions) and (owns or not today or not viewer.may(Permission.PROCEDURE_DRAW))


def named_for(session: Session, viewer: Viewer, slug: str) -> Sequence[Owner]:
    """Return who answers for a procedure of the viewer's city, those of later days too."""
    return owners(session, viewer.city.code, clock.today(), slug).get(slug, ())


def refuse_stranger(session: Session, viewer: Viewer, slug: str) -> None:
    """Raise NotOwner for whoever does not answer for a procedure."""
    named = named_for(session, viewer, slug)
    if not may_change(viewer, named):
        raise NotOwner([each.name for each in named])


def name_owner(
    session: Session, viewer: Viewer, slug: str, user_id: str, since: str, until: str, *, deputy: bool
) -> ProcedureOwner:
    """Name an owner or a deputy from a day on; raises OwnerRefused and DefinitionUnknown."""
    version_in_force(session, viewer.city.code, slug)
    named = _named_by(session, viewer, slug)
    if user_id == viewer.user.id:
        raise OwnerRefused("不能指定自己。请由另一位有审批权限的人员或管理员指定。")
    if user_id not in {person.id for person in candidates(session, viewer)}:
        raise OwnerRefused("请从名单中选择：只有本市有起草权限、账号没有停用的人员可以负责流程。")
    first, last = _day(since) or clock.today(), _day(until)
    if last is not None and last < first:
        raise OwnerRefused("结束日期早于开始日期。请改正日期。")
    if any(_meets(each, user_id, first, last) for each in named):
        raise OwnerRefused("这个人在这段时间已经负责这个流程。要改变期限或身份，请先结束原来的一条。")
    row = ProcedureOwner(
        city=viewer.city.code, slug=slug, user_id=user_id, deputy=deputy, since=first, until=last, by=viewer.user.id
    )
    session.add(row)
    session.flush()
    _note(session, viewer, "name_owner", row)
    return row


def end_owner(session: Session, viewer: Viewer, slug: str, row_id: str) -> str:
    """Let somebody answer for a procedure no longer, from today on; returns the name. Raises OwnerRefused."""
    names = {each.id: each.name for each in _named_by(session, viewer, slug)}
    row = session.scalar(
        select(ProcedureOwner).where(
            ProcedureOwner.id == row_id, ProcedureOwner.city == viewer.city.code, ProcedureOwner.slug == slug
        )
    )
    if row is None or row.id not in names:
        raise OwnerRefused("没有找到这一条，可能别人已经结束了。请刷新页面。")
    if row.user_id == viewer.user.id:
        raise OwnerRefused("不能结束自己的职责。请由另一位有审批权限的人员或管理员办理。")
    row.until = clock.today() - timedelta(days=1)
    session.flush()
    _note(session, viewer, "end_owner", row)
    return names[row.id]


def candidates(session: Session, viewer: Viewer) -> Sequence[User]:
    """Return everybody of the city whose posts of today include drawing procedures, by name."""
    posts = {role.post for role in viewer.city.roles.values() if Permission.PROCEDURE_DRAW in HELD[role.code]}
    today = clock.today()
    people = (
        select(User)
        .join(Post, Post.user_id == User.id)
        .where(User.city == viewer.city.code, User.active, Post.role.in_(posts), Post.since <= today)
        .where(or_(Post.until.is_(None), Post.until >= today))
        .distinct()
        .order_by(User.name, User.login)
    )
    return session.scalars(people).all()


def _named_by(session: Session, viewer: Viewer, slug: str) -> Sequence[Owner]:
    """Return who answers for a procedure, for somebody who may change that; raises OwnerRefused for others."""
    named = named_for(session, viewer, slug)
    if not may_name(viewer, named):
        raise OwnerRefused(
            "只有这个流程的负责人，或者有审批、账号管理权限而不起草流程的人员，可以指定和结束职责。请与他们联系。"
        )
    return named


def _meets(each: Owner, user_id: str, first: date, last: date | None) -> bool:
    before = each.until is not None and each.until < first
    return each.user_id == user_id and not before and (last is None or each.since <= last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise OwnerRefused(f"“{text}”不是日期，请按 2026-01-01 这样填写。") from None


def _note(session: Session, viewer: Viewer, action: str, row: ProcedureOwner) -> None:
    detail = {
        "user": row.user_id, "deputy": row.deputy, "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
    }  # fmt: skip
    log_operation(
        session,
        Operation(city=row.city, at=clock.now(), action=action, actor=viewer.user.id, subject=row.slug, detail=detail),
    )
