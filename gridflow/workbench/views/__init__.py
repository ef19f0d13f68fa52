"""The pages of process owners who change a procedure."""

from gridflow.workbench.views import files, knowledge, publication, revisions
from gridflow.workbench.views.place import blueprint

__all__ = ["blueprint", "files", "knowledge", "publication", "revisions"]
