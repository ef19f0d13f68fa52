"""Prove a revision: run its worked examples, and cases of the past; read and change the examples."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for

from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.workbench.errors import ExampleUnknown, TrialRefused
from gridflow.workbench.models import Revision
from gridflow.workbench.trying import examples, proving, replays
from gridflow.workbench.trying.telling import telling
from gridflow.workbench.views.place import (
    Page,
    blueprint,
    changing,
    draws,
    office,
    reads,
    revision_called,
    view_of,
)
from gridflow.workbench.views.refusals import again, tab_again

TAB = "trial"


def _example(revision: Revision, path: str) -> examples.Example:
    every = examples.examples_of(db.session(), office(), revision)
    found = next((one for one in every if one.path == path), None)
    if found is None:
        raise ExampleUnknown
    return found


def _typed() -> str:
    return request.form.get("text", "").replace("\r\n", "\n")


def _example_page(problem: str, revision_id: str, tried: Sequence[str] | None = None) -> str:
    """Return the page of an example; `tried` is what differed when it was carried out just now."""
    revision, path = revision_called(revision_id), request.values.get("path", "")
    found, run = _example(revision, path), proving.progress(db.session(), office(), revision, proving.EXAMPLES)
    last = next((each["differences"] for each in run.run.results if each["of"] == path), None) if run else None
    view, text = view_of(revision), _typed() if request.form else found.content.decode()
    return render_template(
        "pages/workbench/example.html",
        view=view,
        example=found,
        text=text,
        told=telling(office(), view.bundle, text.encode()),
        tried=tried,
        last=last,
        current=run.current if run else False,
        problem=problem,
    )


@blueprint.post("/revisions/<revision_id>/proving/<any(examples, history):kind>")
@draws
@tab_again(TAB)
def prove(revision_id: str, kind: str) -> Page:
    """Begin to run the worked examples, or cases of the past."""
    with changing(revision_id) as (session, revision):
        if kind == proving.EXAMPLES:
            proving.begin_examples(session, office(), g.viewer, revision)
        else:
            replays.begin_history(session, office(), g.viewer, revision, replays.period_of(request.form))
    return redirect(url_for("workbench.show", revision_id=revision_id, tab=TAB, _anchor=kind))


@blueprint.post("/revisions/<revision_id>/proving/<any(examples, history):kind>/cancel")
@draws
def cancel_proving(revision_id: str, kind: str) -> Page:
    """Call a run off."""
    with changing(revision_id) as (session, revision):
        proving.cancel(session, revision, kind)
    return redirect(url_for("workbench.show", revision_id=revision_id, tab=TAB, _anchor=kind))


@blueprint.get("/revisions/<revision_id>/example")
@reads
def example(revision_id: str) -> str:
    """Show a worked example as text."""
    return _example_page("", revision_id)


@blueprint.post("/revisions/<revision_id>/example")
@draws
@again(_example_page)
def save_example(revision_id: str) -> Page:
    """Carry out a worked example as it is written, save it, take it out, or have it expect what happens now."""
    revision, path = revision_called(revision_id), request.form.get("path", "")
    known = _example(revision, path)
    if request.form.get("seen") != known.mark:
        raise TrialRefused(_("别人刚改过这个案例，没有保存。请另开窗口对照，再把改动写进来。"))
    if request.form.get("do") == "run":
        bundle = view_of(revision).bundle
        return _example_page("", revision_id, proving.differences(db.session(), office(), bundle, path, _typed()))
    content = _content(revision, known)
    with changing(revision_id) as (session, revision):
        examples.save_example(session, g.viewer, revision, path, content)
    if content is None:
        flash(_("已从这份修改稿去掉这个案例；批准发布后不再要求它。"), "done")
        return redirect(url_for("workbench.show", revision_id=revision_id, tab=TAB, _anchor="examples"))
    flash(_("案例已保存。请重跑全部案例。"), "done")
    return redirect(url_for("workbench.example", revision_id=revision_id, path=path))


def _content(revision: Revision, known: examples.Example) -> bytes | None:
    """Return what an example becomes: the text as written, nothing, or what expects what happens now."""
    match request.form.get("do"):
        case "remove":
            return None
        case "accept":
            return proving.accepted(db.session(), office(), revision, known.path, _typed())
    return _typed().encode()
