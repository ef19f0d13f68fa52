"""What editors ask while somebody draws or writes: names to pick from, expressions checked and tried, findings."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import g, request

from gridflow.bpmn import Knowledge
from gridflow.catalogue import Bundle
from gridflow.checking.drafts import check_draft
from gridflow.checking.findings import broken
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.forms.variables import ANY
from gridflow.workbench.editing import expressions, knowing, limits, tables
from gridflow.workbench.editing.dictionary import Types, functions, names_at, types_at
from gridflow.workbench.editing.texts import lawful_in
from gridflow.workbench.errors import FileRefused, NotReady, WorkbenchError
from gridflow.workbench.library.neighbours import knowledge_here
from gridflow.workbench.renaming import Plan, plan
from gridflow.workbench.revising import revisions
from gridflow.workbench.revising.files import accept, is_example
from gridflow.workbench.revising.revisions import base_of, bundle_of, changed
from gridflow.workbench.schemas import ASKED, RENAMED, TABLED, TRIED
from gridflow.workbench.trying.examples import examples_of, save_example
from gridflow.workbench.views.place import blueprint, changing, draws, office, reads, revision_called
from gridflow.workbench.views.refusals import Row, answers, loaded


@blueprint.get("/revisions/<revision_id>/knowledge")
@reads
@answers
def knowledge(revision_id: str) -> Row:
    """List everything a file may point to, with titles."""
    bundle = bundle_called(revision_id)
    cases = expressions.recent_cases(db.session(), g.viewer, bundle.slug)
    return {**knowing.knowledge(bundle), "cases": cases}


@blueprint.get("/revisions/<revision_id>/limits")
@reads
@answers
def figures(revision_id: str) -> Row:
    """List the rows of the limit table in words, and which steps count by them."""
    bundle = bundle_called(revision_id)
    return {"rows": limits.figures(db.session(), bundle), "users": limits.users(bundle)}


@blueprint.get("/revisions/<revision_id>/names")
@reads
@answers
def names(revision_id: str) -> Row:
    """List the names an expression of a file may use."""
    bundle = bundle_called(revision_id)
    known = names_at(bundle, request.args.get("path", ""), told(bundle))
    return {"names": [asdict(one) for one in known], "functions": functions()}


@blueprint.post("/revisions/<revision_id>/feel")
@reads
@answers
def feel(revision_id: str) -> Row:
    """Say what is wrong with an expression and, with `values` or a `case`, what it gives."""
    bundle = bundle_called(revision_id)
    asked = loaded(TRIED)
    types = types_at(bundle, asked["path"], told(bundle))
    if types is not None:
        types = {**dict.fromkeys(asked["more"], ANY), **types}
    wrong = expressions.problems(types, asked["text"], asked["kind"])
    return {"problems": [one._asdict() for one in wrong], **_tried(bundle, types or {}, asked)}


@blueprint.post("/revisions/<revision_id>/findings")
@reads
@answers
def findings(revision_id: str) -> Row:
    """Say what the check finds in a file as it stands in an editor, before it is saved."""
    bundle = bundle_called(revision_id)
    asked = loaded(ASKED)
    return {"findings": [asdict(one) for one in _found(bundle, asked["path"], asked["text"])]}


@blueprint.post("/revisions/<revision_id>/table")
@reads
@answers
def table(revision_id: str) -> Row:
    """Check a decision as it stands in an editor, tell its gaps and overlaps and, with `inputs`, try it."""
    bundle = bundle_called(revision_id)
    asked = loaded(TABLED)
    draft = changed(bundle, {asked["path"]: asked["text"].encode()})
    one = tables.sheet(draft.files[asked["path"]], asked["decision"])
    if one is None:
        raise WorkbenchError(_("文件里没有这个决策。请刷新页面后重试。"))
    around = told(bundle)
    types = types_at(bundle, "", around)
    before = base_of(db.session(), office(), revision_called(revision_id)).files.get(asked["path"])
    found = tables.examine(one, tables.names_in(one, types, before), lawful_in(one, bundle, around))
    if asked["inputs"] is None:
        return found
    known = {**(types or {}), **tables.types_of(one)}
    ground = expressions.given(db.session(), office(), bundle, known, asked["inputs"])
    return {**found, **tables.try_inputs(one, ground.names, ground.functions)}


@blueprint.post("/revisions/<revision_id>/rename")
@draws
@answers
def rename(revision_id: str) -> Row:
    """Tell where a field or variable stands and, with `apply`, call it otherwise everywhere: all files or none."""
    bundle, asked = bundle_called(revision_id), loaded(RENAMED)
    told_by = {one.path: one.content for one in examples_of(db.session(), office(), revision_called(revision_id))}
    found = plan(bundle, told(bundle), asked["old"], asked["new"], told_by)
    places = [{"path": path, **asdict(place)} for path, place in found.places]
    saved = _rewrite(revision_id, {**bundle.files, **told_by}, found) if asked["apply"] else {}
    return {"places": places, "problems": list(found.problems), "files": sorted(found.contents), "saved": saved}


def _rewrite(revision_id: str, before: Mapping[str, bytes], found: Plan) -> dict[str, str]:
    """Save what a renaming changes, in one transaction; returns the marks by which the files are saved again."""
    with changing(revision_id) as (session, revision):
        examples = {one.path: one.content for one in examples_of(session, office(), revision)}
        for path, content in found.contents.items():
            if is_example(path):
                overtaken = examples.get(path) != before[path]
                save_example(session, g.viewer, revision, path, content)
            else:
                seen = revisions.mark(before[path])
                overtaken = revisions.save(session, office(), g.viewer, revision, path, content, seen).aside
            if overtaken:
                raise NotReady(_("别人刚保存过 %(path)s，没有改名。请再试一次。", path=path))
    return {path: revisions.mark(content) for path, content in found.contents.items()}


def bundle_called(revision_id: str) -> Bundle:
    """Return the procedure as a revision of the viewer's city has it; raises RevisionUnknown."""
    return bundle_of(db.session(), office(), revision_called(revision_id))


def told(bundle: Bundle) -> Knowledge:
    """Return what is known around a draft."""
    return knowledge_here(db.session(), office(), bundle)


def edited(bundle: Bundle, path: str, text: str) -> Bundle:
    """Return a procedure with one file as an editor holds it; raises FileRefused."""
    content = text.encode()
    accept(bundle, path, content)
    return changed(bundle, {path: content})


def _found(bundle: Bundle, path: str, text: str) -> list[Any]:
    draft = changed(bundle, {path: text.encode()})
    found = check_draft(draft, path, lambda: told(draft)) if path in bundle.files else []
    if not found:
        try:
            edited(bundle, path, text)
        except FileRefused as refused:
            return [broken(refused.message)]
    return found


def _tried(bundle: Bundle, types: Types, asked: Mapping[str, Any]) -> Row:
    """Return what an expression gives; nothing where it was only to be checked."""
    text, kind, path, session = asked["text"], asked["kind"], asked["path"], db.session()
    value = expressions.typed(asked["input"])
    if asked["case"]:
        with expressions.of_case(session, office(), g.viewer, bundle, path, asked["case"]) as ground:
            found = expressions.tried(text, kind, ground, value)
    elif asked["values"] is not None:
        ground = expressions.given(session, office(), bundle, types, asked["values"])
        found = expressions.tried(text, kind, ground, value)
    else:
        return {}
    notes = [note._asdict() for note in found.notes]
    return {"value": found.value, "type": found.type, "failed": found.failed, "notes": notes}
