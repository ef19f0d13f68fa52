"""Open cases follow a change of grids: by their point, else by the one successor, else as the town says.

One job moves them in batches, each case in its own small transaction with an entry in its own record.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session, undefer

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.audit.service import Entry, append
from gridflow.blobs.store import BlobStore
from gridflow.cases.errors import JobLost
from gridflow.cases.models import Attachment, Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.places import Place, place_of
from gridflow.catalogue import City
from gridflow.db import db, table, touched, writing
from gridflow.engine.actions import Call, Result
from gridflow.engine.jobs import LEASE, job_row
from gridflow.engine.models import Instance, Job, WorkItem
from gridflow.registers.grids.kinds import MICRO
from gridflow.registers.grids.models import CaseMove
from gridflow.registers.grids.queries import count_moves, drafts_of
from gridflow.registers.models import Grid

Boundary = Any
"""A geometry of shapely, which is loaded only by who works with it."""
KIND = "move_cases"
BATCH = 50
MOST_LISTED = 50
"""Cases the town is shown one by one."""
_CASES, _MOVES, _ITEMS, _INSTANCES, _JOBS = map(table, (Case, CaseMove, WorkItem, Instance, Job))


def move_cases(call: Call) -> Result:
    """Let a worker move the open cases of this change's grids; the task waits for it.

    Inputs: rest (the grid for every case that nothing else places), chosen (rows of case_number and to_grid); both
    may be null in the first round. Gives cases_moved, cases_unplaced, cases_listed, and for the town cases_waiting
    and other_grids, to which no case may go.
    Source: N9, domain 2.4 step 4.12.
    """
    turn = call.turn
    rows: Any = call.inputs.get("chosen") or ()
    payload = {"rest": call.inputs.get("rest"), "chosen": [dict(row) for row in rows]}
    where = {"case_id": turn.facts.case_id, "instance_id": turn.instance_id, "task_id": call.task_id}
    turn.effects.jobs.append(job_row(KIND, turn.facts.city, payload, **where))
    return None


def do_move_cases(office: Office, job: Job) -> Callable[[Session], Mapping[str, Any]]:
    """List the cases of a change, then move them batch by batch; doing it again goes on where it stopped."""
    change, city = str(job.case_id), office.cities[job.city]
    session = db.session()
    grids = _grids_now(session, change, city.code)
    number = session.get_one(Case, change).number
    _list(session, change, city.code, grids)
    with writing() as asked:
        _as_the_town_says(asked, change, job.payload, set(grids))
    while batch := _next_batch(db.session(), change):
        for case_id, to_grid in batch:
            with writing() as moving:
                move(moving, city, case_id, to_grid, change, number)
        db.session.remove()
        with writing() as noting:
            _keep_lease(noting, job)

    def finish(session: Session) -> Mapping[str, Any]:
        moved, asked, _ = count_moves(session, change)
        rows = session.execute(select(_MOVES).where(_MOVES.c.change_id == change).order_by(_MOVES.c.number)).all()
        listed = [{"number": row.number, "from": row.from_grid, "to": row.to_grid, "how": row.how} for row in rows]
        return {
            "cases_moved": moved, "cases_unplaced": asked, "cases_listed": listed[:500],
            "cases_waiting": _waiting(session, change), "other_grids": _others(session, city.code, set(grids)),
        }  # fmt: skip

    return finish


def _waiting(session: Session, change: str) -> str:
    """Return the cases the town has to place, one a line, by number and title, which hold nothing typed."""
    unplaced = (_MOVES.c.change_id == change) & _MOVES.c.to_grid.is_(None)
    found = select(_CASES.c.number, _CASES.c.title).join(_MOVES, _MOVES.c.case_id == _CASES.c.id).where(unplaced)
    rows = session.execute(found.order_by(_CASES.c.number).limit(MOST_LISTED + 1)).all()
    lines = [f"{row.number} {row.title}" for row in rows[:MOST_LISTED]]
    return "\n".join([*lines, "……"] if len(rows) > MOST_LISTED else lines)


def _others(session: Session, city: str, new: set[str]) -> list[str]:
    """Return the grids of the same village that the change does not concern: no case of it goes there."""
    village = next(iter(new), "")[:12]
    codes = select(Grid.code).where(Grid.city == city, Grid.code.startswith(village), Grid.code.not_in(new))
    return list(session.scalars(codes.order_by(Grid.code)))


def _grids_now(session: Session, change: str, city: str) -> dict[str, Boundary]:
    """Return the boundaries of the grids the change made or altered, by code."""
    from gridflow.registers.shaping import read  # brings numpy and shapely, 15 MB that few processes need

    codes = [draft.code for draft in drafts_of(session, change)]
    found = select(Grid).where(Grid.city == city, Grid.code.in_(codes)).options(undefer(Grid.geometry))
    return {grid.code: read(grid.geometry) for grid in session.scalars(found) if grid.geometry}


def _list(session: Session, change: str, city: str, grids: Mapping[str, Boundary]) -> None:
    """Write down every open case in the old grids and where it goes; in batches, each case once."""
    drafts = drafts_of(session, change)
    if drafts[0].kind == MICRO:  # their cases stay with the grid
        return
    old = list(drafts[0].replaces)
    kept = [code for code in grids if code in old]
    last = ""
    while True:
        found = session.execute(
            select(_CASES.c.id, _CASES.c.number, _CASES.c.grid_code, _CASES.c.longitude, _CASES.c.latitude)
            .outerjoin(_MOVES, (_MOVES.c.case_id == _CASES.c.id) & (_MOVES.c.change_id == change))
            .where(
                _CASES.c.city == city, _CASES.c.place_code.in_(old), _CASES.c.state == "open",
                _CASES.c.id > last, _MOVES.c.case_id.is_(None),
            )
            .order_by(_CASES.c.id)
            .limit(BATCH)
        ).all()  # fmt: skip
        if not found:
            return
        last = found[-1].id
        rows = [
            {
                "change_id": change, "case_id": row.id, "city": city, "number": row.number,
                "from_grid": row.grid_code, "to_grid": to_grid, "how": how, "moved_at": None,
            }
            for row in found
            for to_grid, how in [_successor(row, grids, kept)]
            if to_grid != row.grid_code
        ]  # fmt: skip
        if rows:
            with writing() as listing:
                listing.execute(insert(_MOVES), rows)


def _successor(row: Any, grids: Mapping[str, Boundary], kept: Sequence[str]) -> tuple[str | None, str]:
    """Return the grid a case belongs to now and what says so; None where only the town can tell."""
    if row.longitude is not None and row.latitude is not None:
        from shapely import Point

        point = Point(row.longitude, row.latitude)
        at = next((code for code, ground in grids.items() if ground.covers(point)), None)
        if at:
            return at, "point"
    if row.grid_code in kept:  # the grid goes on, and nothing says the case lies elsewhere
        return row.grid_code, "only"
    return (next(iter(grids)), "only") if len(grids) == 1 else (None, "asked")


def _as_the_town_says(session: Session, change: str, payload: Mapping[str, Any], grids: set[str]) -> None:
    waiting = (_MOVES.c.change_id == change) & _MOVES.c.moved_at.is_(None)
    for row in payload["chosen"]:
        if row.get("to_grid") in grids:
            one = waiting & (_MOVES.c.number == str(row.get("case_number")))
            session.execute(update(_MOVES).where(one).values(to_grid=row["to_grid"], how="chosen"))
    if payload["rest"] in grids:
        rest = waiting & _MOVES.c.to_grid.is_(None)
        session.execute(update(_MOVES).where(rest).values(to_grid=payload["rest"], how="chosen"))


def _next_batch(session: Session, change: str) -> list[tuple[str, str]]:
    ready = select(_MOVES.c.case_id, _MOVES.c.to_grid).where(
        _MOVES.c.change_id == change, _MOVES.c.moved_at.is_(None), _MOVES.c.to_grid.is_not(None)
    )
    return [(row.case_id, row.to_grid) for row in session.execute(ready.order_by(_MOVES.c.case_id).limit(BATCH))]


def _keep_lease(session: Session, job: Job) -> None:
    """Keep the job while it goes on; raises JobLost when another worker has taken over."""
    mine = (_JOBS.c.id == job.id, _JOBS.c.state == "claimed", _JOBS.c.attempts == job.attempts)
    if touched(session, update(_JOBS).where(*mine).values(claimed_until=clock.now() + LEASE)) != 1:
        raise JobLost(job.kind)


def move(session: Session, city: City, case_id: str, to_grid: str, change: str, number: str) -> None:
    """Point one case, its running instances and its open tasks to another grid, and say so in its record.

    A case that was closed meanwhile stays where it was. Source: N9, domain 4.2 (a code change never changes history).
    """
    head = lock(session, case_id, city.code)
    case = session.execute(select(_CASES).where(_CASES.c.id == case_id)).one()
    done = update(_MOVES).where(_MOVES.c.change_id == change, _MOVES.c.case_id == case_id)
    session.execute(done.values(moved_at=clock.now()))
    if case.state != "open":
        return
    place = place_of(session, city, to_grid)
    title = case.title.replace(case.place, place.words)
    here = {"grid_code": to_grid, "place_code": to_grid, "place": place.words, "title": title}
    session.execute(update(_CASES).where(_CASES.c.id == case_id).values(here))
    waits = (_ITEMS.c.case_id == case_id) & _ITEMS.c.status.in_(("open", "held"))
    session.execute(update(_ITEMS).where(waits).values(place=place.words))
    _tell_instances(session, case_id, place, title)
    append(
        session,
        Entry(
            case_id=case_id, city=city.code, county=case.county, at=clock.now(), action="move_grid",
            articles=city.own_codes("N9 B6-3"),
            changes={"grid": [case.grid_code, to_grid], "place": [case.place, place.words], "change": number},
        ),
        head,
    )  # fmt: skip


def _tell_instances(session: Session, case_id: str, place: Place, title: str) -> None:
    """Change what expressions see as `case`; a version that a worker holds in memory is read again."""
    running = select(_INSTANCES.c.id, _INSTANCES.c.facts).where(
        _INSTANCES.c.case_id == case_id, or_(_INSTANCES.c.status == "running", _INSTANCES.c.status == "suspended")
    )
    for row in session.execute(running.with_for_update()).all():
        seen = {**row.facts["seen"], **place.seen, "title": title}
        facts = {**row.facts, "place": place.words, "seen": seen}
        told = update(_INSTANCES).where(_INSTANCES.c.id == row.id)
        session.execute(told.values(facts=facts, row_version=_INSTANCES.c.row_version + 1))


def newest_file(blobs: BlobStore) -> Callable[[Call, str], bytes | None]:
    """Return what fetches the newest file handed in with a field of a case."""

    def fetch(call: Call, field: str) -> bytes | None:
        found = (
            select(Attachment.sha256)
            .join(Submission, Submission.id == Attachment.submission_id)
            .where(Attachment.case_id == call.turn.facts.case_id, Attachment.field == field)
            .order_by(Submission.id.desc(), Attachment.id.desc())
        )
        sha256 = call.turn.session.scalar(found.limit(1))
        return blobs.get(sha256) if sha256 else None

    return fetch
