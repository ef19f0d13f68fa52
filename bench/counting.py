"""Count what a request asks of the database."""

from typing import Any

from flask import Flask, Response, g, has_request_context
from sqlalchemy import Connection, Engine, event

STATEMENTS, COMMITS = "X-Statements", "X-Commits"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")
WRITES = ("INSERT", "UPDATE", "DELETE")


def install(app: Flask) -> None:
    """Tell in headers of every answer how many statements it took, and how many commits of something written."""
    event.listen(Engine, "before_cursor_execute", _statement)
    event.listen(Engine, "commit", _commit)
    app.after_request(_tell)


def _statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if has_request_context() and not statement.startswith(CONTROL):
        g.statements = g.get("statements", 0) + 1
        g.wrote = g.get("wrote", False) or statement.startswith(WRITES)


def _commit(_connection: Connection) -> None:
    if has_request_context() and g.get("wrote"):
        g.commits, g.wrote = g.get("commits", 0) + 1, False


def _tell(response: Response) -> Response:
    response.headers[STATEMENTS], response.headers[COMMITS] = str(g.get("statements", 0)), str(g.get("commits", 0))
    return response
