"""What the editors in the browser send."""

import re

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf

from gridflow.workbench.editing.expressions import KINDS
from gridflow.workbench.revising.files import MOST_BYTES

LONGEST = 20_000
"""Characters of an expression; the language itself takes fewer and says so."""


def _plain(text: str) -> None:
    """Refuse a text that cannot be stored: half of a character, a null character, too long."""
    if len(text) > MOST_BYTES or re.search(r"[\ud800-\udfff\0]", text):
        raise ValidationError("too long, or not text")


def _said() -> fields.String:
    return fields.String(load_default="", validate=_plain)


_TEXT = fields.String(required=True, validate=_plain)

EDITED = Schema.from_dict(
    {
        "path": _TEXT,
        "text": _TEXT,
        "seen": _TEXT,
        "draft": fields.Boolean(load_default=False),
    },
    name="Edited",
)()
"""A file as an editor holds it: `seen` is the mark of what it was written from, `draft` says its author goes on."""

ASKED = Schema.from_dict({"path": _TEXT, "text": _TEXT}, name="Asked")()
"""A file as an editor holds it, to be looked at and not kept."""

PREVIEWED = Schema.from_dict({"path": _TEXT, "text": _TEXT, "case": _said()}, name="Previewed")()
"""A document template as an editor holds it, with the number of a case to set it with; without one, examples."""

TRIED = Schema.from_dict(
    {
        "text": fields.String(required=True, validate=[Length(max=LONGEST), _plain]),
        "kind": fields.String(load_default="expression", validate=OneOf(KINDS)),
        "path": _said(),
        "values": fields.Dict(keys=fields.String(), allow_none=True, load_default=None),
        "case": _said(),
        "input": fields.Raw(load_default=None, allow_none=True),
        "more": fields.List(fields.String(), load_default=list),
    },
    name="Tried",
)()
"""An expression to check and, with `values` or the number of a `case`, to try; a cell is asked about `input`.

`more` names what only the editor knows yet.
"""

TABLED = Schema.from_dict(
    {
        "path": _TEXT,
        "text": _TEXT,
        "decision": _said(),
        "inputs": fields.Dict(keys=fields.String(), allow_none=True, load_default=None),
    },
    name="Tabled",
)()
"""A decision file as an editor holds it, and which decision of it is meant; `inputs` are tried."""

RENAMED = Schema.from_dict(
    {
        "path": _said(),
        "old": _TEXT,
        "new": _TEXT,
        "apply": fields.Boolean(load_default=False),
    },
    name="Renamed",
)()
"""A field or variable that is to be called otherwise; without `apply` it is only told where."""
