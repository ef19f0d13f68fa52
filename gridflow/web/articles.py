"""The ordinance of the viewer's city: an article, or the whole with what carries it out."""

from typing import get_args

from flask import Blueprint, g, render_template, request

from gridflow.application import office
from gridflow.catalogue.obligations import State
from gridflow.db import db
from gridflow.inspection.law import law_view
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("articles", __name__)

MAY_OPEN = {Permission.PROCEDURE_DRAW, Permission.INSTANCE_OPERATE, Permission.AUDIT_VIEW}
"""Any one of these opens the pages of procedures."""


@blueprint.get("/articles/<code>")
@access()
def show(code: str) -> str:
    """Show an article; a paragraph is marked within it."""
    ordinance = g.viewer.city.ordinance
    found = ordinance.article(code)
    whole = ordinance.article(code.split("-")[0].split("(")[0])
    return render_template(
        "pages/article.html", layout="layouts/page.html", found=found, whole=whole, title=f"《{ordinance.title}》"
    )


@blueprint.get("/law")
@access()
def law() -> str:
    """Show the whole ordinance, and beside each paragraph what carries it out; to staff, with figures."""
    state, figures = request.args.get("state", ""), g.viewer.may(Permission.PROCEDURE_VIEW)
    return render_template(
        "pages/law.html",
        view=law_view(db.session(), office(), g.viewer, figures=figures),
        figures=figures,
        state=state if state in get_args(State) else "",
        may_open=bool(g.viewer.permissions & MAY_OPEN),
    )
