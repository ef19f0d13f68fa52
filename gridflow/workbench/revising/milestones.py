"""Milestones: a name for the whole state of a revision at a moment, which can be looked at and taken up again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.workbench.errors import MilestoneRefused
from gridflow.workbench.models import Milestone, Revision
from gridflow.workbench.revising.files import is_example
from gridflow.workbench.revising.revisions import base_of, changed, current, editions, note, refuse_unless_open, use

TITLE = 100
MOST = 50


def name_state(session: Session, viewer: Viewer, revision: Revision, title: str) -> Milestone:
    """Give a name to how a revision is now; what anybody saves after it is another edition.

    Raises RevisionOver, NotOwner and MilestoneRefused.
    """
    refuse_unless_open(session, viewer, revision)
    if not title.strip():
        raise MilestoneRefused("请给里程碑起个名字，例如“会签环节画好”，以后凭它恢复。")
    if len(milestones(session, revision)) >= MOST:
        raise MilestoneRefused(f"一份修改稿最多设 {MOST} 个里程碑。请先送审，或另起一份修改稿。")
    counting = current(session, revision)
    for one in counting.values():
        one.draft = False
    numbers = {path: one.number for path, one in counting.items()}
    row = Milestone(
        revision_id=revision.id, title=title.strip()[:TITLE], numbers=numbers, by=viewer.user.id, at=clock.now()
    )
    session.add(row)
    session.flush()
    note(session, viewer, "name_milestone", revision, milestone=row.title)
    return row


def milestones(session: Session, revision: Revision) -> Sequence[Milestone]:
    """Return the milestones of a revision, the newest first."""
    rows = select(Milestone).where(Milestone.revision_id == revision.id)
    return session.scalars(rows.order_by(Milestone.at.desc(), Milestone.id.desc())).all()


def milestone_of(session: Session, revision: Revision, milestone_id: str) -> Milestone:
    """Return a milestone of a revision; raises MilestoneRefused."""
    row = session.get(Milestone, milestone_id)
    if row is None or row.revision_id != revision.id:
        raise MilestoneRefused("没有找到这个里程碑。请从修改稿的“历史和里程碑”重新进入。")
    return row


def bundle_at(session: Session, office: Office, revision: Revision, milestone: Milestone) -> Bundle:
    """Return the procedure as the revision had it at a milestone."""
    wanted: Mapping[str, int] = milestone.numbers
    then = (one for one in editions(session, revision) if wanted.get(one.path) == one.number)
    contents = {one.path: one.content for one in then if not is_example(one.path)}
    return changed(base_of(session, office, revision), contents)


def restore_state(session: Session, viewer: Viewer, revision: Revision, milestone: Milestone) -> int:
    """Let a revision be again as it was at a milestone, and return how many files that changed.

    Nothing is lost: every file gets a new edition, and the state before gets a name of its own.
    Raises RevisionOver, NotOwner and MilestoneRefused.
    """
    refuse_unless_open(session, viewer, revision)
    now, wanted = current(session, revision), milestone.numbers
    found = {(one.path, one.number): one.content for one in editions(session, revision)}
    different = [
        path
        for path in sorted({*now, *wanted})
        if path not in now or path not in wanted or now[path].content != found[path, wanted[path]]
    ]
    if not different:
        raise MilestoneRefused(f"修改稿现在的内容和里程碑“{milestone.title}”一样，不用恢复。")
    name_state(session, viewer, revision, f"恢复“{milestone.title[:60]}”之前")
    for path in different:
        use(session, viewer, revision, path, wanted.get(path, 0))
    note(session, viewer, "restore_milestone", revision, milestone=milestone.title)
    return len(different)
