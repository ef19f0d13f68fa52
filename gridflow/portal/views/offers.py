"""Do what a case offers beside any task: withdraw one's report, rate the handling, supervise a unit."""

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow.cases.errors import CaseUnknown
from gridflow.cases.models import Case
from gridflow.cases.service import OfferForm, check, offer_form, take_offer
from gridflow.cases.showing import FormPage, Returned, handed, shown, wrongs
from gridflow.db import db, new_id, writing
from gridflow.formats import gettext as _
from gridflow.forms import FormInvalid
from gridflow.people.access import access
from gridflow.portal.views.place import Page, blueprint, seen, the_office


@blueprint.get("/offers/<offer_id>")
@access()
def offer(offer_id: str) -> str:
    """Show the form of an offer."""
    return _page(_opened(offer_id))


@blueprint.post("/offers/<offer_id>")
@access()
def take(offer_id: str) -> Page:
    """Hand in the form of an offer."""
    offered, given = _opened(offer_id), handed(request.form, request.files)
    if row := request.form.get("_add_row"):
        return _page(offered, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(the_office(), offered.opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return _page(offered, Returned(given.values, invalid.errors)), 422
    request_id = f"{g.viewer.user.id}:{request.form.get('_request', '')[:40] or new_id()}"
    with writing() as session:
        take_offer(session, the_office(), g.viewer, offered, ready, request_id)
    flash(_("已送出“%(name)s”。", name=offered.wait.label), "done")
    return redirect(url_for("cases.show", case_id=offered.wait.case_id))


@blueprint.post("/offers/<offer_id>/visible")
@access()
def offer_visible(offer_id: str) -> Response:
    """Say which fields of an offer are hidden and which options fit, given what is typed so far."""
    return seen(_opened(offer_id).opened)


def _opened(offer_id: str) -> OfferForm:
    return offer_form(db.session(), the_office(), g.viewer, offer_id)


def _page(offered: OfferForm, returned: Returned | None = None) -> str:
    wait, again = offered.wait, returned or Returned({})
    case = db.session.get(Case, wait.case_id)
    if case is None:
        raise CaseUnknown
    fields = shown(offered.opened, again.values or None, again.errors, again.more_rows)
    page = FormPage(
        action=url_for("reports.take", offer_id=wait.id),
        button=_("提出“%(name)s”", name=wait.label),
        fields=fields,
        errors=wrongs(fields, again.errors),
        draft="",
        draft_key="",
        visible=url_for("reports.offer_visible", offer_id=wait.id),
        restored=False,
        typed=returned is not None,
        request_id=request.form.get("_request") or new_id(),
    )
    return render_template("pages/case_offer.html", case=case, page=page, name=wait.label)
