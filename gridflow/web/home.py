"""The home of a role: what is late, what is due, what one can start, what became of one's reports."""

from flask import Blueprint, current_app, g, render_template
from flask_babel import gettext as _

from gridflow import clock
from gridflow.db import db
from gridflow.inbox.queries import inbox_page
from gridflow.people.access import access, public
from gridflow.people.permissions import Permission
from gridflow.portal.queries import my_reports, startable
from gridflow.web.navigation import counts_of_viewer

blueprint = Blueprint("home", __name__)

FIRST = 5
NOON, EVENING = 12, 18


@blueprint.get("/")
@access()
def show() -> str:
    """Show the first page of whoever is signed in."""
    session, viewer = db.session(), g.viewer
    works = viewer.may(Permission.TASK_COMPLETE)
    found = inbox_page(session, viewer, "unit", "", 1).items[:FIRST] if works else []
    return render_template(
        "pages/home.html",
        greeting=_greeting(),
        today=clock.today(),
        counts=counts_of_viewer(),
        first=found,
        startable=startable(session, current_app.extensions["gridflow"], viewer),
        reports=my_reports(session, viewer, 3) if viewer.may(Permission.CASE_OPEN) else None,
    )


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
