"""Values and a template become a numbered document in PDF; a finished case becomes one sealed file.

Nothing here loads the typesetter until a document is really set, so web processes stay small.
"""

from gridflow.documents.errors import (
    DocumentError,
    DocumentNotFound,
    FontsMissing,
    NumberPatternInvalid,
    TemplateBroken,
)
from gridflow.documents.rendering import render

__all__ = ["DocumentError", "DocumentNotFound", "FontsMissing", "NumberPatternInvalid", "TemplateBroken", "render"]
