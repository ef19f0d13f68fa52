"""Change the matter list: a version is added or ended, never overwritten, and each change is a published edition."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow.db import new_id
from gridflow.registers.errors import MatterUnchanged, MatterUnknown
from gridflow.registers.matters.models import DutySheet, GuidanceRequest, MatterEdition, OffListDemand
from gridflow.registers.matters.queries import edition_number, newest
from gridflow.registers.models import Matter
from gridflow.registers.service import list_matter

BASE = re.compile(r"(?P<law>[A-Z]+)\d+(?:-\d+)?\((?P<item>\d+)\)")
"""An item of the list of the ordinance: N10(4), B12-2(4)."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who published a change of a list, when and by which case."""

    city: str
    county: str | None
    """Whose list: None for the city's."""
    case_number: str
    office: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a matter."""

    matter: Matter
    edition: int


def next_code(session: Session, city: str, base: str) -> str:
    """Return the next free code under an item of the ordinance: N10(4) gives N04-014. Source: domain 4.4."""
    found = BASE.fullmatch(base)
    if found is None:
        raise MatterUnchanged(f"“{base}”不是条例所列的基本内容，应写作 N10(4) 这样的代码，请重新选择。")
    begins = f"{found['law']}{int(found['item']):02d}-"
    last = session.scalar(select(func.max(Matter.code)).where(Matter.city == city, Matter.code.startswith(begins)))
    return f"{begins}{int(last.removeprefix(begins)) + 1 if last else 1:03d}"


def admit(session: Session, stamp: Stamp, values: dict[str, Any]) -> Listed:
    """Put a new matter on a list and publish that; values are columns of Matter without city, county, code and version.

    Source: N11-2, B13-1.
    """
    code = next_code(session, stamp.city, values["base"])
    row = Matter(
        id=new_id(), city=stamp.city, county=stamp.county, code=code, version=1, case_number=stamp.case_number, **values
    )
    session.add(row)
    session.flush()
    return Listed(row, _published(session, stamp, "admit", row, row.since))


def adjust(session: Session, stamp: Stamp, code: str, values: dict[str, Any], *, change: str = "adjust") -> Listed:
    """Add the next version of a matter with some values changed, and publish that. Source: N11-2, B13-1."""
    last = _kept(session, stamp, code)
    begins = max(values.pop("since"), last.since + timedelta(days=1))
    same = {
        column.key: getattr(last, column.key)
        for column in Matter.__table__.columns
        if column.key not in {"id", "version", "since", "until", "case_number"}
    }
    row = Matter(**{**same, "until": None, **values}, id=new_id(), since=begins, case_number=stamp.case_number)
    list_matter(session, row)
    return Listed(row, _published(session, stamp, change, row, row.since))


def leave(session: Session, stamp: Stamp, code: str, first_day_off: date) -> Listed:
    """Take a matter off a list from a day on, and publish that. Source: N12-2, B13-1."""
    last = _kept(session, stamp, code)
    last_day = max(first_day_off, last.since) - timedelta(days=1)
    if last.until is None or last.until > last_day:  # else a trial or a temporary matter ends of itself
        last.until = last_day
    session.flush()
    return Listed(last, _published(session, stamp, "exit", last, last_day + timedelta(days=1)))


def sign_duties(session: Session, sheet: DutySheet) -> None:
    """Keep what a unit signed for a matter. Source: N12-1, B13-2."""
    session.add(sheet)
    session.flush()


def count_demand(session: Session, demand: OffListDemand) -> None:
    """Count a refused demand against the unit. Source: N13-2, B13-1."""
    session.add(demand)
    session.flush()


def ask_guidance(session: Session, city: str, code: str, unit_code: str, asked_by: str, at: datetime) -> None:
    """Note that somebody in a grid asked the unit of a matter for guidance. Source: N12-1, B13-2."""
    session.add(GuidanceRequest(city=city, matter_code=code, unit_code=unit_code, asked_by=asked_by, asked_at=at))


def answer_guidance(session: Session, city: str, code: str, unit_code: str, answered_by: str, at: datetime) -> int:
    """Note that a unit answered the open requests on a matter; returns how many."""
    waiting = session.scalars(
        select(GuidanceRequest).where(
            GuidanceRequest.city == city, GuidanceRequest.matter_code == code,
            GuidanceRequest.unit_code == unit_code, GuidanceRequest.answered_at.is_(None),
        )
    ).all()  # fmt: skip
    for request in waiting:
        request.answered_by, request.answered_at = answered_by, at
    return len(waiting)


def _kept(session: Session, stamp: Stamp, code: str) -> Matter:
    """Return the newest version of a matter of the list the office keeps."""
    last = newest(session, stamp.city, code)
    if last is None:
        raise MatterUnknown(f"清单中没有事项“{code}”，请核对代码。")
    if last.county != stamp.county:
        whose = "市级" if last.county is None else "另一区县的"
        raise MatterUnchanged(f"事项 {code} 列在{whose}清单，应由该级主管单位办理。")
    return last


def _published(session: Session, stamp: Stamp, change: str, row: Matter, effective: date) -> int:
    number = edition_number(session, stamp.city, stamp.county) + 1
    session.add(
        MatterEdition(
            city=stamp.city, county=stamp.county, number=number, change=change, matter_code=row.code,
            matter_version=row.version, case_number=stamp.case_number, effective_on=effective, published_at=stamp.at,
            published_by=stamp.office,
        )
    )  # fmt: skip
    session.flush()
    return number
