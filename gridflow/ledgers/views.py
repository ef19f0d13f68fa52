"""The pages of ledgers."""

from flask import Blueprint, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow.cases.filing import Opened, check
from gridflow.cases.office import Office
from gridflow.cases.showing import FormPage, Returned, fitting, handed, hidden_names, shown, wrongs
from gridflow.catalogue.ledgers import Ledger
from gridflow.db import db, new_id, writing
from gridflow.formats import gettext as _
from gridflow.forms import FormInvalid
from gridflow.ledgers.queries import entry_page, keeps, ledger_of
from gridflow.ledgers.service import add_entry, end_entry, entry_form
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("ledgers", __name__, url_prefix="/ledgers")

Page = str | tuple[str, int] | Response
reads = access(Permission.GRID_VIEW)


@blueprint.get("")
@reads
def index() -> str:
    """List the ledgers of the city, those the viewer keeps first."""
    found = sorted(_office().ledgers[g.viewer.city.code], key=lambda each: not keeps(g.viewer, each))
    kept = {each.name for each in found if keeps(g.viewer, each)}
    return render_template("pages/ledgers/index.html", ledgers=found, mine=kept)


@blueprint.get("/<name>")
@reads
def show(name: str) -> str:
    """Show the entries of a ledger."""
    ledger, page = _ledger(name), request.args.get("page", "")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1
    found = entry_page(db.session(), _office(), g.viewer, ledger, number)
    return render_template("pages/ledgers/show.html", ledger=ledger, found=found, keeper=keeps(g.viewer, ledger))


@blueprint.get("/<name>/new")
@reads
def new(name: str) -> str:
    """Show the form of a new entry."""
    return _form_page(_ledger(name), entry_form(db.session(), _office(), g.viewer, _ledger(name)))


@blueprint.post("/<name>/new")
@reads
def add(name: str) -> Page:
    """Enter something."""
    ledger, office = _ledger(name), _office()
    opened = entry_form(db.session(), office, g.viewer, ledger)
    given = handed(request.form, request.files)
    if row := request.form.get("_add_row"):
        return _form_page(ledger, opened, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(office, opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return _form_page(ledger, opened, Returned(given.values, invalid.errors)), 422
    with writing() as session:
        add_entry(session, office, g.viewer, ledger, ready)
    flash(_("已记入“%(title)s”。", title=ledger.title), "done")
    return redirect(url_for("ledgers.show", name=name))


@blueprint.post("/<name>/visible")
@reads
def visible(name: str) -> Response:
    """Say which fields are hidden and which options fit, given what is typed so far."""
    opened = entry_form(db.session(), _office(), g.viewer, _ledger(name))
    typed = {key: request.form.getlist(key) for key in request.form if key != "csrf_token"}
    fields = shown(opened, typed)
    return jsonify(hidden=sorted(set(hidden_names(fields))), fitting=fitting(fields))


@blueprint.post("/<name>/<entry_id>/end")
@reads
def end(name: str, entry_id: str) -> Response:
    """End an entry."""
    with writing() as session:
        end_entry(session, g.viewer, _ledger(name), entry_id, request.form.get("reason", ""))
    flash(_("已结束这一条记录，原来的内容保留。"), "done")
    return redirect(url_for("ledgers.show", name=name))


def _form_page(ledger: Ledger, opened: Opened, returned: Returned | None = None) -> str:
    again = returned or Returned({})
    fields = shown(opened, again.values or None, again.errors, again.more_rows)
    page = FormPage(
        action=url_for("ledgers.add", name=ledger.name),
        button=_("记入台账"),
        fields=fields,
        errors=wrongs(fields, again.errors),
        draft="",
        draft_key="",
        visible=url_for("ledgers.visible", name=ledger.name),
        restored=False,
        typed=again != Returned({}),
        request_id=request.form.get("_request") or new_id(),
    )
    return render_template("pages/ledgers/new.html", ledger=ledger, page=page)


def _ledger(name: str) -> Ledger:
    return ledger_of(_office(), g.viewer, name)


def _office() -> Office:
    office: Office = current_app.extensions["gridflow"]
    return office
