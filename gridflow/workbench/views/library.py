"""The library of procedures, the page of one of them, who answers for it and when nothing may begin."""

from flask import flash, g, redirect, render_template, request, url_for

from gridflow import clock
from gridflow.db import db, writing
from gridflow.engine.errors import DefinitionUnknown
from gridflow.formats import gettext as _
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.workbench.library import freezes, owners
from gridflow.workbench.library.procedures import findings_in_force, library, past_revisions
from gridflow.workbench.publishing import publications
from gridflow.workbench.revising import revisions
from gridflow.workbench.views.place import Page, approves, blueprint, draws, office, reads
from gridflow.workbench.views.refusals import again

keeps = access(Permission.PROCEDURE_APPROVE, Permission.USER_MANAGE)
looks = access(Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE, Permission.USER_MANAGE)


def _index(problem: str = "") -> str:
    search = request.args.get("search", "").strip()[:60]
    session = db.session()
    return render_template(
        "pages/workbench/index.html",
        lines=library(session, office(), g.viewer, search),
        city_freezes=[each for each in freezes.freezes(session, g.viewer.city.code) if each.slug is None],
        may_write=g.viewer.may(Permission.PROCEDURE_DRAW),
        may_decide=g.viewer.may(Permission.PROCEDURE_APPROVE),
        asked=request.values.get("slug", ""),
        search=search,
        today=clock.today().isoformat(),
        typed=request.form,
        problem=problem,
    )


def _procedure_page(slug: str, problem: str = "") -> str:
    session = db.session()
    found = library(session, office(), g.viewer, slug=slug)
    if not found:
        raise DefinitionUnknown(slug)
    keeper = owners.may_name(g.viewer, found[0].owners)
    return render_template(
        "pages/workbench/procedure.html",
        line=found[0],
        past=past_revisions(session, g.viewer, slug),
        people=[each for each in owners.candidates(session, g.viewer) if each.id != g.viewer.user.id] if keeper else (),
        keeper=keeper,
        me=g.viewer.user.id,
        may_decide=g.viewer.may(Permission.PROCEDURE_APPROVE),
        reader=bool({Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE} & g.viewer.permissions),
        today=clock.today().isoformat(),
        typed=request.form,
        problem=problem,
    )


def _page(problem: str, slug: str | None = None, **_named: str) -> str:
    """Return the page somebody came from."""
    slug = slug or request.form.get("slug", "")
    return _procedure_page(slug, problem) if slug else _index(problem)


@blueprint.get("")
@reads
def index() -> str:
    """List the procedures of the city with what is being changed in them."""
    return _index()


@blueprint.post("/begin")
@draws
@again(_page)
def begin() -> Page:
    """Begin a revision."""
    with writing() as session:
        begun = revisions.begin(session, g.viewer, request.form.get("slug", ""), request.form.get("title", ""))
    return redirect(url_for("workbench.show", revision_id=begun.id))


@blueprint.get("/procedures/<slug>")
@looks
def procedure(slug: str) -> str:
    """Show who changes what in a procedure, who answers for it, and when nothing may begin."""
    return _procedure_page(slug)


@blueprint.get("/procedures/<slug>/findings")
@reads
def in_force_findings(slug: str) -> str:
    """Say how much the check finds in the version in force: a part of the library, fetched once it stands."""
    found = findings_in_force(db.session(), office(), g.viewer, slug)
    layout = "layouts/part.html" if request.headers.get("HX-Request") else "layouts/page.html"
    return render_template("pages/workbench/findings.html", found=found, slug=slug, layout=layout)


@blueprint.post("/procedures/<slug>/owners")
@keeps
@again(_page)
def name_owner(slug: str) -> Page:
    """Name an owner or a deputy."""
    given = request.form
    with writing() as session:
        owners.name_owner(
            session, g.viewer, slug, given.get("user", ""), given.get("since", ""), given.get("until", ""),
            deputy=given.get("deputy") == "yes",
        )  # fmt: skip
    flash(_("已登记。只有负责人和代理人可以起草、修改、送审这个流程。"), "done")
    return redirect(url_for("workbench.procedure", slug=slug))


@blueprint.post("/procedures/<slug>/owners/<owner_id>/end")
@keeps
@again(_page)
def end_owner(slug: str, owner_id: str) -> Page:
    """Let somebody answer for a procedure no longer."""
    with writing() as session:
        name = owners.end_owner(session, g.viewer, slug, owner_id)
    flash(_("已结束%(name)s的职责，从今天起不再负责这个流程。", name=name), "done")
    return redirect(url_for("workbench.procedure", slug=slug))


@blueprint.post("/freezes")
@approves
@again(_page)
def freeze() -> Page:
    """Let nothing new of a procedure, or of the whole city, begin for some days."""
    with writing() as session:
        freezes.set_freeze(session, g.viewer, request.form)
    flash(_("已设定冻结期。期间不启用新版，紧急恢复旧版仍可办理。"), "done")
    return redirect(_back())


@blueprint.post("/freezes/<freeze_id>/lift")
@approves
@again(_page)
def lift(freeze_id: str) -> Page:
    """End a freeze before its last day."""
    with writing() as session:
        row = freezes.lift(session, g.viewer, freeze_id)
        publications.look_again(session, row.city, row.slug)
    flash(_("已提前结束冻结期。已批准的修改稿到生效日即启用。"), "done")
    return redirect(_back())


def _back() -> str:
    slug = request.form.get("slug", "")
    return url_for("workbench.procedure", slug=slug) if slug else url_for("workbench.index")
