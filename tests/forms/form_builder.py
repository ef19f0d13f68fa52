"""Small forms written inline, and what a browser posts to them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from gridflow.feel import Functions
from gridflow.forms import FieldView, Form, FormInvalid, Option, Submission, Upload

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
FUNCTIONS = Functions(now=lambda: NOW)
YES_NO = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]


def component(kind: str, key: str, **more: object) -> dict[str, object]:
    made: dict[str, object] = {"type": kind, "key": key, "label": f"栏 {key}", "properties": {"basis": "N18-2"}, **more}
    if kind in ("select", "radio", "checklist", "taglist") and "valuesKey" not in more:
        made.setdefault("values", YES_NO)
    return made


def rows(path: str, *components: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"type": "dynamiclist", "path": path, "label": "各行", "components": list(components), **more}


def form(*components: Mapping[str, object]) -> Form:
    return Form.read(json.dumps({"type": "default", "components": list(components)}).encode())


def load(
    form: Form,
    values: Mapping[str, str | list[str]],
    files: Mapping[str, list[Upload]] | None = None,
    options: Mapping[str, Sequence[Option]] | None = None,
    **scope: object,
) -> Submission:
    posted = {name: [value] if isinstance(value, str) else value for name, value in values.items()}
    return form.load(posted, files or {}, options or {}, scope, FUNCTIONS)


def refused(form: Form, values: Mapping[str, str | list[str]], **more: object) -> Mapping[str, list[str]]:
    """Load and return the messages; fail when everything is accepted."""
    try:
        load(form, values, **more)
    except FormInvalid as invalid:
        return invalid.errors
    raise AssertionError("the form accepted what it should refuse")


def view(form: Form, values: Mapping[str, object] | None = None, **scope: object) -> dict[str, FieldView]:
    return {it.key or it.kind: it for it in form.view(values, {}, {}, scope, FUNCTIONS)}
