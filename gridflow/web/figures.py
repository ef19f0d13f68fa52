"""The page of figures: cases, ends and rates of a place and a period."""

from datetime import date, timedelta

from flask import Blueprint, g, render_template, request

from gridflow import clock
from gridflow.application import office
from gridflow.db import db
from gridflow.inspection.rates import Period, figures, places_of
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("figures", __name__)


@blueprint.get("/figures")
@access(Permission.CASE_VIEW, Permission.CASE_INSPECT)
def show() -> str:
    """Show the figures of the viewer's places, of this month unless another period is asked for."""
    period = _period()
    places = places_of(db.session(), g.viewer)
    place = next((each.code for each in places if each.code == request.args.get("place")), None)
    found = figures(db.session(), office(), g.viewer, period, place)
    return render_template("pages/figures.html", found=found, period=period, places=places, place=place)


def _period() -> Period:
    """Return what the address asks for; whatever is no date, or the wrong way round, is this month so far."""
    today = clock.today()
    first, last = _day("first") or today.replace(day=1), _day("last") or today
    return Period(first, last) if first <= last <= first + timedelta(days=3660) else Period(today.replace(day=1), today)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
