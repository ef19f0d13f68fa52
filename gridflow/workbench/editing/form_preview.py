"""A form as a revision has it, ready to be shown though nobody does its step."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.filing import Opened
from gridflow.cases.office import Office
from gridflow.cases.options import options_for
from gridflow.cases.places import place_of
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.engine.scope import Scope
from gridflow.forms import Form
from gridflow.registers.models import Grid

MOST_OPTIONS = 300
"""Of each register; whoever does the step sees those of their own place only."""


def preview(session: Session, office: Office, viewer: Viewer, bundle: Bundle, name: str, content: bytes) -> Opened:
    """Return a form with the registers of the city, as for a case in the city's first grid.

    Variables of the procedure are unknown. Raises FormRefused for what is no form.
    """
    form, city = Form.read(content), bundle.city_file
    place = _first_place(session, viewer)
    found = options_for(session, viewer, form, place=place)
    case = {"reporter_kind": "staff", "duplicates": [], **place}
    scope = Scope(
        {"case": case, "city": {"code": city.code, "name": city.name, **city.switches}},
        lambda: office.engine.directory.calendar(session, viewer.city.code),
    )
    options = {source: listed[:MOST_OPTIONS] for source, listed in found.items()}
    return Opened(name, form, options, scope.over({}), scope.functions)


def _first_place(session: Session, viewer: Viewer) -> Mapping[str, Any]:
    first = select(Grid.code).where(Grid.city == viewer.city.code, Grid.until.is_(None)).order_by(Grid.code).limit(1)
    code = session.scalar(first)
    tiers = dict.fromkeys(("county", "town", "village", "grid"))
    return place_of(session, viewer.city, code).seen if code else tiers
