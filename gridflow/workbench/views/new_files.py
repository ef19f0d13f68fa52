"""A file that is new in a revision."""

from flask import flash, g, redirect, request, url_for

from gridflow.formats import gettext as _
from gridflow.workbench.revising.new_files import add_file
from gridflow.workbench.views.place import Page, blueprint, changing, draws, office
from gridflow.workbench.views.refusals import tab_again


@blueprint.post("/revisions/<revision_id>/new")
@draws
@tab_again("files")
def new_file(revision_id: str) -> Page:
    """Add a file and open it in its editor."""
    given = {name: request.form.get(name, "").strip() for name in ("kind", "name", "title")}
    with changing(revision_id) as (session, revision):
        path = add_file(session, office(), g.viewer, revision, **given)
    flash(_("已新增 %(path)s，内容是能通过检查的最小样子，请接着改。", path=path), "done")
    return redirect(url_for("workbench.edit", revision_id=revision_id, path=path))
