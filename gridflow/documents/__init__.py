"""Values and a template become a numbered document in PDF; a finished case becomes one sealed file.

Nothing here loads the typesetter until a document is really set, so web processes stay small.
"""

from gridflow.documents.dossier import Part, build_dossier
from gridflow.documents.errors import (
    DocumentError,
    DocumentNotFound,
    FontsMissing,
    NumberPatternInvalid,
    TemplateBroken,
)
from gridflow.documents.fonts import install as install_fonts
from gridflow.documents.queries import document_of, documents_of_case
from gridflow.documents.rendering import render
from gridflow.documents.service import Issue, attach_rendering, freeze, issue, note_failure, void
from gridflow.documents.templating import check as check_template

__all__ = [
    "DocumentError",
    "DocumentNotFound",
    "FontsMissing",
    "Issue",
    "NumberPatternInvalid",
    "Part",
    "TemplateBroken",
    "attach_rendering",
    "build_dossier",
    "check_template",
    "document_of",
    "documents_of_case",
    "freeze",
    "install_fonts",
    "issue",
    "note_failure",
    "render",
    "void",
]
