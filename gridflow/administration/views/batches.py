"""The pages of batches: one command for many instances, how far it is, and how it is paused."""

from typing import Literal

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow.administration import batches, queries
from gridflow.administration.errors import AdministrationError, MayNotAsk
from gridflow.administration.going_over import going_over
from gridflow.administration.instances import instance_view
from gridflow.administration.views.running import WATCHING, office, operates, reason_given, watches, words
from gridflow.db import db, writing
from gridflow.engine.definitions import version_in_force
from gridflow.formats import gettext as _
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("batches", __name__, url_prefix="/running")

ANSWERING = frozenset({Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE})
looks = access(*WATCHING, *ANSWERING)
MOST = 1000


@blueprint.post("/incidents/retry")
@watches
def retry_all() -> Response:
    """Have the chosen incidents tried again, one by one, by workers."""
    with writing() as session:
        batch = batches.retry_all(session, g.viewer, request.form.getlist("incident")[:1000], reason_given())
    return redirect(url_for("batches.show", batch_id=batch))


@blueprint.get("/batches")
@watches
def index() -> str:
    """List the batches with their progress."""
    lines = queries.batch_lines(db.session(), office(), g.viewer)
    return render_template("pages/administration/batches.html", lines=lines, **words())


@blueprint.get("/procedures/<slug>")
@looks
def open_cases(slug: str) -> str:
    """List the running cases of an older version, each tried against the version in force."""
    return _open_cases_page(slug)


def _open_cases_page(slug: str, problem: str = "") -> str:
    number, page = (request.values.get(name, "") for name in ("number", "page"))
    found = going_over(
        db.session(), office(), g.viewer, slug,
        int(number) if number.isdecimal() and len(number) < 7 else None,
        max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1,
    )  # fmt: skip
    try:
        state = batches.state_when_begun(db.session(), g.viewer, slug)
    except MayNotAsk:
        state = ""
    links = bool(WATCHING & g.viewer.permissions)
    return render_template(
        "pages/administration/going_over.html", found=found, state=state, links=links, problem=problem
    )


@blueprint.post("/procedures/<slug>/migrate")
@looks
def migrate_chosen(slug: str) -> Response | tuple[str, int]:
    """Have the chosen cases go over to the version in force, or ask for it; without any, show the list again."""
    if not request.form.getlist("instance"):
        return _open_cases_page(slug, _("没有勾选案件。请勾选要迁移的案件后再提交。")), 422
    reason = reason_given()
    with writing() as session:
        new = version_in_force(session, g.viewer.city.code, slug)
        chosen = request.form.getlist("instance")[:MOST]
        found = batches.migrate_chosen(session, g.viewer, slug, chosen, new, reason)
    return redirect(url_for("batches.show", batch_id=found))


@blueprint.post("/batches/<batch_id>/<any(approve, decline):decision>")
@access(Permission.INSTANCE_OPERATE, Permission.PROCEDURE_APPROVE)
def decide(batch_id: str, decision: str) -> Response:
    """Let a migration that was asked for begin, or decline it."""
    with writing() as session:
        batches.decide(session, g.viewer, batch_id, approved=decision == "approve")
    flash(_("已批准，逐件迁移。") if decision == "approve" else _("已驳回，案件没有变化。"), "done")
    return redirect(url_for("batches.show", batch_id=batch_id))


@blueprint.post("/batches/<batch_id>/undo")
@looks
def undo_all(batch_id: str) -> Response:
    """Have what a batch migrated go back, as far as it has not gone on."""
    reason = reason_given()
    with writing() as session:
        found = batches.undo_all(session, g.viewer, batch_id, reason)
    return redirect(url_for("batches.show", batch_id=found))


@blueprint.get("/batches/<batch_id>")
@looks
def show(batch_id: str) -> str:
    """Show how far a batch is and what was refused."""
    found = queries.batch_lines(db.session(), office(), g.viewer, batch_id)
    if not found:
        raise _NoBatch
    line, session = found[0], db.session()
    return render_template(
        "pages/administration/batch.html",
        line=line,
        refused=queries.refused_lines(session, g.viewer, batch_id),
        links=bool(WATCHING & g.viewer.permissions),
        undoable=queries.undoable_count(session, batch_id) if line.revocable else 0,
        **words(),
    )


@blueprint.post("/batches/<batch_id>/<any(pause, go_on):command>")
@watches
def hold(batch_id: str, command: str) -> Response:
    """Pause a batch or let it go on."""
    with writing() as session:
        getattr(batches, command)(session, g.viewer, batch_id)
    return redirect(url_for("batches.show", batch_id=batch_id))


@blueprint.post("/instances/<instance_id>/<any(suspend, resume):command>-all")
@operates
def halt_all(instance_id: str, command: Literal["suspend", "resume"]) -> Response:
    """Suspend or resume every instance of the same procedure, or of the same version of it."""
    view = instance_view(db.session(), office(), g.viewer, instance_id)
    version, reason = view.version.id if request.form.get("of") == "version" else None, reason_given()
    with writing() as session:
        found = batches.halt_all(session, g.viewer, command, view.slug, version, reason)
    return redirect(url_for("batches.show", batch_id=found))


@blueprint.post("/instances/<instance_id>/migrate-all")
@operates
def migrate_all(instance_id: str) -> Response:
    """Have every instance of the same version go over to another one."""
    view = instance_view(db.session(), office(), g.viewer, instance_id)
    version, reason = request.form.get("version", ""), reason_given()
    with writing() as session:
        found = batches.migrate_all(session, g.viewer, view.slug, view.version.id, version, reason)
    return redirect(url_for("batches.show", batch_id=found))


class _NoBatch(AdministrationError):
    """There is no such batch in this city."""

    def __init__(self) -> None:
        super().__init__("没有找到这个批次，它可能属于其他城市。请从批次列表重新进入。")
