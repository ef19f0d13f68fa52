"""Do what a case offers beside any task: withdraw one's report, rate the handling, supervise a unit."""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow.cases.errors import CaseUnknown
from gridflow.cases.models import Case
from gridflow.cases.service import OfferForm, check, offer_form, take_offer
from gridflow.cases.showing import FormPage, Returned, handed, shown, wrongs
from gridflow.cases.viewer import Viewer
from gridflow.db import db, new_id, writing
from gridflow.formats import gettext as _
from gridflow.forms import FormInvalid
from gridflow.people.access import access
from gridflow.portal.views.place import Page, blueprint, seen, the_office


@dataclass(frozen=True, slots=True)
class Counter:
    """Where offers are taken: on the pages of somebody signed in, or with a query code."""

    take: str
    """The endpoint a form is sent to."""
    visible: str
    back: str
    """The address of the case."""
    bare: bool = False
    """Whether nobody is signed in, so that the page has no navigation."""


@blueprint.get("/offers/<offer_id>")
@access()
def offer(offer_id: str) -> str:
    """Show the form of an offer."""
    offered = opened(g.viewer, offer_id)
    return offer_page(_counter(offered), offered)


@blueprint.post("/offers/<offer_id>")
@access()
def take(offer_id: str) -> Page:
    """Hand in the form of an offer."""
    offered = opened(g.viewer, offer_id)
    return taken(_counter(offered), g.viewer, offered, g.viewer.user.id)


@blueprint.post("/offers/<offer_id>/visible")
@access()
def offer_visible(offer_id: str) -> Response:
    """Say which fields of an offer are hidden and which options fit, given what is typed so far."""
    return seen(opened(g.viewer, offer_id).opened)


def _counter(offered: OfferForm) -> Counter:
    back = url_for("cases.show", case_id=offered.wait.case_id)
    return Counter("reports.take", "reports.offer_visible", back)


def opened(viewer: Viewer, offer_id: str) -> OfferForm:
    """Return an offer made to somebody; raises where there is none."""
    return offer_form(db.session(), the_office(), viewer, offer_id)


def taken(counter: Counter, viewer: Viewer, offered: OfferForm, who: str) -> Page:
    """Hand in the form of an offer and go back to the case; `who` keeps requests of different people apart."""
    given = handed(request.form, request.files)
    if row := request.form.get("_add_row"):
        return offer_page(counter, offered, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(the_office(), offered.opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return offer_page(counter, offered, Returned(given.values, invalid.errors)), 422
    request_id = f"{who}:{request.form.get('_request', '')[:40] or new_id()}"
    with writing() as session:
        take_offer(session, the_office(), viewer, offered, ready, request_id)
    flash(_("已送出“%(name)s”。", name=offered.wait.label), "done")
    return redirect(counter.back)


def offer_page(counter: Counter, offered: OfferForm, returned: Returned | None = None) -> str:
    """Show the form of an offer."""
    wait, again = offered.wait, returned or Returned({})
    case = db.session.get(Case, wait.case_id)
    if case is None:
        raise CaseUnknown
    fields = shown(offered.opened, again.values or None, again.errors, again.more_rows)
    page = FormPage(
        action=url_for(counter.take, offer_id=wait.id),
        button=_("提出“%(name)s”", name=wait.label),
        fields=fields,
        errors=wrongs(fields, again.errors),
        draft="",
        draft_key="",
        visible=url_for(counter.visible, offer_id=wait.id),
        restored=False,
        typed=returned is not None,
        request_id=request.form.get("_request") or new_id(),
    )
    return render_template("pages/case_offer.html", case=case, page=page, name=wait.label, counter=counter)
