"""Publication by two people: one asks with reason and basis, another one looks and decides; the day it counts from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.checking import Found
from gridflow.checking.kept import checked
from gridflow.db import table, touched
from gridflow.engine.definitions import publish, version_in_force
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Job
from gridflow.formats import moment
from gridflow.people.permissions import Permission
from gridflow.workbench.errors import DecisionOver, NotReady, SamePerson
from gridflow.workbench.library.freezes import begins, first_free_day, freezes, holding
from gridflow.workbench.library.neighbours import others_of
from gridflow.workbench.library.owners import refuse_stranger
from gridflow.workbench.models import Publication, Revision, RevisionFile
from gridflow.workbench.publishing.orders import issue_order
from gridflow.workbench.revising.revisions import bundle_of, editions, note, refuse_unless_open
from gridflow.workbench.trying.proving import unproven

JOB = "publish"
EDITED = "edited"
NO_REMARKS: Mapping[str, str] = MappingProxyType({})


def findings(session: Session, office: Office, bundle: Bundle) -> Sequence[Found]:
    """Return what the check finds in a draft among the other procedures of its city, errors first."""
    return checked(bundle, others_of(session, office, bundle))


def ask(session: Session, office: Office, viewer: Viewer, revision: Revision, given: Mapping[str, str]) -> Publication:
    """Send a revision for approval with `reason`, `basis` and `effective_on`.

    Raises NotReady, NotOwner and RevisionOver.
    """
    refuse_unless_open(session, viewer, revision)
    reason, basis = given.get("reason", "").strip(), given.get("basis", "").strip()
    if not reason or not basis:
        raise NotReady("请写明修改理由和依据（条款或文件号），两项都会记入发布记录。")
    day = _day(given.get("effective_on", ""))
    _refuse_frozen(session, revision, day)
    bundle = bundle_of(session, office, revision)
    _refuse_unfit(session, office, revision, bundle)
    if why := unproven(session, office, revision, bundle):
        raise NotReady(why)
    asked = Publication(
        city=revision.city, revision_id=revision.id, digest=bundle.digest, reason=reason[:500], basis=basis[:200],
        effective_on=day, asked_by=viewer.user.id, asked_at=clock.now(), state="open",
    )  # fmt: skip
    revision.state = "asked"
    session.add(asked)
    session.flush()
    note(session, viewer, "ask_publication", revision, publication=asked.id)
    return asked


def hindrances(session: Session, office: Office, revision: Revision, bundle: Bundle) -> list[str]:
    """Say what stands in the way of sending a revision, but for the check, which takes seconds."""
    found = _stale(session, office, revision, bundle), unproven(session, office, revision, bundle)
    return [why for why in found if why]


def withdraw(session: Session, viewer: Viewer, revision: Revision) -> None:
    """Take a request back, so that the revision can be changed again; raises NotOwner."""
    refuse_stranger(session, viewer, revision.slug)
    asked = _open(session, revision)
    _decide(session, viewer, asked, "withdrawn", None)
    revision.state = "open"
    note(session, viewer, "withdraw_publication", revision, publication=asked.id)


def refuse(
    session: Session, viewer: Viewer, revision: Revision, comment: str, remarks: Mapping[str, str] = NO_REMARKS
) -> None:
    """Send a revision back with what has to be changed, of single files too; raises NotReady without a comment."""
    asked = _open(session, revision)
    _refuse_same_person(session, viewer, revision, asked)
    if not comment.strip():
        raise NotReady("请写明退回的原因和要改的地方，起草人按它修改。")
    _decide(session, viewer, asked, "refused", comment.strip()[:500], _said(session, revision, remarks))
    revision.state = "open"
    note(session, viewer, "refuse_publication", revision, publication=asked.id)


def approve(
    session: Session,
    office: Office,
    viewer: Viewer,
    revision: Revision,
    comment: str,
    remarks: Mapping[str, str] = NO_REMARKS,
) -> Publication:
    """Approve a revision: it is in force at once, or by a job from its day on, from the end of a freeze at the latest.

    Raises SamePerson for whoever had a hand in it, NotReady where the procedure changed in between.
    """
    asked = _open(session, revision)
    _refuse_same_person(session, viewer, revision, asked)
    bundle = bundle_of(session, office, revision)
    if bundle.digest != asked.digest:
        raise NotReady("修改稿在送审后变了，不能批准。请退回后重新送审。")
    _refuse_unfit(session, office, revision, bundle)
    _decide(session, viewer, asked, "approved", comment.strip()[:500] or None, _said(session, revision, remarks))
    revision.state = "published"
    session.flush()
    note(session, viewer, "approve_publication", revision, publication=asked.id)
    if not _waits(session, revision, asked):
        _put_in_force(session, asked, bundle)
    issue_order(session, office, asked)
    return asked


def _waits(session: Session, revision: Revision, asked: Publication) -> bool:
    """Tell whether the day has not come yet, or a freeze holds the procedure; then a job sees to it later."""
    found = freezes(session, revision.city, revision.slug)
    day = first_free_day(found, revision.slug, max(asked.effective_on, clock.today()))
    if day == clock.today():
        return False
    later = job_row(JOB, revision.city, {"publication": asked.id}) | {"next_at": begins(day)}
    session.execute(insert(table(Job)), [later])
    return True


def take_effect(session: Session, office: Office, publication_id: str) -> None:
    """Put an approved revision in force on its day, or wait for the end of a freeze.

    Where another version came in between, people decide anew.
    """
    asked = session.get_one(Publication, publication_id)
    revision = session.get_one(Revision, asked.revision_id)
    if asked.state != "approved" or asked.version_id:
        return
    if version_in_force(session, revision.city, revision.slug) != revision.base_id:
        asked.state, revision.state = "overtaken", "open"
        return
    if not _waits(session, revision, asked):
        _put_in_force(session, asked, bundle_of(session, office, revision))


def look_again(session: Session, city: str, slug: str | None) -> None:
    """Let what was approved and waits be looked at anew: a freeze was lifted."""
    waiting = select(Publication.id).join(Revision, Revision.id == Publication.revision_id)
    waiting = waiting.where(Publication.city == city, Publication.state == "approved", Publication.version_id.is_(None))
    if slug is not None:
        waiting = waiting.where(Revision.slug == slug)
    jobs = [job_row(JOB, city, {"publication": each}) for each in session.scalars(waiting)]
    if jobs:
        session.execute(insert(table(Job)), jobs)


def hands(session: Session, revision: Revision, asked: Publication | None) -> frozenset[str]:
    """Return who wrote a part of a revision or sent it."""
    wrote = {one.by for one in editions(session, revision) if one.by}
    return frozenset({*wrote, *({revision.author} if revision.author else ()), *({asked.asked_by} if asked else ())})


def waiting_for(session: Session, viewer: Viewer) -> int:
    """Return how many revisions of a city wait for somebody's approval; none those the viewer had a hand in."""
    if not viewer.may(Permission.PROCEDURE_APPROVE):
        return 0
    me = viewer.user.id
    wrote = select(RevisionFile.id).where(RevisionFile.revision_id == Revision.id, RevisionFile.by == me)
    waiting = (
        select(func.count())
        .select_from(Publication)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Publication.city == viewer.city.code, Publication.state == "open", Publication.asked_by != me)
        .where(or_(Revision.author.is_(None), Revision.author != me), ~wrote.exists())
    )
    return session.scalar(waiting) or 0


def returned_to(session: Session, viewer: Viewer) -> Sequence[Revision]:
    """Return the revisions a viewer wrote or sent that came back and were not sent again, the latest first."""
    if not viewer.may(Permission.PROCEDURE_DRAW):
        return ()
    later = table(Publication).alias()
    back = (
        select(Revision)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(
            Revision.city == viewer.city.code, Revision.state == "open", Publication.state.in_(("refused", "overtaken"))
        )
        .where(or_(Revision.author == viewer.user.id, Publication.asked_by == viewer.user.id))
        .where(
            ~select(later.c.id)
            .where(later.c.revision_id == Revision.id, later.c.asked_at > Publication.asked_at)
            .exists()
        )
        .order_by(Publication.decided_at.desc())
    )
    return session.scalars(back).all()


def _refuse_same_person(session: Session, viewer: Viewer, revision: Revision, asked: Publication) -> None:
    if viewer.user.id in hands(session, revision, asked):
        raise SamePerson


def _refuse_unfit(session: Session, office: Office, revision: Revision, bundle: Bundle) -> None:
    """Refuse what changes nothing, began with an old version, or does not pass the check."""
    if why := _stale(session, office, revision, bundle):
        raise NotReady(why)
    wrong = _errors(findings(session, office, bundle))
    if wrong:
        raise NotReady(
            f"检查发现 {len(wrong)} 处必须改正的问题，第一处：{wrong[0].finding.message}请全部改正后再送审。"
        )


def _stale(session: Session, office: Office, revision: Revision, bundle: Bundle) -> str | None:
    if bundle.digest == office.engine.versions.get(session, revision.base_id).bundle.digest:
        return "修改稿和原来的版本没有差别，不用发布。"
    if version_in_force(session, revision.city, revision.slug) != revision.base_id:
        return "起草以后现行版本已经换过。请按“从现行版本重新起草，带上这些改动”，改动会带过去，核对后再送审。"
    return None


def _refuse_frozen(session: Session, revision: Revision, day: date) -> None:
    found = freezes(session, revision.city, revision.slug)
    if held := holding(found, revision.slug, day):
        free = first_free_day(found, revision.slug, day)
        raise NotReady(
            f"{moment(held.since)}至{moment(held.until)}冻结，不启用新版（{held.reason}）。"
            f"请把生效日期改为{moment(free)}或以后。"
        )


def _errors(found: Iterable[Found]) -> list[Found]:
    return [one for one in found if one.finding.severity == "error"]


def _open(session: Session, revision: Revision) -> Publication:
    wanted = select(Publication).where(Publication.revision_id == revision.id, Publication.state == "open")
    asked = session.scalar(wanted)
    if asked is None:
        raise DecisionOver
    return asked


def _said(session: Session, revision: Revision, remarks: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of files that the revision writes; of others nothing can be."""
    written = {one.path for one in editions(session, revision)}
    said = {path: text.strip()[:500] for path, text in remarks.items() if path in written}
    return {path: text for path, text in said.items() if text}


def _decide(
    session: Session,
    viewer: Viewer,
    asked: Publication,
    state: str,
    comment: str | None,
    remarks: Mapping[str, str] = NO_REMARKS,
) -> None:
    """Decide once, whoever else decides at the same time."""
    values: dict[str, Any] = {
        "state": state, "decided_by": viewer.user.id, "decided_at": clock.now(), "comment": comment,
        "remarks": dict(remarks),
    }  # fmt: skip
    rows = table(Publication)
    still_open = update(rows).where(rows.c.id == asked.id, rows.c.state == "open")
    if touched(session, still_open.values(values)) != 1:
        raise DecisionOver
    session.refresh(asked)


def _put_in_force(session: Session, asked: Publication, bundle: Bundle) -> None:
    asked.version_id = publish(session, bundle, origin=EDITED, author=asked.asked_by, approver=asked.decided_by)
    session.flush()


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise NotReady(f"“{text}”不是日期，请按 2026-01-01 这样填写生效日期。") from None
    if day < clock.today():
        raise NotReady("生效日期已经过去，请填今天或以后的日期。")
    return day
