"""Addresses are remembered: each stays what Flask itself would make of it."""

from typing import Any

import pytest
from flask import Flask

from gridflow.db import new_id

ONE, OTHER = new_id(), new_id()


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("inbox.task", {"work_item_id": ONE}),
        ("inbox.task", {"work_item_id": OTHER, "box": "unit", "search": "a&b 路灯"}),
        ("inbox.offer", {"work_item_id": ONE, "offer_id": OTHER}),
        ("inbox.offer", {"work_item_id": ONE, "offer_id": ONE}),
        ("inbox.show", {"task": ONE, "box": None, "page": 2}),
        ("inbox.show", {"search": [ONE, OTHER]}),
        ("cases.show", {"case_id": ONE, "tab": "data", "_anchor": "abcdefghij0123456789", "_external": True}),
        ("cases.file", {"case_id": ONE, "file_id": "../etc/passwd", "small": 1}),
    ],
)
@pytest.mark.parametrize("root", ["", "/under/here"])
def test_an_address_is_what_flask_makes_of_it(app: Flask, endpoint: str, values: dict[str, Any], root: str) -> None:
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
        plain = Flask.url_for(app, endpoint, **values)
        first = app.url_for(endpoint, **values)

        assert [first, app.url_for(endpoint, **values)] == [plain, plain]
