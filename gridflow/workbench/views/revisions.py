"""What a revision shows."""

from flask import flash, g, redirect, render_template, request, url_for

from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.workbench.publishing import publications
from gridflow.workbench.revising import revisions
from gridflow.workbench.revising.again import begin_again
from gridflow.workbench.views.place import (
    Page,
    blueprint,
    changing,
    draws,
    office,
    reads,
    revision_called,
    revision_page,
    view_of,
)


@blueprint.get("/revisions/<revision_id>")
@reads
def show(revision_id: str) -> str:
    """Show a revision, one tab at a time."""
    return revision_page(revision_called(revision_id), request.args.get("tab", ""))


@blueprint.get("/revisions/<revision_id>/check")
@reads
def check(revision_id: str) -> str:
    """Say what the check finds in a revision: a part of the page, fetched once it stands."""
    view = view_of(revision_called(revision_id))
    found = publications.findings(db.session(), office(), view.bundle)
    layout = "layouts/part.html" if request.headers.get("HX-Request") else "layouts/page.html"
    return render_template("pages/workbench/check.html", view=view, found=found, layout=layout)


@blueprint.post("/revisions/<revision_id>/again")
@draws
def again(revision_id: str) -> Page:
    """Begin a revision again from the version in force, with what it changed."""
    with changing(revision_id) as (session, old):
        instead = request.form.get("discard") == "yes"
        found = begin_again(session, office(), g.viewer, old, instead=instead).id
    flash(_("已从现行版本重新起草，改动已带过来；两边都改过的文件请在文件里选用。"), "done")
    if instead:
        flash(_("原来的一份已作废，写过的内容仍可查看。"), "done")
    return redirect(url_for("workbench.show", revision_id=found))


@blueprint.post("/revisions/<revision_id>/discard")
@draws
def discard(revision_id: str) -> Page:
    """Give a revision up."""
    with changing(revision_id) as (session, revision):
        revisions.discard(session, g.viewer, revision)
    flash(_("修改稿已作废，写过的内容仍可查看。"), "done")
    return redirect(url_for("workbench.index"))
