"""The pages of process owners: the procedures of their city, what the check finds in them, what runs by them."""

from flask import Blueprint, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow.administration.procedures import (
    ProcedureView,
    decision_tables,
    drawing_of,
    procedure_lines,
    procedure_view,
    running_page,
)
from gridflow.cases.office import Office
from gridflow.checking.kept import checked
from gridflow.db import db
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.workbench.library.neighbours import others_of
from gridflow.workbench.library.procedures import past_revisions
from gridflow.workbench.publishing.orders import orders_of
from gridflow.workbench.publishing.restoring import restorations

blueprint = Blueprint("procedures", __name__, url_prefix="/procedures")

READING = frozenset({Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE})
"""Any one of them opens revisions."""
CHANGING = READING | {Permission.USER_MANAGE}
"""Any one of them opens the page on which a procedure is changed and its owners are named."""
answers = access(
    Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE, Permission.INSTANCE_OPERATE, Permission.AUDIT_VIEW
)


@blueprint.get("")
@answers
def index() -> str:
    """List the procedures of the city."""
    found = procedure_lines(db.session(), _office(), g.viewer)
    return render_template("pages/procedures/index.html", lines=found, runs=g.viewer.may(Permission.INCIDENT_RETRY))


@blueprint.get("/<slug>")
@answers
def show(slug: str) -> str:
    """Show a procedure, one tab at a time."""
    view, tabs = _view(slug), _tabs()
    tab = request.args.get("tab", "")
    tab = tab if tab in {each["code"] for each in tabs} else "diagram"
    process, page = request.args.get("process", ""), request.args.get("page", "")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1
    return render_template(
        "pages/procedures/show.html",
        view=view,
        tab=tab,
        tabs_shown=tabs,
        process=process if process in view.diagrams else next(iter(view.diagrams)),
        element=request.args.get("element"),
        tables=decision_tables(db.session(), _office(), view) if tab == "decisions" else (),
        revises=g.viewer.may(Permission.PROCEDURE_DRAW),
        changes=bool(CHANGING & g.viewer.permissions),
        restores=g.viewer.may(Permission.PROCEDURE_APPROVE),
        published={each.version: each for each in past_revisions(db.session(), g.viewer, slug)},
        runs=g.viewer.may(Permission.INCIDENT_RETRY),
        reads=bool(READING & g.viewer.permissions),
        orders=orders_of(db.session(), g.viewer.city.code, slug) if tab == "versions" else {},
        restored=restorations(db.session(), g.viewer.city.code, slug) if tab == "versions" else {},
        running=running_page(db.session(), g.viewer, slug, number) if tab == "running" else None,
    )


@blueprint.get("/<slug>/check")
@answers
def check(slug: str) -> str:
    """Say what the check finds in the version in force: a part of the page, fetched once it stands."""
    view = _view(slug)
    found = checked(view.parsed.bundle, others_of(db.session(), _office(), view.parsed.bundle))
    layout = "layouts/part.html" if request.headers.get("HX-Request") else "layouts/page.html"
    return render_template("pages/procedures/check.html", view=view, found=found, layout=layout)


@blueprint.get("/<slug>/diagrams/<process_id>")
@answers
def diagram(slug: str, process_id: str) -> Response:
    """Answer the viewer in the browser with a diagram; the element asked for is marked."""
    xml, _svg = drawing_of(_view(slug), process_id, _element())
    return jsonify(xml=xml.decode(), taken=[], flows=[], active=sorted(_element()))


@blueprint.get("/<slug>/diagrams/<process_id>.svg")
@answers
def drawing(slug: str, process_id: str) -> Response:
    """Answer with the picture of a diagram, for pages without a script."""
    return Response(drawing_of(_view(slug), process_id, _element())[1], mimetype="image/svg+xml")


def _element() -> frozenset[str]:
    return frozenset(request.args.getlist("element"))


def _view(slug: str) -> ProcedureView:
    return procedure_view(db.session(), _office(), g.viewer, slug)


def _tabs() -> list[dict[str, str]]:
    tabs = [("diagram", _("流程图")), ("decisions", _("决策表")), ("check", _("检查结果")), ("versions", _("版本"))]
    if g.viewer.may(Permission.INCIDENT_RETRY):
        tabs.append(("running", _("正在办理")))
    return [{"code": code, "label": label} for code, label in tabs]


def _office() -> Office:
    office: Office = current_app.extensions["gridflow"]
    return office
