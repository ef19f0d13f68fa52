"""The editor of document templates: the pages as they will look, and the names that may be printed."""

from dataclasses import asdict

from flask import g

from gridflow.catalogue import Bundle
from gridflow.checking.documents import document_with, in_file
from gridflow.db import db
from gridflow.documents.bounded import preview as set_pages
from gridflow.errors import GridflowError
from gridflow.workbench.editing.document_preview import printed_example, printed_of_case
from gridflow.workbench.editing.expressions import recent_cases
from gridflow.workbench.editing.printable import printable_names
from gridflow.workbench.errors import WorkbenchError
from gridflow.workbench.schemas import PREVIEWED
from gridflow.workbench.views.knowledge import bundle_called, edited, told
from gridflow.workbench.views.place import blueprint, office, reads
from gridflow.workbench.views.refusals import Row, answers, loaded


@blueprint.get("/revisions/<revision_id>/printable")
@reads
@answers
def printable(revision_id: str) -> Row:
    """List the names a template may print, and the cases it can be previewed with."""
    bundle = bundle_called(revision_id)
    cases = recent_cases(db.session(), g.viewer, bundle.slug)
    return {"groups": printable_names(bundle), "cases": cases}


@blueprint.post("/revisions/<revision_id>/preview")
@reads
@answers
def preview(revision_id: str) -> Row:
    """Set the document of a template that is being written: its pages as pictures, the PDF, the unknown names.

    Answers `problem` beside them where it could not be set; nothing is kept.
    """
    bundle = bundle_called(revision_id)
    asked = loaded(PREVIEWED)
    path = asked["path"]
    draft = edited(bundle, path, asked["text"])
    template = document_with(draft, path)
    if template is None:
        raise WorkbenchError(f"没有文书用到 {path}，不能预览。请从用到它的文书预览。")
    found = [asdict(one) for one in in_file(draft, path, told(draft))]
    return {"findings": found, **_pages(draft, template, asked["case"], frozenset(one["element"] for one in found))}


def _pages(draft: Bundle, template: str, case: str, unknown: frozenset[str]) -> Row:
    session, at = db.session(), office()
    try:
        if case:
            values = printed_of_case(session, at, g.viewer, draft, template, case)
        else:
            values = printed_example(session, at, g.viewer, draft, template)
        session.rollback()  # nothing is held while pages are set
        return asdict(set_pages(at.fonts, draft.templates, template, values, unknown))
    except GridflowError as error:
        g.refused = error
        return {"problem": error.message}
