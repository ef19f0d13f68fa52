"""The home of a role: what is late, what is due, what one can start, what became of one's reports."""

from collections.abc import Sequence

from flask import Blueprint, current_app, g, render_template

from gridflow import clock
from gridflow.administration.attention import hanging
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.inbox.queries import Counts, InboxItem, inbox_page
from gridflow.inspection.queries import case_list
from gridflow.people.access import access, public
from gridflow.people.permissions import Permission
from gridflow.portal.queries import grouped, my_reports, startable
from gridflow.web.navigation import asked_of_viewer, counts_of_viewer, first_box, navigation, reports_something
from gridflow.workbench.publishing.publications import returned_to, waiting_for

blueprint = Blueprint("home", __name__)

FIRST = 5
OF_REPORTS = frozenset({"plus", "mine"})
"""Pages that have a place of their own on the home, by their pictures."""
NOON, EVENING = 12, 18


@blueprint.get("/")
@access()
def show() -> str:
    """Show the first page of whoever is signed in."""
    session, viewer, office = db.session(), g.viewer, current_app.extensions["gridflow"]
    numbers = counts_of_viewer()
    inspects = viewer.may(Permission.CASE_INSPECT)
    return render_template(
        "pages/home.html",
        greeting=_greeting(),
        today=clock.today(),
        counts=numbers,
        first_box=first_box(numbers) if numbers else None,
        first=_first(numbers) if numbers else {},
        startable=grouped(startable(session, office, viewer)),
        reports=my_reports(session, viewer, 3) if reports_something() else None,
        newest=case_list(session, viewer, "", 1).items[:FIRST] if inspects else None,
        asked=asked_of_viewer(),
        revisions=waiting_for(session, viewer),
        returned=returned_to(session, viewer),
        hanging=hanging(session, office, viewer),
        others=[] if numbers else [item for item in navigation() if not item.current and item.icon not in OF_REPORTS],
    )


def _first(numbers: Counts) -> dict[str, Sequence[InboxItem]]:
    """Return a few tasks of each kind: what can still be done in time, what is late, then as many others as fit."""
    known = {"today": numbers.today, "late": numbers.overdue}
    found = {code: _box(code, number) for code, number in known.items() if number}
    room = FIRST - sum(map(len, found.values()))
    due = {item.id for items in found.values() for item in items}
    others = [item for item in _box(first_box(numbers)) if item.id not in due and not item.overdue] if room > 0 else []
    return found | ({"others": others[:room]} if others else {})


def _box(code: str, known: int | None = None) -> Sequence[InboxItem]:
    found = inbox_page(db.session(), g.viewer, code, "", 1, known).items
    return found[:FIRST] if known is not None else found


@blueprint.get("/health")
@public
def health() -> dict[str, str]:
    """Answer a load balancer: the process serves, and the database answers."""
    db.session.connection()
    return {"status": "ok", "demo": str(current_app.extensions["gridflow_settings"].demo).lower()}


def _greeting() -> str:
    hour = clock.now().astimezone(clock.SHANGHAI).hour
    if hour < NOON:
        return str(_("早上好"))
    return str(_("下午好") if hour < EVENING else _("晚上好"))
