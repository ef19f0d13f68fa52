"""Publication: asked for, taken back, sent back, approved; and an earlier version restored."""

import io

from flask import flash, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from gridflow.db import db, writing
from gridflow.formats import gettext as _
from gridflow.workbench.publishing import publications, restoring
from gridflow.workbench.publishing.orders import order_pdf
from gridflow.workbench.publishing.rollback import rollback_view
from gridflow.workbench.views.place import (
    Page,
    approves,
    blueprint,
    changing,
    draws,
    office,
    reads,
    revision_called,
)
from gridflow.workbench.views.refusals import again, tab_again

TAB, REMARK = "publication", "remark:"


def _rollback_page(problem: str, slug: str) -> str:
    number = request.values.get("number", "")
    wanted = int(number) if number.isdecimal() else None
    view = rollback_view(db.session(), office(), g.viewer, slug, wanted)
    return render_template(
        "pages/workbench/rollback.html", view=view, problem=problem, reason=request.form.get("reason", "")
    )


@blueprint.post("/revisions/<revision_id>/ask")
@draws
@tab_again(TAB)
def ask(revision_id: str) -> Page:
    """Send a revision for approval."""
    with changing(revision_id) as (session, revision):
        publications.ask(session, office(), g.viewer, revision, request.form)
    return _told(revision_id, _("已送审。由另一位有审批权限的人员审批。"))


@blueprint.post("/revisions/<revision_id>/withdraw")
@draws
@tab_again(TAB)
def withdraw(revision_id: str) -> Page:
    """Take a request back."""
    with changing(revision_id) as (session, revision):
        publications.withdraw(session, g.viewer, revision)
    return _told(revision_id, _("已撤回送审，可以继续修改。"))


@blueprint.post("/revisions/<revision_id>/refuse")
@approves
@tab_again(TAB)
def refuse(revision_id: str) -> Page:
    """Send a revision back."""
    with changing(revision_id) as (session, revision):
        publications.refuse(session, g.viewer, revision, request.form.get("comment", ""), _remarks())
    return _told(revision_id, _("已退回起草人。"))


@blueprint.post("/revisions/<revision_id>/approve")
@approves
@tab_again(TAB)
def approve(revision_id: str) -> Page:
    """Approve a revision."""
    with changing(revision_id) as (session, revision):
        publications.approve(session, office(), g.viewer, revision, request.form.get("comment", ""), _remarks())
    return _told(revision_id, _("已批准。到生效日起，新发起的案件按新版办理，正在办理的案件仍按原版。"))


@blueprint.get("/revisions/<revision_id>/order")
@reads
def order(revision_id: str) -> Response:
    """Send the order a revision was published by, as PDF."""
    name, content = order_pdf(db.session(), office(), revision_called(revision_id))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name)


@blueprint.get("/procedures/<slug>/versions/<number>/order")
@reads
def restoration_order(slug: str, number: str) -> Response:
    """Send the order a version was restored by, as PDF."""
    name, content = restoring.restoration_pdf(db.session(), office(), g.viewer, slug, number)
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name)


@blueprint.get("/procedures/<slug>/rollback")
@approves
def rollback(slug: str) -> str:
    """Show what an earlier version would change, the one before the version in force if none is named."""
    return _rollback_page("", slug)


@blueprint.post("/procedures/<slug>/restore")
@approves
@again(_rollback_page)
def restore(slug: str) -> Page:
    """Put an earlier version in force at once."""
    number, reason = request.form.get("number", ""), request.form.get("reason", "")
    with writing() as session:
        restoring.restore(session, office(), g.viewer, slug, int(number) if number.isdecimal() else 0, reason)
    flash(_("已恢复第 %(number)s 版，新发起的案件按它办理。", number=number), "done")
    return redirect(url_for("procedures.show", slug=slug, tab="versions"))


def _remarks() -> dict[str, str]:
    """Return what was written about single files, by path."""
    fields = request.form.items()
    return {name.removeprefix(REMARK): text for name, text in fields if name.startswith(REMARK)}


def _told(revision_id: str, words: str) -> Page:
    flash(words, "done")
    return redirect(url_for("workbench.show", revision_id=revision_id, tab=TAB))
