"""The register of grids for staff, and what is public of it for everybody."""

from io import BytesIO
from typing import cast

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.administration import appointing, grids, watching
from gridflow.administration.appointing import vacant_units
from gridflow.administration.errors import CountRefused
from gridflow.administration.load import DAYS, load_report
from gridflow.cases.grid_boards import Public, ask_for_board, public_grid
from gridflow.cases.office import Office
from gridflow.catalogue import City
from gridflow.db import db, writing
from gridflow.people.access import access, public
from gridflow.people.appointments import card as card_of
from gridflow.people.errors import AppointmentRefused
from gridflow.people.permissions import Permission
from gridflow.registers.grids.counting import waiting
from gridflow.registers.models import Grid
from gridflow.web.units import contact_kinds

blueprint = Blueprint("grids", __name__, url_prefix="/grids")
open_pages = Blueprint("public_grids", __name__, url_prefix="/public")
sees = access(Permission.GRID_VIEW)
appoints = access(Permission.POST_APPOINT)
Page = str | tuple[str, int] | Response


@blueprint.get("")
@sees
def index() -> str:
    """Show the grids of a village, or the places below a unit."""
    view = grids.place(db.session(), g.viewer, _unit())
    due = len(waiting(db.session(), g.viewer.city.code, grids.begins(view.unit)))
    return render_template("pages/grids/index.html", view=view, due=due, titles=g.viewer.city.appointments)


@blueprint.get("/vacancies")
@sees
def vacancies() -> str:
    """List the grids that lack somebody."""
    view, lines = grids.vacancies(db.session(), g.viewer, _unit())
    units = vacant_units(db.session(), g.viewer, grids.begins(view.unit), grids.MOST_VACANCIES)
    return render_template(
        "pages/grids/vacancies.html", view=view, lines=lines, units=units, most=grids.MOST_VACANCIES,
        titles=g.viewer.city.appointments,
    )  # fmt: skip


@blueprint.get("/due")
@sees
def due() -> str:
    """List the grids that are due for adjustment."""
    view, lines = watching.due_grids(db.session(), _office(), g.viewer, _unit())
    return render_template("pages/grids/due.html", view=view, lines=lines)


@blueprint.get("/load")
@sees
def load() -> str:
    """Show how much falls to each worker of the grids."""
    return render_template("pages/grids/load.html", report=load_report(db.session(), g.viewer, _unit()), days=DAYS)


@blueprint.get("/<code>")
@sees
def show(code: str) -> str:
    """Show a grid with its past, its people and its vacancies."""
    return _show(code)


@blueprint.post("/<code>/board")
@appoints
def board(code: str) -> Response:
    """Have the public board of a grid set anew."""
    grids.grid_view(db.session(), g.viewer, code)
    with writing() as session:
        ask_for_board(session, g.viewer.city.code, code)
    flash(_("正在后台制作公示牌，一分钟内可以在公开页面下载。"), "done")
    return redirect(url_for("grids.show", code=code))


@blueprint.post("/<code>/figures")
@appoints
def count(code: str) -> Page:
    """Register how many live and work in a grid now; one that is due for adjustment is listed and told at once."""
    asked = {name: request.form.get(name, "").strip()[:121] for name in watching.FIELDS}
    try:
        with writing() as session:
            found = watching.count(session, _office(), g.viewer, code, asked)
    except CountRefused as refused:
        return _show(code, asked, refused.message), 422
    flash(_("已登记；户数变化较大，已列入待调整并通知镇街和区县。") if found else _("已登记。"), "done")
    return redirect(url_for("grids.show", code=code))


@blueprint.post("/<code>/staff")
@appoints
def appoint(code: str) -> Page:
    """Appoint somebody for a grid."""
    asked = {name: request.form.get(name, "").strip()[:120] for name in appointing.FIELDS}
    try:
        with writing() as session:
            appointing.appoint_to(session, g.viewer, code, asked)
    except AppointmentRefused as refused:
        return _show(code, asked, refused.message), 422
    flash(_("已任用；公示牌请重新制作。"), "done")
    return redirect(url_for("grids.show", code=code))


@blueprint.post("/<code>/staff/<post_id>/<any(end, card):what>")
@appoints
def change_post(code: str, post_id: str, what: str) -> Response:
    """End a post today, or issue a card for it."""
    with writing() as session:
        if what == "end":
            appointing.end(session, g.viewer, code, post_id)
        else:
            appointing.give_card(session, g.viewer, code, post_id)
    flash(_("已结束岗位，工作证同时作废。") if what == "end" else _("已制发工作证。"), "done")
    return redirect(url_for("grids.show", code=code))


# ------------------------------------------------------------ for everybody


@open_pages.get("/grids/<code>")
@public
def show_public(code: str) -> str:
    """Show what is public of a grid."""
    city, found = _public(code)
    return render_template("pages/grids/public.html", city=city, grid=found, kinds=contact_kinds())


@open_pages.get("/grids/<code>.pdf")
@public
def public_board(code: str) -> Response:
    """Hand out the board of a grid with the cards of its staff, as PDF."""
    _public(code)
    sha256 = db.session.get_one(Grid, code).board or abort(404)
    return send_file(BytesIO(_office().blobs.get(sha256)), mimetype="application/pdf", download_name=f"{code}.pdf")


@open_pages.get("/cards/<number>")
@public
def card(number: str) -> str:
    """Say whether a work card is good, of which post and grid; no phone. Source: N15-2, domain 4.3."""
    found = card_of(db.session(), number) or abort(404)
    issued, post, user, unit = found
    city = _office().cities[issued.city]
    rule = city.appointments.get(post.role)
    good = issued.ended_on is None and issued.expires_on >= clock.today() and user.active
    name = user.name if rule and rule.published else user.name[:1] + "*" * (len(user.name) - 1)
    grid = db.session.get(Grid, post.grid_code) if post.grid_code else None
    return render_template(
        "pages/grids/card.html", card=issued, good=good, title=rule.title if rule else post.role, name=name,
        unit=unit.name, grid=grid.name if grid else "", city=city,
    )  # fmt: skip


def _public(code: str) -> tuple[City, Public]:
    """Return a lasting grid of any city: its code says which."""
    grid = db.session.get(Grid, code[:20])
    city = _office().cities.get(grid.city) if grid else None
    found = public_grid(db.session(), city, code) if city else None
    if city is None or found is None:
        abort(404)
    return city, found


def _show(code: str, asked: dict[str, str] | None = None, problem: str = "") -> str:
    view = grids.grid_view(db.session(), g.viewer, code)
    choices = appointing.choices(db.session(), g.viewer, code) if view.may_appoint and _may_appoint() else None
    return render_template(
        "pages/grids/show.html", view=view, choices=choices, asked=asked or {}, problem=problem,
        titles=g.viewer.city.appointments,
    )  # fmt: skip


def _may_appoint() -> bool:
    return bool(g.viewer.may(Permission.POST_APPOINT))


def _unit() -> str:
    return request.args.get("unit", "")[:20]


def _office() -> Office:
    return cast(Office, current_app.extensions["gridflow"])
