"""See how a case stands, and act on it, with its number and query code, signed in or not."""

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.models import Case
from gridflow.cases.service import OfferForm
from gridflow.db import db, writing
from gridflow.people.access import public
from gridflow.portal.lookup import REST, found, holder, log_look_up, look_up, resting
from gridflow.portal.views.offers import Counter, offer_page, opened, taken
from gridflow.portal.views.place import Page, blueprint, seen, the_office

ASKED = "asked"
"""In the session: the case somebody showed the code of, and when; it lasts as long as a number rests."""


@blueprint.route("/query", methods=["GET", "POST"])
@public
def query() -> Page:
    """Show how a case stands to whoever knows its number and query code."""
    if request.method == "GET":
        return _page(_asked())
    number, code = request.form.get("number", ""), request.form.get("code", "")
    if resting(db.session(), number):
        return _page(None, "rests"), 429
    case = look_up(db.session(), number, code)
    with writing() as transaction:
        log_look_up(transaction, number, case)
    if case is None:
        return _page(None, "wrong"), 404
    session[ASKED] = [case.id, clock.now().timestamp()]
    return _page(case)


@blueprint.post("/query/end")
@public
def end_query() -> Response:
    """Forget the case somebody looked at."""
    session.pop(ASKED, None)
    return redirect(url_for("reports.query"))


@blueprint.get("/query/offers/<offer_id>")
@public
def asked_offer(offer_id: str) -> Page:
    """Show the form of an offer to whoever showed the code of its case."""
    case = _asked()
    if case is None:
        return redirect(url_for("reports.query"))
    return offer_page(_counter(), _of(case, offer_id))


@blueprint.post("/query/offers/<offer_id>")
@public
def take_asked(offer_id: str) -> Page:
    """Hand in the form of an offer with the query code shown before."""
    case = _asked()
    if case is None:
        return redirect(url_for("reports.query"))
    return taken(_counter(), holder(the_office(), case), _of(case, offer_id), case.id)


@blueprint.post("/query/offers/<offer_id>/visible")
@public
def asked_visible(offer_id: str) -> Response:
    """Say which fields of an offer are hidden, given what is typed so far."""
    case = _asked()
    if case is None:
        raise CaseUnknown
    return seen(_of(case, offer_id).opened)


def _asked() -> Case | None:
    """Return the case whose code was shown a short while ago."""
    case_id, at = session.get(ASKED, (None, 0.0))
    lasts = clock.now().timestamp() - at < REST.total_seconds()
    return db.session.get(Case, case_id) if case_id and lasts else None


def _of(case: Case, offer_id: str) -> OfferForm:
    """Return an offer of the case whose code was shown, and of no other case of the same reporter."""
    offered = opened(holder(the_office(), case), offer_id)
    if offered.wait.case_id != case.id:
        raise CaseUnknown
    return offered


def _counter() -> Counter:
    return Counter("reports.take_asked", "reports.asked_visible", url_for("reports.query"), bare=True)


def _page(case: Case | None, problem: str = "") -> str:
    """Return the page; what was typed stays beside a problem, to be put right."""
    shown = found(db.session(), the_office(), case) if case else None
    return render_template("pages/query.html", typed=request.form if problem else {}, found=shown, problem=problem)
