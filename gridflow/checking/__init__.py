"""Check procedures as a whole: diagrams against forms, roles, articles, decisions, documents and one another.

The same code serves `gridflow procedures check` and publication.
"""

from gridflow.checking.bundles import check_all, check_bundle
from gridflow.checking.files import check_file
from gridflow.checking.findings import Found

__all__ = ["Found", "check_all", "check_bundle", "check_file"]
