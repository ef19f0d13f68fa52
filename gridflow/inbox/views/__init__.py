"""The pages of whoever has tasks: the inbox, a task, what may be asked for beside it."""

from gridflow.inbox.views import boxes, offers, tasks
from gridflow.inbox.views.place import blueprint

__all__ = ["blueprint", "boxes", "offers", "tasks"]
