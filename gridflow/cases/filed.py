"""Everything handed in to a case, with what it takes to read it, in one statement: each task's page asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Row, ScalarSelect, Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.models import Attachment, Case, Submission
from gridflow.cases.queries import unnamed
from gridflow.cases.wording import Known, Names, register_names
from gridflow.catalogue import City
from gridflow.db import table
from gridflow.engine.models import Instance
from gridflow.people.models import Unit, User
from gridflow.registers.models import Category, Grid, Matter

CASE, SUBMISSION, ATTACHMENT, INSTANCE = map(table, (Case, Submission, Attachment, Instance))
USER, UNIT, GRID, CATEGORY, MATTER = map(table, (User, Unit, Grid, Category, Matter))


@dataclass(frozen=True, slots=True)
class Filed:
    """One form as it was handed in."""

    row: Row[Any]
    """With every column of the submission."""
    person: str | None
    unit: str | None
    version_id: str
    """The version of the procedure whose form it is."""


@dataclass(frozen=True, slots=True)
class CaseFiled:
    """A case with what was handed in to it, newest first."""

    id: str
    city: str
    reporter_id: str | None
    unnamed: bool
    """Whether nobody may learn who that is."""
    reporter_kind: str
    attached: bool
    """Whether files were handed in."""
    names: Names
    """Of the registers; those of the case itself are known already."""
    forms: Sequence[Filed]


def case_filed(session: Session, cities: Mapping[str, City], case_id: str) -> CaseFiled:
    """Return what was handed in to a case that exists."""
    rows = session.execute(_FILED, {"of_case": case_id, "day": clock.today()}).all()
    case = rows[0]
    forms = [Filed(row, row.person, row.of_unit, row.own_version or row.main_version) for row in rows if row.id]
    return CaseFiled(
        case_id,
        case.case_city,
        case.reporter_id,
        unnamed(case),
        case.reporter_kind,
        case.attached,
        _names(session, cities[case.case_city], case),
        forms,
    )


def _names(session: Session, place: City, case: Row[Any]) -> Names:
    names = register_names(session, place, case.case_county)
    known = {
        "grids": {case.grid_code: case.grid_name},
        "categories": {case.category: case.category_name},
        "matters": {case.matter_code: case.matter_name},
    }
    return {**names, **{source: Known(found, names[source]) for source, found in known.items()}}


def _filed() -> Select[Any]:
    """Return the query, made once: the submissions of a case, beside each what the case is about."""
    return (
        select(
            *SUBMISSION.c, USER.c.name.label("person"), UNIT.c.name.label("of_unit"),
            INSTANCE.c.version_id.label("own_version"), _main_version().label("main_version"),
            exists().where(ATTACHMENT.c.case_id == CASE.c.id).label("attached"),
            CASE.c.city.label("case_city"), CASE.c.county.label("case_county"),
            CASE.c.reporter_hidden, CASE.c.reporter_id, CASE.c.reporter_kind,
            CASE.c.grid_code, GRID.c.name.label("grid_name"), CASE.c.category, CATEGORY.c.name.label("category_name"),
            CASE.c.matter_code, _matter_name().label("matter_name"),
        )
        .select_from(CASE)
        .outerjoin(SUBMISSION, SUBMISSION.c.case_id == CASE.c.id)
        .outerjoin(USER, USER.c.id == SUBMISSION.c.actor_id)
        .outerjoin(UNIT, UNIT.c.id == SUBMISSION.c.unit_id)
        .outerjoin(INSTANCE, INSTANCE.c.id == SUBMISSION.c.instance_id)
        .outerjoin(GRID, and_(GRID.c.code == CASE.c.grid_code, GRID.c.city == CASE.c.city))
        .outerjoin(CATEGORY, and_(CATEGORY.c.code == CASE.c.category, CATEGORY.c.city == CASE.c.city))
        .where(CASE.c.id == bindparam("of_case"))
        .order_by(SUBMISSION.c.at.desc(), SUBMISSION.c.id.desc())
    )  # fmt: skip


def _main_version() -> ScalarSelect[Any]:
    main = INSTANCE.alias("main")
    return (
        select(main.c.version_id)
        .where(main.c.case_id == CASE.c.id, main.c.slug == CASE.c.slug)
        .order_by(main.c.id)
        .limit(1)
        .scalar_subquery()
    )


def _matter_name() -> ScalarSelect[Any]:
    """Return what the matter is called on a day: by its newest version begun by then, else its newest."""
    begun = MATTER.c.since <= bindparam("day", type_=Date)
    return (
        select(MATTER.c.name)
        .where(MATTER.c.city == CASE.c.city, MATTER.c.code == CASE.c.matter_code)
        .order_by(begun.desc(), MATTER.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )


_FILED = _filed()
