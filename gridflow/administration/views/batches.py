"""The pages of batches: one command for many instances, how far it is, and how it is paused."""

from typing import Literal

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow.administration import batches, queries
from gridflow.administration.errors import AdministrationError
from gridflow.administration.instances import instance_view
from gridflow.administration.views.running import office, operates, reason_given, watches, words
from gridflow.db import db, writing

blueprint = Blueprint("batches", __name__, url_prefix="/running")


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


@blueprint.get("/batches/<batch_id>")
@watches
def show(batch_id: str) -> str:
    """Show how far a batch is and what was refused."""
    found = queries.batch_lines(db.session(), office(), g.viewer, batch_id)
    if not found:
        raise _NoBatch
    refused = queries.refused_lines(db.session(), g.viewer, batch_id)
    return render_template("pages/administration/batch.html", line=found[0], refused=refused, **words())


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
