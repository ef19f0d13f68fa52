"""The pages of the matter list and of the normative documents."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.application import office
from gridflow.cases.service import start_form
from gridflow.db import db, writing
from gridflow.formats import gettext as _
from gridflow.forms.files import Upload, judged
from gridflow.inspection.matters import MatterPage, list_page, matter_page
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.portal.queries import startable
from gridflow.registers.matters.service import answer_guidance, ask_guidance
from gridflow.registers.norms.errors import NormRefused
from gridflow.registers.norms.models import Norm
from gridflow.registers.norms.queries import in_force, norm, norms
from gridflow.registers.norms.service import KINDS, add_norm, day_of, end_norm

blueprint = Blueprint("matters", __name__, url_prefix="/registers/matters")
library = Blueprint("norms", __name__, url_prefix="/registers/norms")

OWN_LIST = "own_matters"
"""The source of options by which a start form shows that it is about a matter of one's own list."""
ASKING = frozenset({"part_time_worker", "field_worker", "grid_head", "instructor", "village", "town"})
ACCEPTED = ("pdf", "ofd")

FAILURES: Mapping[str, Callable[[], str]] = {
    "no_contact": lambda: _("没有指定联系人"),
    "no_guidance": lambda: _("三次以上请求指导没有答复"),
    "overdue": lambda: _("逾期率超过百分之二十"),
    "no_support": lambda: _("没有提供技术、经费支持"),
    "off_list": lambda: _("一年内三次以上要求办清单外的事"),
}
TERMS: Mapping[str, Callable[[], str]] = {
    "permanent": lambda: _("长期"),
    "trial": lambda: _("试行"),
    "temporary": lambda: _("临时"),
}
CHANGES: Mapping[str, Callable[[], str]] = {
    "admit": lambda: _("纳入"),
    "adjust": lambda: _("调整"),
    "renew": lambda: _("延期"),
    "exit": lambda: _("退出"),
}
NORM_KINDS: Mapping[str, Callable[[], str]] = {
    "division": lambda: _("网格划分办法"),
    "staffing": lambda: _("人员配备办法"),
    "listing": lambda: _("清单准入退出办法"),
    "duties": lambda: _("岗位职责和工作规范"),
    "other": lambda: _("其他文件"),
}


# ------------------------------------------------------------ the list


@blueprint.get("")
@access()
def index() -> str:
    """Show the matters listed in the viewer's place; whoever is signed in may look."""
    search, everything = request.args.get("search", "").strip()[:60], request.args.get("all") == "1"
    found = list_page(db.session(), g.viewer, search, everything=everything)
    return render_template(
        "pages/matters/index.html", found=found, search=search, everything=everything, staff=_staff(),
        terms=TERMS, changes=CHANGES, starts=_starts(),
    )  # fmt: skip


@blueprint.get("/<code>")
@access()
def show(code: str) -> str:
    """Show one matter: what grid staff do and do not do, its history, its duty sheet, and how the unit does."""
    found = matter_page(db.session(), g.viewer, code[:16])
    return render_template(
        "pages/matters/show.html", found=found, staff=_staff(), terms=TERMS, changes=CHANGES, failures=FAILURES,
        starts=_starts(), may_ask=bool(g.viewer.roles & ASKING) and found.line.listed, may_answer=_answers(found),
    )  # fmt: skip


@blueprint.post("/<code>/guidance")
@access(Permission.TASK_COMPLETE)
def ask(code: str) -> Response:
    """Ask the unit of a matter for guidance."""
    found = matter_page(db.session(), g.viewer, code[:16])
    if g.viewer.roles & ASKING and found.unit_code:
        with writing() as session:
            ask_guidance(
                session, g.viewer.city.code, found.line.matter.code, found.unit_code, g.viewer.user.id, clock.now()
            )
        flash(_("已请求指导，单位答复前一直计在这里。"), "done")
    return redirect(url_for("matters.show", code=found.line.matter.code))


@blueprint.post("/<code>/answered")
@access(Permission.TASK_COMPLETE)
def answered(code: str) -> Response:
    """Note that the unit has answered the open requests."""
    found = matter_page(db.session(), g.viewer, code[:16])
    if _answers(found) and found.unit_code:
        with writing() as session:
            answer_guidance(
                session, g.viewer.city.code, found.line.matter.code, found.unit_code, g.viewer.user.id, clock.now()
            )
        flash(_("已记为答复。"), "done")
    return redirect(url_for("matters.show", code=found.line.matter.code))


def _answers(found: MatterPage) -> bool:
    return any(unit.code == found.unit_code for unit in g.viewer.units.values())


def _staff() -> bool:
    return bool(g.viewer.may(Permission.GRID_VIEW))


def _starts() -> Sequence[tuple[str, str]]:
    """Return the procedures the viewer may open about a matter of the own list: slug and title."""
    if not g.viewer.may(Permission.CASE_OPEN) or not _staff():
        return ()
    session, the_office = db.session(), office()
    return [
        (each.slug, each.title)
        for each in startable(session, the_office, g.viewer)
        if any(field.source == OWN_LIST for field in start_form(session, the_office, g.viewer, each.slug).form.fields)
    ]


# ------------------------------------------------------------ the library


@library.get("")
@access()
def show_norms() -> str:
    """List the normative documents of the city."""
    search = request.args.get("search", "").strip()[:60]
    found = norms(db.session(), g.viewer.city.code, search)
    return _norms_page(found, search)


@library.post("")
@access(Permission.GRID_MANAGE)
def add() -> Response | tuple[str, int]:
    """Add a document with its file."""
    try:
        with writing() as session:
            add_norm(session, _norm())
    except (NormRefused, ValueError) as refused:
        message = refused.message if isinstance(refused, NormRefused) else str(refused)
        return _norms_page(norms(db.session(), g.viewer.city.code), "", message), 422
    flash(_("已存入规范文件库。"), "done")
    return redirect(url_for("norms.show_norms"))


@library.post("/<norm_id>/end")
@access(Permission.GRID_MANAGE)
def end(norm_id: str) -> Response | tuple[str, int]:
    """Note that a document no longer applies."""
    try:
        with writing() as session:
            end_norm(session, g.viewer.city.code, norm_id, day_of(request.form.get("ended_on", "")))
    except NormRefused as refused:
        return _norms_page(norms(db.session(), g.viewer.city.code), "", refused.message), 422
    return redirect(url_for("norms.show_norms"))


@library.get("/<norm_id>/file")
@access()
def file(norm_id: str) -> Response:
    """Hand out the file of a document."""
    row = norm(db.session(), g.viewer.city.code, norm_id)
    content = current_app.extensions["gridflow"].blobs.get(row.sha256)
    return send_file(BytesIO(content), mimetype=row.media_type, download_name=row.file_name, as_attachment=True)


def _norm() -> Norm:
    """Read what was sent; raises NormRefused, or ValueError for a file that cannot be taken."""
    text = {name: request.form.get(name, "").strip() for name in ("title", "number", "kind", "issuer")}
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise NormRefused("请选择文件（PDF 或 OFD）。")
    upload = judged(Upload(sent.filename, sent.read()), ACCEPTED)
    return Norm(
        **text, city=g.viewer.city.code, issued_on=day_of(request.form.get("issued_on", "")),
        effective_on=day_of(request.form.get("effective_on", "")), sha256=office().blobs.put(upload.content),
        file_name=upload.name, media_type=upload.mime, size=len(upload.content), added_by=g.viewer.user.id,
        added_at=clock.now(),
    )  # fmt: skip


def _norms_page(found: Sequence[Norm], search: str, refused: str = "") -> str:
    today = clock.today()
    return render_template(
        "pages/matters/norms.html", found=[(row, in_force(row, today)) for row in found], search=search,
        kinds=[(code, NORM_KINDS[code]()) for code in KINDS], kind_names=NORM_KINDS, refused=refused,
        may_add=g.viewer.may(Permission.GRID_MANAGE), typed=request.form if refused else {},
    )  # fmt: skip
