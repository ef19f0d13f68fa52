"""Procedures in and out of a city: versions as files, and of an update of the product whose writing is used."""

import io

from flask import flash, g, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.workbench.errors import VersionUnknown
from gridflow.workbench.revising import updates
from gridflow.workbench.revising.files import pack
from gridflow.workbench.revising.sides import bundle_at
from gridflow.workbench.views.place import Page, blueprint, changing, draws, office, reads


@blueprint.post("/revisions/<revision_id>/update")
@draws
def choose(revision_id: str) -> Page:
    """Use the product's writing of a file, or the city's own."""
    path, product = request.form.get("path", ""), request.form.get("take") == "product"
    with changing(revision_id) as (session, revision):
        updates.choose(session, g.viewer, revision, path, product=product)
    said = _("已采用产品的：%(path)s。") if product else _("已保留本市的：%(path)s。")
    flash(said % {"path": path}, "done")
    return redirect(url_for("workbench.show", revision_id=revision_id, tab="changes"))


@blueprint.get("/procedures/<slug>/versions/<number>/files")
@reads
def version_file(slug: str, number: str) -> Response:
    """Send one file of a version, or with no path all of them as a ZIP."""
    bundle, path = bundle_at(db.session(), office(), g.viewer, slug, f"v{number}"), request.args.get("path")
    if path is None:
        content, name, kind = pack(bundle), f"{slug}-{number}.zip", "application/zip"
    elif path in bundle.files:
        content, name, kind = bundle.files[path], path.rsplit("/", 1)[-1], "application/octet-stream"
    else:
        raise VersionUnknown
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
