"""Keep a search of the inbox under a name, and forget it."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow.db import writing
from gridflow.inbox.boxes import BOXES
from gridflow.inbox.searches import drop_search, save_search
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("searches", __name__, url_prefix="/inbox/searches")

LONGEST_NAME = 20
LONGEST_SEARCH = 60
works = access(Permission.TASK_COMPLETE)


@blueprint.post("")
@works
def save() -> Response:
    """Keep the search that is open."""
    search = request.form.get("search", "").strip()[:LONGEST_SEARCH]
    name = request.form.get("name", "").strip()[:LONGEST_NAME] or search[:LONGEST_NAME]
    box = request.form.get("box", "")
    if not search or box not in BOXES:
        flash(_("没有存：请先查找，再存为常用。"), "late")
        return redirect(url_for("inbox.show"))
    with writing() as session:
        save_search(session, g.viewer, name, box, search)
    flash(_("已存为常用查找“%(name)s”。", name=name), "done")
    return redirect(url_for("inbox.show", box=box, search=search))


@blueprint.post("/<search_id>/delete")
@works
def delete(search_id: str) -> Response:
    """Forget a search."""
    with writing() as session:
        drop_search(session, g.viewer, search_id)
    flash(_("已删去常用查找。"), "done")
    return redirect(url_for("inbox.show", box=request.form.get("box") or None))
