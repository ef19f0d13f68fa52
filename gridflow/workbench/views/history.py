"""Milestones of a revision: named, looked at beside what stands now, taken up again."""

from flask import flash, g, redirect, render_template, request, url_for

from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.workbench.comparing import told
from gridflow.workbench.revising import milestones
from gridflow.workbench.views.place import (
    Page,
    blueprint,
    changing,
    draws,
    office,
    reads,
    revision_called,
    view_of,
)
from gridflow.workbench.views.refusals import tab_again


@blueprint.post("/revisions/<revision_id>/milestones")
@draws
@tab_again("history")
def name_state(revision_id: str) -> Page:
    """Give a name to how a revision is now."""
    with changing(revision_id) as (session, revision):
        milestones.name_state(session, g.viewer, revision, request.form.get("title", ""))
    flash(_("已设里程碑。以后的保存不会改变它，随时可以比较和恢复。"), "done")
    return redirect(url_for("workbench.show", revision_id=revision_id, tab="history"))


@blueprint.get("/revisions/<revision_id>/milestones/<milestone_id>")
@reads
def milestone(revision_id: str, milestone_id: str) -> str:
    """Show what differs between a milestone and how the revision is now."""
    session, revision = db.session(), revision_called(revision_id)
    named, view = milestones.milestone_of(session, revision, milestone_id), view_of(revision)
    then = milestones.bundle_at(session, office(), revision, named)
    changes = told(session, then, view.bundle)
    return render_template("pages/workbench/milestone.html", view=view, named=named, changes=changes)


@blueprint.post("/revisions/<revision_id>/milestones/<milestone_id>/restore")
@draws
@tab_again("history")
def restore_state(revision_id: str, milestone_id: str) -> Page:
    """Let a revision be again as it was at a milestone."""
    with changing(revision_id) as (session, revision):
        named = milestones.milestone_of(session, revision, milestone_id)
        number = milestones.restore_state(session, g.viewer, revision, named)
    flash(_("已恢复 %(number)s 个文件。恢复之前的内容另设了里程碑，没有丢。", number=number), "done")
    return redirect(url_for("workbench.show", revision_id=revision_id, tab="history"))
