"""What a person may report, and what became of one's reports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.manifest import Group, Manifest
from gridflow.catalogue.ordinance import Article
from gridflow.engine.models import WorkItem
from gridflow.formats import gettext as _
from gridflow.people.permissions import Permission

MOST = 50


@dataclass(frozen=True, slots=True)
class Startable:
    """A procedure the viewer may open."""

    slug: str
    title: str
    articles: Sequence[Article]
    hint: str
    """When to open it; empty for none."""
    group: str
    """Under what heading it stands."""


@dataclass(frozen=True, slots=True)
class StartGroup:
    """What the viewer may open, under one heading."""

    code: str
    """report, apply or duty; pages say it in words."""
    startable: Sequence[Startable]


@dataclass(frozen=True, slots=True)
class Report:
    """One of the viewer's reports."""

    case_id: str
    number: str
    title: str
    reported_at: datetime
    state: str
    """The code; pages say it in words."""
    now: str
    """The steps it waits in; empty when it is over, and for whoever only reports."""
    sealed: bool
    query_code: str
    """What shows the case to whoever has no account, handed to the person it was recorded for."""


def startable(session: Session, office: Office, viewer: Viewer) -> list[Startable]:
    """Return the procedures in force that the viewer's roles may open; versions come from the cache.

    Those that say they come first for a role of the viewer do; otherwise they stand by slug.
    """
    offered = sorted(_open_to(session, office, viewer), key=lambda each: each.slug)
    offered.sort(key=lambda each: viewer.roles.isdisjoint(each.start_first_for))
    return [
        Startable(
            manifest.slug, manifest.title, viewer.city.articles(" ".join(manifest.basis)), manifest.start_hint,
            manifest.start_group,
        )
        for manifest in offered
    ]  # fmt: skip


def grouped(offered: Sequence[Startable]) -> list[StartGroup]:
    """Return what may be opened under its headings, in the order of the headings."""
    found = {code: [each for each in offered if each.group == code] for code in get_args(Group)}
    return [StartGroup(code, each) for code, each in found.items() if each]


def may_report(session: Session, office: Office, viewer: Viewer) -> bool:
    """Tell whether there is anything the viewer may report, which every page's menu asks: no statement."""
    return any(_open_to(session, office, viewer))


def _open_to(session: Session, office: Office, viewer: Viewer) -> Iterator[Manifest]:
    for version_id in viewer.in_force:
        manifest = office.engine.versions.get(session, version_id).bundle.manifest
        if manifest.people_may_start and manifest.start_form and viewer.roles & set(manifest.start_roles):
            yield manifest


def my_reports(session: Session, viewer: Viewer, most: int = MOST) -> list[Report]:
    """Return the viewer's reports, newest first, each with where it waits; two statements."""
    mine = select(Case).where(Case.reporter_id == viewer.user.id, Case.city == viewer.city.code)
    cases = session.scalars(mine.order_by(Case.opened_at.desc()).limit(most)).all()
    waiting: dict[str, list[str]] = {}
    rows = session.execute(
        select(WorkItem.case_id, WorkItem.step)
        .where(WorkItem.case_id.in_([case.id for case in cases]), WorkItem.status == "open")
        .order_by(WorkItem.id)
    )
    for case_id, step in rows if viewer.may(Permission.TASK_COMPLETE) else ():
        waiting.setdefault(case_id, []).append(step)
    return [
        Report(
            case.id, case.number, case.title, case.opened_at, case.state,
            _("、").join(dict.fromkeys(waiting.get(case.id, ()))), case.dossier is not None, case.query_code,
        )
        for case in cases
    ]  # fmt: skip
