"""What is made public about a grid: its area, staff and phones, as a board to print. Source: N14, B14-1."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.organs import place_name
from gridflow.catalogue import City
from gridflow.db import db, table
from gridflow.documents.rendering import render
from gridflow.engine.actions import Call, Result
from gridflow.engine.jobs import add_job, job_row
from gridflow.engine.models import Definition, Job
from gridflow.people.appointments import holders_of
from gridflow.people.contacts import published
from gridflow.people.models import Unit
from gridflow.people.queries import line
from gridflow.registers.grids.kinds import MICRO, WORDS
from gridflow.registers.grids.queries import drafts_of, lasting
from gridflow.registers.models import Grid

KIND = "grid_board"
TEMPLATE = "templates/documents/_grid_board.html"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whose name is public."""

    title: str
    name: str
    phone: str | None
    duties: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone or address that a unit publishes."""

    kind: str
    """oversight, acceptance, duty, office or address."""
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Public:
    """What anybody may know of a grid."""

    code: str
    name: str
    kind: str
    extent: str
    places: Sequence[str]
    """The village, the town and the county."""
    staff: Sequence[Contact]
    hotline: str
    """The phone for complaints and supervision."""
    platform: str
    """Where matters are taken up."""
    phones: Sequence[Phone]
    """What the village, the town and the county publish of themselves, the nearest first."""
    since: date
    suspended: bool
    map: str
    """SVG; empty where no boundary is known."""
    board: bool
    """Whether the board is ready as PDF."""


def public_grid(session: Session, city: City, code: str) -> Public | None:
    """Return what is public about a lasting grid, None for one that ended or never was.

    Only the posts the city's ordinance names are shown, with their work phones: N14 leaves out part-time workers and
    heads of micro-grids, B14-1 leaves out nobody who works in the grid.
    """
    grid = _grid(session, city.code, code)
    if grid is None or grid.until is not None:
        return None
    above = line(session, grid.village_unit_id)
    units = [unit.id for unit in above]
    shown = {post.code: post for post in city.appointments.values() if post.published}
    held = holders_of(session, city.code, [grid.code], units, clock.today())
    details = city.organ.details
    staff = [
        Contact(shown[one.post.role].title, one.user.name, one.post.phone, shown[one.post.role].duties)
        for one in sorted(
            held, key=lambda one: list(city.appointments).index(one.post.role) if one.post.role in shown else 0
        )
        if one.post.role in shown
    ]
    return Public(
        code=grid.code, name=grid.name, kind=WORDS.get(grid.kind, grid.kind), extent=grid.extent or "",
        places=[place_name(city, unit) for unit in above[:3]], staff=staff,
        hotline=str(details.get("hotline", "12345")), platform=str(details.get("platform", "")),
        phones=_phones(session, city, above[:3]),
        since=grid.since,
        suspended=grid.suspended_on is not None, map=_map(session, grid), board=grid.board is not None,
    )  # fmt: skip


def _phones(session: Session, city: City, units: Sequence[Unit]) -> list[Phone]:
    found = published(session, units, clock.today())
    return [Phone(contact.kind, contact.value, place_name(city, unit)) for unit, contact in found]


def _grid(session: Session, city: str, code: str) -> Grid | None:
    found = select(Grid).where(Grid.code == code, Grid.city == city).options(undefer(Grid.geometry))
    return session.scalar(found)


def _map(session: Session, grid: Grid) -> str:
    if grid.geometry is None:
        return ""
    from gridflow.registers.maps import Shape, draw  # brings numpy and shapely, 15 MB that few pages need
    from gridflow.registers.shaping import read

    beside = [other for other in lasting(session, grid.village_unit_id) if other.code != grid.code and other.geometry]
    shapes = [Shape("beside", read(str(other.geometry)), other.name) for other in beside if grid.kind != MICRO]
    return draw([*shapes, Shape("new", read(grid.geometry), grid.name)], f"{grid.name}范围图")


def map_of(grids: Sequence[Grid]) -> str:
    """Return a map of some grids as SVG, named; empty where none has a boundary."""
    known = [grid for grid in grids if grid.geometry]
    if not known:
        return ""
    from gridflow.registers.maps import Shape, draw
    from gridflow.registers.shaping import read

    return draw([Shape("new", read(str(grid.geometry)), grid.name) for grid in known], "网格范围图")


# ------------------------------------------------------------ the board as PDF


def make_boards(call: Call) -> Result:
    """Let a worker set the boards of the grids a change made or altered."""
    turn = call.turn
    for draft in drafts_of(turn.session, turn.facts.case_id):
        turn.effects.jobs.append(job_row(KIND, turn.facts.city, {"grid": draft.code}))
    return {}


def ask_for_board(session: Session, city: str, code: str) -> None:
    """Have the board of a grid set anew."""
    add_job(session, KIND, city, {"grid": code})


def set_board(office: Office, job: Job) -> Callable[[Session], Mapping[str, Any]]:
    """Set the board of a grid and keep it as its public file; one that ended meanwhile has none."""
    session, city, code = db.session(), office.cities[job.city], job.payload["grid"]
    shown = public_grid(session, city, code)
    if shown is None:
        return lambda _: {}
    sha256 = office.blobs.put(
        render(_templates(session, office, city.code), TEMPLATE, values(city, shown), office.press)
    )

    def finish(session: Session) -> Mapping[str, Any]:
        grids = table(Grid)
        session.execute(update(grids).where(grids.c.code == code, grids.c.city == city.code).values(board=sha256))
        return {}

    return finish


def _templates(session: Session, office: Office, city: str) -> Mapping[str, str]:
    """Return the templates of a city; the board's lies beside the procedures, so that each of them carries it."""
    version = session.scalars(
        select(Definition.in_force).where(Definition.city == city).order_by(Definition.slug)
    ).first()
    return office.engine.versions.get(session, str(version)).bundle.templates


def values(city: City, shown: Public) -> dict[str, Any]:
    """Return what the template of a board prints."""
    return {
        "city": {"code": city.code, "name": city.name, "law_title": city.ordinance.title, "organ": city.organ.name},
        "articles": {code: {} for code in city.own_codes("N14 B14-1")},
        "grid": {
            "code": shown.code, "name": shown.name, "kind": shown.kind, "extent": shown.extent,
            "places": list(shown.places), "hotline": shown.hotline, "platform": shown.platform, "map": shown.map,
            "phones": [{"kind": one.kind, "value": one.value, "unit": one.unit} for one in shown.phones],
        },
        "staff": [
            {"title": one.title, "name": one.name, "phone": one.phone, "duties": one.duties} for one in shown.staff
        ],
        "day": clock.today(),
    }  # fmt: skip
