"""Give up a draft."""

from flask import Blueprint, flash, g, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow.cases.drafts import drop_draft
from gridflow.db import writing
from gridflow.people.access import access
from gridflow.web.landing import local

blueprint = Blueprint("drafts", __name__, url_prefix="/drafts")


@blueprint.post("/drop")
@access()
def drop() -> Response:
    """Forget one of the viewer's own drafts and go back to the blank form."""
    with writing() as session:
        drop_draft(session, g.viewer, request.form.get("key", "")[:80])
    flash(_("已放弃草稿。"), "done")
    return redirect(local(request.form.get("back", "")))
