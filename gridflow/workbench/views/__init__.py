"""The pages of process owners who change a procedure."""

from gridflow.workbench.views import (
    comparison,
    diagram,
    exchange,
    files,
    form,
    history,
    insight,
    knowledge,
    library,
    new_files,
    proving,
    publication,
    revisions,
    template,
    trials,
    updates,
)
from gridflow.workbench.views.place import blueprint

__all__ = [
    "blueprint",
    "comparison",
    "diagram",
    "exchange",
    "files",
    "form",
    "history",
    "insight",
    "knowledge",
    "library",
    "new_files",
    "proving",
    "publication",
    "revisions",
    "template",
    "trials",
    "updates",
]
