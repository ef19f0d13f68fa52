"""The pages of whoever reports: what to report, what became of it, and what may be done beside any task."""

from gridflow.portal.views import offers, query, reports
from gridflow.portal.views.place import blueprint

__all__ = ["blueprint", "offers", "query", "reports"]
