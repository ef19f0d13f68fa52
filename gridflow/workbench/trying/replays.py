"""Cases of the past, carried through a revision: what people chose then, in its order and at its instants.

Nothing that was typed leaves the vault, nobody is named: the sandbox gets choices, dates and codes, and who holds which
post by number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, create_engine, func, insert, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.models import AuditEntry
from gridflow.cases.limits import standing
from gridflow.cases.models import Attachment, Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.queries import entries_of, instances_of, limits_of, versions_of
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.clock import SHANGHAI
from gridflow.db import Base, table
from gridflow.engine.models import WorkItem
from gridflow.people.models import CalendarDay, CalendarNotice, Closure, Post, Unit, User, WorkingCalendar
from gridflow.registers.models import Category, Grid, Matter
from gridflow.workbench.errors import TrialRefused
from gridflow.workbench.models import Proving, Revision
from gridflow.workbench.trying.proving import HISTORY, SECONDS, begin
from gridflow.workbench.trying.sandbox import carried_out

MOST = 200
"""Cases of one run, the latest closed ones."""
LONGEST = timedelta(days=366)
USUAL = timedelta(days=30)
REGISTERS = (Unit, Grid, Category, Matter, WorkingCalendar, CalendarNotice, CalendarDay, Closure)
_KEPT = or_(Case.restricted, Case.handlers_only)
"""Cases that are kept from somebody: nobody looks into them for a trial."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, in which cases were closed."""

    since: date
    until: date


def period_of(given: Mapping[str, str]) -> Period:
    """Return the period somebody asks for, the last thirty days unless said; raises TrialRefused."""
    try:
        until = date.fromisoformat(given["until"]) if given.get("until") else clock.today()
        since = date.fromisoformat(given["since"]) if given.get("since") else until - USUAL
    except ValueError:
        raise TrialRefused("日期请按 2026-01-01 的样子填写。") from None
    if since > until or until - since > LONGEST:
        raise TrialRefused("开始日期应在结束日期之前，前后不超过一年。")
    return Period(since, until)


def begin_history(session: Session, office: Office, viewer: Viewer, revision: Revision, period: Period) -> Proving:
    """Begin to carry the cases closed in a period through a revision; raises TrialRefused where there is none."""
    closed = _closed(revision, period)
    kept = func.count().filter(_KEPT)
    every, left_out = session.execute(select(func.count(), kept).select_from(Case).where(*closed)).one()
    if not every:
        raise TrialRefused("这段时间没有办结的案件。请换一段时间。")
    if every == left_out:
        raise TrialRefused(f"这段时间办结的 {every} 件都限定知悉或有人回避，不能取来重放。请换一段时间。")
    newest = select(Case.id).where(*closed, ~_KEPT).order_by(Case.closed_at.desc()).limit(MOST)
    chosen = session.scalars(newest).all()
    asked = {
        "since": period.since.isoformat(), "until": period.until.isoformat(), "number": every - left_out,
        "left_out": left_out,
    }  # fmt: skip
    run = begin(session, office, viewer, revision, HISTORY, chosen, chosen=asked)
    _write_registers(session, office, run)
    return run


def _closed(revision: Revision, period: Period) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of the cases closed in a period."""
    begins = datetime.combine(period.since, time(), SHANGHAI)
    ends = datetime.combine(period.until + timedelta(days=1), time(), SHANGHAI)
    return (
        Case.city == revision.city, Case.slug == revision.slug, Case.state != "open", Case.closed_at >= begins,
        Case.closed_at < ends,
    )  # fmt: skip


def replay_case(session: Session, office: Office, run: Proving, bundle: Bundle, case_id: str) -> Row:
    """Carry one case through, and say how it went beside what it was."""
    case = session.get_one(Case, case_id)
    main = next(iter(instances_of(session, case)), None)
    known = {"of": case.id, "title": case.title, "number": case.number, "passed": False, "instance": main and main.id}
    told = _told(session, office, case)
    if not told["acts"] or told["acts"][0]["kind"] != "start":
        return known | {"went": "skipped"}
    registers = _registers_of(office, run)
    if not registers.is_file():
        raise TrialRefused("重放用的登记已经清理，请重新开始。")
    asked = {"do": "history", "registers": str(registers), "case": told, "seconds": SECONDS}
    answer = carried_out(session, office, bundle, asked)
    if "refused" in answer:
        return known | {"went": "stuck", "why": answer["refused"]}
    return known | answer | {"passed": answer["went"] == "same"}


def _told(session: Session, office: Office, case: Case) -> Row:
    """Return what the sandbox is told about a case."""
    entries = entries_of(session, case)
    filed = {row.id: row for row in session.scalars(select(Submission).where(Submission.case_id == case.id))}
    files: dict[str, list[str]] = {}
    for row in session.execute(select(Attachment.submission_id, Attachment.field).where(Attachment.case_id == case.id)):
        files.setdefault(row.submission_id, []).append(row.field)
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    for version_id in versions_of(session, case):
        parsed = office.engine.versions.get(session, version_id)
        names |= parsed.names
        titles |= parsed.bundle.manifest.limits
    return {
        "slug": case.slug, "state": case.state, "ended": (case.closed_at or entries[-1].at).isoformat(),
        "acts": list(_acts(entries, filed, files, _rows(session, office, case, filed.values()))),
        "path": way_of(session, office, case),
        "names": names, "limits_titles": titles,
        "limits": [(row.name, standing(row)) for row in limits_of(session, case)],
    }  # fmt: skip


def way_of(session: Session, office: Office, case: Case) -> list[str]:
    """Return the elements a case passed, without its archiving: that comes when the papers are ready."""
    last = {
        f"{process.id}/{node.id}"
        for version_id in versions_of(session, case)
        for diagram in office.engine.versions.get(session, version_id).diagrams.values()
        for process in diagram.processes.values()
        for node in process.nodes.values()
        if node.attributes.get("action") == "archive_case"
    }
    return [
        element
        for entry in entries_of(session, case)
        if not (entry.elements and entry.elements[0] in last)
        for element in entry.elements
    ]


def _rows(session: Session, office: Office, case: Case, filed: Iterable[Submission]) -> dict[str, dict[str, int]]:
    """Return by submission how many rows each list had of which the vault holds a part; nothing of what they say."""
    tokens = {row.id: row.tokens for row in filed}
    opened = office.vault.read_many(session, case.city, {one for each in tokens.values() for one in each.values()})
    return {
        submission: {key: len(opened[one]) for key, one in each.items() if isinstance(opened.get(one), list)}
        for submission, each in tokens.items()
    }


def _acts(
    entries: Iterable[AuditEntry],
    filed: Mapping[str, Submission],
    files: Mapping[str, Sequence[str]],
    rows: Mapping[str, Mapping[str, int]],
) -> Iterable[Row]:
    """Yield what people handed in, in its order."""
    for entry in entries:
        row = filed.get((entry.changes.get("record") or {}).get("submission", ""))
        if row is None:
            continue
        kind = {"open_case": "start", "complete_task": "task"}.get(entry.action, "offer")
        yield {
            "at": entry.at.astimezone(SHANGHAI).isoformat(), "actor": entry.actor or "", "kind": kind,
            "process": row.process_id, "element": row.element_id, "step": row.step, "public": row.public,
            "secret": list(row.tokens), "files": files.get(row.id, []), "rows": rows[row.id],
        }  # fmt: skip


# ------------------------------------------------------------ the registers, without names


def _registers_of(office: Office, run: Proving) -> Path:
    return office.sandbox / "registers" / run.id / "registers.db"


def _write_registers(session: Session, office: Office, run: Proving) -> None:
    """Copy the registers of the city into a file, and the posts of whoever had to do with the cases."""
    path = _registers_of(office, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    people = _people(session, run)
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine, tables=[table(model) for model in (*REGISTERS, User, Post)])
    with engine.begin() as copy:
        copy.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for model in REGISTERS:
            rows = session.execute(select(table(model)).where(table(model).c.city == run.city)).all()
            _insert(copy, model, [dict(row._mapping) for row in rows])
        users = session.execute(select(table(User)).where(table(User).c.id.in_(people))).all()
        _insert(copy, User, [dict(row._mapping) | _NAMELESS | {"login": row.id} for row in users])
        posts = session.execute(select(table(Post)).where(table(Post).c.user_id.in_(people))).all()
        _insert(copy, Post, [dict(row._mapping) | {"phone": None, "document": None} for row in posts])
    engine.dispose()


_NAMELESS: Row = {
    "name": "某人", "password_hash": "-", "email": None, "staff_code": None, "active": True, "failures": 0,
    "locked_until": None,
}  # fmt: skip


def _insert(copy: Any, model: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        copy.execute(insert(table(model)), rows)


def _people(session: Session, run: Proving) -> set[str]:
    """Return who acted in the cases, was asked, or was chosen in a form."""
    asked = select(WorkItem.person_id, WorkItem.done_by).where(WorkItem.case_id.in_(run.wanted))
    found = {each for row in session.execute(asked) for each in row if each}
    found |= set(session.scalars(select(AuditEntry.actor).where(AuditEntry.case_id.in_(run.wanted)))) - {None}
    chosen = {
        text
        for values in session.scalars(select(Submission.public).where(Submission.case_id.in_(run.wanted)))
        for text in _texts(values)
    }
    every = select(User.id).where(User.city == run.city, User.id.in_(found | chosen))
    return set(session.scalars(every))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and len(value) <= 32:
        yield value
