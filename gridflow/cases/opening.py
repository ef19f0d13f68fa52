"""Open a case: by a person with a start form, or by the diagram of another case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.duplicates import duplicates_of, spot_of
from gridflow.cases.errors import FormMissing, MayNotStart
from gridflow.cases.filing import Desk, Opened, Ready, file
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.options import options_for
from gridflow.cases.places import Place, new_query_code, next_case_number, place_of, place_of_unit
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import City
from gridflow.clock import SHANGHAI
from gridflow.db import new_id
from gridflow.engine.definitions import Parsed, version_in_force
from gridflow.engine.directory import CaseFacts
from gridflow.engine.scope import Scope
from gridflow.forms import Form
from gridflow.people.models import UnitKind
from gridflow.registers.models import Category, Matter
from gridflow.registers.queries import matter

PLACE_UNIT = "place_unit"
"""The field of a start form that says at which unit a case lies."""


@dataclass(frozen=True, slots=True)
class Opener:
    """Whoever opens a case, as expressions see it."""

    reporter: str | None
    kind: str
    """staff or resident."""
    role: str
    unit: str | None
    """The code of the unit acted for; None for a resident."""
    channel: str

    @property
    def seen(self) -> dict[str, Any]:
        """What is known before there is a case."""
        return {"reporter_kind": self.kind, "reporter_role": self.role}


def start_form(session: Session, office: Office, viewer: Viewer, slug: str) -> Opened:
    """Return the form that opens a procedure; raises MayNotStart when the viewer's roles may not."""
    parsed = office.engine.versions.get(session, version_in_force(session, viewer.city.code, slug))
    manifest = parsed.bundle.manifest
    if manifest.start_form is None or not viewer.roles & set(manifest.start_roles):
        raise MayNotStart(manifest.title)
    opener = opener_of(viewer)
    case = {**opener.seen, "unit": opener.unit}
    directory = office.engine.directory
    scope = Scope({"case": case, "city": _city(parsed)}, lambda: directory.calendar(session, viewer.city.code))
    form = form_of(parsed, manifest.start_form)
    options = options_for(session, viewer, form, place=None)
    return Opened(manifest.start_form, form, options, scope.over(opener.seen), scope.functions)


def open_case(session: Session, office: Office, viewer: Viewer, slug: str, ready: Ready) -> Case:
    """Open a case with a checked start form and begin its main instance.

    Source: N18-2, B16-1, B16-2.
    """
    city, opener, public = viewer.city, opener_of(viewer), ready.public
    parsed = office.engine.versions.get(session, version_in_force(session, city.code, slug))
    place = where(session, viewer, public)
    case = new_case(session, city, parsed, place, public, opener)
    spot = spot_of(office.vault, case.city, case.place_code, {**ready.text, **public})
    duplicates = duplicates_of(session, case.city, spot, case.category, city.switches)
    if spot:
        case.spot, case.longitude, case.latitude = spot.key, spot.longitude, spot.latitude
    session.add(case)
    session.flush()
    unit, post = acting_post(viewer)
    desk = Desk(case.id, case.city, slug, ready.form_id, "登记上报", clock.now(), viewer.user.id, post, unit)
    office.engine.open(
        session, facts_of(case, place, opener, duplicates), slug, {**opener.seen, **public}, viewer.actor,
        record=lambda: file(session, office, ready, desk), as_post=(post, unit),
    )  # fmt: skip
    return case


def new_case(
    session: Session, city: City, parsed: Parsed, place: Place, public: Mapping[str, Any], opener: Opener
) -> Case:
    """Return a case with its number, not yet stored; what it is about is said in the words of the registers."""
    subject = _subject(session, city.code, public) or parsed.bundle.manifest.short
    return Case(
        id=new_id(), city=city.code, county=place.county,
        number=next_case_number(session, city.case_prefix, place.county), query_code=new_query_code(),
        slug=parsed.bundle.slug, title=f"{subject} · {place.words}", state="open",
        place_code=place.code, grid_code=place.grid.code if place.grid else None, place=place.words,
        village_id=place.id_of("village"), town_id=place.id_of("town"), county_id=place.id_of("county"),
        city_id=place.units["city"], category=public.get("category"), matter_code=public.get("matter_code"),
        urgency=public.get("urgency"), channel=str(public.get("source_channel") or opener.channel),
        reporter_id=opener.reporter, reporter_kind=opener.kind, opened_at=clock.now(),
    )  # fmt: skip


def facts_of(case: Case, place: Place, opener: Opener, duplicates: list[dict[str, str]]) -> CaseFacts:
    """Return what the engine and its expressions know of a case from its first to its last day."""
    seen = {
        "slug": case.slug, "number": case.number, "title": case.title, "city": case.city, **place.seen,
        "unit": opener.unit, "channel": case.channel, "reporter": opener.reporter,
        "opened_at": case.opened_at.astimezone(SHANGHAI).isoformat(), "duplicates": duplicates, **opener.seen,
    }  # fmt: skip
    return CaseFacts(case.id, case.city, case.county, case.number, case.place, place.units, seen)


def where(session: Session, viewer: Viewer, public: Mapping[str, Any]) -> Place:
    """Return where a start form says a case lies: a grid, a unit, else the unit the viewer acts for."""
    if public.get("grid_code"):
        return place_of(session, viewer.city, str(public["grid_code"]))
    unit_id, _ = acting_post(viewer)
    own = viewer.units[unit_id].code if unit_id else viewer.city.division
    return place_of_unit(session, viewer.city, str(public.get(PLACE_UNIT) or own))


def opener_of(viewer: Viewer) -> Opener:
    """Return a person as the opener of a case."""
    first = min(viewer.roles, default="resident")
    if viewer.roles <= {"resident"}:
        return Opener(viewer.user.id, "resident", first, None, "小程序/网页")
    unit_id, _ = acting_post(viewer)
    unit = viewer.units[unit_id] if unit_id else None
    walks = unit is not None and unit.kind == UnitKind.VILLAGE
    return Opener(viewer.user.id, "staff", first, unit.code if unit else None, "网格巡查" if walks else "工作中发现")


def acting_post(viewer: Viewer) -> tuple[str | None, str | None]:
    """Return unit and post of the first post of a person's own."""
    own = next((post for post in viewer.posts if post.user_id == viewer.user.id), None)
    return (own.unit_id, own.role) if own else (None, None)


def form_of(parsed: Parsed, form_id: str) -> Form:
    """Return a form of a bundle, or raise FormMissing."""
    content = parsed.bundle.form(form_id)
    if content is None:
        raise FormMissing(form_id)
    return Form.read(content)


def _subject(session: Session, city: str, public: Mapping[str, Any]) -> str:
    """Return what a case is about in the words of the registers; only a matter not yet in them is called as asked."""
    code, category = public.get("matter_code"), public.get("category")
    found: Matter | Category | None = matter(session, city, str(code), clock.today()) if code else None
    if found is None and category:
        found = session.get(Category, (city, str(category)))
    return found.name if found else str(public.get("matter_name") or "")


def _city(parsed: Parsed) -> dict[str, object]:
    city = parsed.bundle.city_file
    return {"code": city.code, "name": city.name, **city.switches}
