"""Look up grids with their boundaries, their past and what is proposed for them."""

from collections.abc import Collection, Sequence

from sqlalchemy import Text, func, or_, select, type_coerce
from sqlalchemy.orm import Session, undefer

from gridflow.people.models import Unit
from gridflow.registers.grids.kinds import MICRO
from gridflow.registers.grids.models import CaseMove, GridDraft, GridPast
from gridflow.registers.models import Grid


def lasting(session: Session, village_unit_id: str, *, micro: bool = False) -> Sequence[Grid]:
    """Return the lasting grids of a village with their boundaries, by code; its micro-grids only when asked for."""
    found = select(Grid).where(Grid.village_unit_id == village_unit_id, Grid.until.is_(None))
    kind = Grid.kind == MICRO if micro else Grid.kind != MICRO
    return session.scalars(found.where(kind).options(undefer(Grid.geometry)).order_by(Grid.code)).all()


def nearby(session: Session, city: str, county: str, but: str) -> Sequence[tuple[Grid, str]]:
    """Return the lasting grids of a county's other villages with boundaries, and what their villages are called."""
    found = (
        select(Grid, Unit.name)
        .join(Unit, Unit.id == Grid.village_unit_id)
        .where(
            Grid.city == city, Grid.code.startswith(county), Grid.village_unit_id != but, Grid.until.is_(None),
            Grid.kind != MICRO, Grid.geometry.is_not(None),
        )
        .options(undefer(Grid.geometry))
    )  # fmt: skip
    return [(grid, name) for grid, name in session.execute(found)]


def drafts_of(session: Session, case_id: str) -> Sequence[GridDraft]:
    """Return what a change proposes, in order; dropped ones are left out."""
    found = select(GridDraft).where(GridDraft.case_id == case_id, GridDraft.state != "dropped")
    return session.scalars(found.order_by(GridDraft.number)).all()


def used_codes(session: Session, city: str, prefix: str) -> set[str]:
    """Return every code under a prefix that was ever given or reserved: none is given twice. Source: domain 4.2."""
    given = session.scalars(select(Grid.code).where(Grid.city == city, Grid.code.startswith(prefix)))
    reserved = session.scalars(select(GridDraft.code).where(GridDraft.city == city, GridDraft.code.startswith(prefix)))
    return {*given, *reserved}


def past_of(session: Session, city: str, code: str) -> Sequence[GridPast]:
    """Return what a grid was before each change that kept its code, the oldest first."""
    found = select(GridPast).where(GridPast.city == city, GridPast.code == code)
    return session.scalars(found.options(undefer(GridPast.geometry)).order_by(GridPast.until)).all()


def successors(session: Session, city: str, codes: Collection[str]) -> Sequence[Grid]:
    """Return the grids that were cut or joined from any of some grids, by code."""
    written = type_coerce(Grid.predecessors, Text)  # the text of the list as it is stored
    named = or_(*(written.like(f'%"{code}"%') for code in codes)) if codes else Grid.code.is_(None)
    return session.scalars(select(Grid).where(Grid.city == city, named).order_by(Grid.code)).all()


def micro_grids(session: Session, city: str, code: str) -> Sequence[Grid]:
    """Return the micro-grids of a grid, ended ones too, by code."""
    found = select(Grid).where(Grid.city == city, Grid.kind == MICRO, Grid.code.startswith(f"{code}W"))
    return session.scalars(found.order_by(Grid.code)).all()


def moves_of(session: Session, change_id: str) -> Sequence[CaseMove]:
    """Return the cases a change moves or has still to move, by number."""
    return session.scalars(select(CaseMove).where(CaseMove.change_id == change_id).order_by(CaseMove.number)).all()


def count_moves(session: Session, change_id: str) -> tuple[int, int, int]:
    """Return how many cases a change moved, waits for the town to place, and concerns in all."""
    moved, asked, every = session.execute(
        select(func.count(CaseMove.moved_at), func.count().filter(CaseMove.to_grid.is_(None)), func.count()).where(
            CaseMove.change_id == change_id
        )
    ).one()
    return moved, asked, every
