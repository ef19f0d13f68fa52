"""The pages of process owners who change a procedure."""

from gridflow.workbench.views import comparison, files, knowledge, publication, revisions
from gridflow.workbench.views.place import blueprint

__all__ = ["blueprint", "comparison", "files", "knowledge", "publication", "revisions"]
