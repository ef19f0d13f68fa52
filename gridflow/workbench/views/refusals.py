"""What becomes of a refusal: the page it was asked on again, or a problem told to an editor."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

from flask import g, make_response, request
from marshmallow import Schema, ValidationError

from gridflow.errors import GridflowError
from gridflow.formats import gettext as _
from gridflow.formats import retold
from gridflow.workbench.errors import NotOwner, RevisionUnknown, VersionUnknown, WorkbenchError
from gridflow.workbench.views.place import Page, revision_called, revision_page

P = ParamSpec("P")
WHOLE = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
"""What a part of a page that asked by itself does with another page: it takes the place of all."""
Row = dict[str, Any]
Answer = Row | tuple[Row, int]
SENTENCES = frozenset({"failed", "message", "problem", "problems", "remedy", "type", "words"})
"""What of an answer is said by the layers below, in Chinese."""


def again(page: Callable[..., str]) -> Callable[[Callable[P, Page]], Callable[P, Page]]:
    """Show a page again, with what stands in the way, where a view refuses what was asked on it.

    The page is given the problem and what the address names. What is unknown has no page to show.
    """

    def guarded(view: Callable[P, Page]) -> Callable[P, Page]:
        @wraps(view)
        def shown(*args: P.args, **named: P.kwargs) -> Page:
            try:
                return view(*args, **named)
            except (RevisionUnknown, VersionUnknown):
                raise
            except WorkbenchError as error:
                g.refused = error
                answer = make_response(page(error.message, *args, **named), 403 if isinstance(error, NotOwner) else 422)
                answer.headers.update(WHOLE)
                return answer

        return shown

    return guarded


def tab_again(tab: str) -> Callable[[Callable[P, Page]], Callable[P, Page]]:
    """Show a tab of a revision again, with what stands in the way."""

    def page(problem: str, revision_id: str, **_named: str) -> str:
        return revision_page(revision_called(revision_id), tab, problem)

    return again(page)


def answers(view: Callable[P, Row]) -> Callable[P, Answer]:
    """Answer an editor in the reader's language, with 422 and `problem` for what stands in the way of what it asked."""

    @wraps(view)
    def answered(*args: P.args, **named: P.kwargs) -> Answer:
        try:
            return {key: _readable(value, key) for key, value in view(*args, **named).items()}
        except RevisionUnknown:
            raise
        except GridflowError as error:
            g.refused = error
            return {"problem": retold(error.message)}, 422

    return answered


def _readable(answer: Any, key: str) -> Any:
    """Return a part of an answer with its sentences in the reader's language; what an expression gave stays."""
    match answer:
        case str():
            return retold(answer) if key in SENTENCES else answer
        case dict() if key != "value":
            return {inner: _readable(value, inner) for inner, value in answer.items()}
        case list() | tuple() if key != "value":
            return [_readable(value, key) for value in answer]
    return answer


def loaded(schema: Schema) -> Mapping[str, Any]:
    """Return what an editor sent; raises WorkbenchError for anything else."""
    try:
        found: Mapping[str, Any] = schema.load(request.get_json(silent=True) or {})
    except ValidationError as error:
        keys = "、".join(map(str, error.messages_dict))
        raise WorkbenchError(_("送来的内容不完整（%(keys)s）。请刷新页面后重试。", keys=keys)) from error
    return found
