"""Look up editions, duty sheets, and how units meet their duties. Every query names the city."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gridflow.db import table
from gridflow.engine.models import Job
from gridflow.registers.matters.models import DutySheet, GuidanceRequest, MatterEdition, OffListDemand
from gridflow.registers.models import Matter

FIRST_EDITION = 1
"""The starting list, which no case decided on."""
RECALL = "recall"
"""The job that takes back the open tasks of one instance."""


def edition_number(session: Session, city: str, county: str | None) -> int:
    """Return the number of the edition of a list that is in force: a county's or, for None, the city's."""
    last = select(func.max(MatterEdition.number)).where(MatterEdition.city == city, MatterEdition.county == county)
    return session.scalar(last) or FIRST_EDITION


def editions(session: Session, city: str, county: str | None = None, most: int = 20) -> Sequence[MatterEdition]:
    """Return the changes of the city's list and of one county's, or for None of all, the newest first."""
    found = select(MatterEdition).where(MatterEdition.city == city)
    if county is not None:
        found = found.where(or_(MatterEdition.county.is_(None), MatterEdition.county == county))
    return session.scalars(found.order_by(MatterEdition.published_at.desc()).limit(most)).all()


def editions_of(session: Session, city: str, code: str) -> Sequence[MatterEdition]:
    """Return the published changes of one matter, the oldest first."""
    found = select(MatterEdition).where(MatterEdition.city == city, MatterEdition.matter_code == code)
    return session.scalars(found.order_by(MatterEdition.published_at)).all()


def newest(session: Session, city: str, code: str) -> Matter | None:
    """Return the newest version of a matter, whether it is listed or not."""
    found = select(Matter).where(Matter.city == city, Matter.code == code).order_by(Matter.version.desc())
    return session.scalars(found.limit(1)).first()


def matters_ever(session: Session, city: str) -> Sequence[Matter]:
    """Return the newest version of every matter a city ever listed, by code."""
    rows = session.scalars(select(Matter).where(Matter.city == city).order_by(Matter.code, Matter.version))
    return list({row.code: row for row in rows}.values())


def duty_sheet(session: Session, city: str, code: str) -> DutySheet | None:
    """Return the sheet signed last for a matter."""
    found = select(DutySheet).where(DutySheet.city == city, DutySheet.matter_code == code)
    return session.scalars(found.order_by(DutySheet.signed_at.desc()).limit(1)).first()


def with_duty_sheet(session: Session, city: str) -> set[str]:
    """Return the codes of the matters somebody signed a duty sheet for."""
    return set(session.scalars(select(DutySheet.matter_code).where(DutySheet.city == city).distinct()))


def unanswered(session: Session, city: str, code: str) -> Sequence[GuidanceRequest]:
    """Return the requests for guidance on a matter that nobody has answered, the oldest first."""
    found = select(GuidanceRequest).where(
        GuidanceRequest.city == city, GuidanceRequest.matter_code == code, GuidanceRequest.answered_at.is_(None)
    )
    return session.scalars(found.order_by(GuidanceRequest.asked_at)).all()


def demands_by_unit(session: Session, city: str, since: datetime) -> dict[str, int]:
    """Return how often each unit asked for off-list work since an instant, by unit code, most often first.

    Source: N13-2, B13-1.
    """
    counted = select(OffListDemand.unit_code, func.count().label("number")).where(
        OffListDemand.city == city, OffListDemand.refused_at >= since
    )
    ordered = counted.group_by(OffListDemand.unit_code).order_by(func.count().desc(), OffListDemand.unit_code)
    return {row.unit_code: row.number for row in session.execute(ordered)}


def demands_of(session: Session, city: str, unit_code: str, since: datetime) -> Sequence[OffListDemand]:
    """Return what a unit asked for beside the list since an instant, the newest first."""
    found = select(OffListDemand).where(
        OffListDemand.city == city, OffListDemand.unit_code == unit_code, OffListDemand.refused_at >= since
    )
    return session.scalars(found.order_by(OffListDemand.refused_at.desc())).all()


def recall_progress(session: Session, case_id: str) -> tuple[int, int]:
    """Return in how many instances the tasks of an exit were taken back, and in how many there were some."""
    jobs = table(Job)
    states = session.scalars(select(jobs.c.state).where(jobs.c.case_id == case_id, jobs.c.kind == RECALL)).all()
    return sum(state == "done" for state in states), len(states)
