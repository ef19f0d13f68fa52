"""What the editors in the browser send."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from gridflow.workbench.expressions import KINDS
from gridflow.workbench.files import MOST_BYTES

LONGEST = 20_000
"""Characters of an expression; the language itself takes fewer and says so."""

EDITED = Schema.from_dict(
    {
        "path": fields.String(required=True),
        "text": fields.String(required=True, validate=lambda text: len(text) <= MOST_BYTES),
        "seen": fields.String(required=True),
        "draft": fields.Boolean(load_default=False),
    },
    name="Edited",
)()
"""A file as an editor holds it: `seen` is the mark of what it was written from, `draft` says its author goes on."""

_TEXT = fields.String(required=True, validate=lambda text: len(text) <= MOST_BYTES)

ASKED = Schema.from_dict({"path": fields.String(required=True), "text": _TEXT}, name="Asked")()
"""A file as an editor holds it, to be looked at and not kept."""

PREVIEWED = Schema.from_dict(
    {"path": fields.String(required=True), "text": _TEXT, "case": fields.String(load_default="")}, name="Previewed"
)()
"""A document template as an editor holds it, with the number of a case to set it with; without one, examples."""

TRIED = Schema.from_dict(
    {
        "text": fields.String(required=True, validate=lambda text: len(text) <= LONGEST),
        "kind": fields.String(load_default="expression", validate=OneOf(KINDS)),
        "path": fields.String(load_default=""),
        "values": fields.Dict(keys=fields.String(), allow_none=True, load_default=None),
        "case": fields.String(load_default=""),
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
        "path": fields.String(required=True),
        "text": _TEXT,
        "decision": fields.String(load_default=""),
        "inputs": fields.Dict(keys=fields.String(), allow_none=True, load_default=None),
    },
    name="Tabled",
)()
"""A decision file as an editor holds it, and which decision of it is meant; `inputs` are tried."""

RENAMED = Schema.from_dict(
    {
        "path": fields.String(load_default=""),
        "old": fields.String(required=True),
        "new": fields.String(required=True),
        "apply": fields.Boolean(load_default=False),
    },
    name="Renamed",
)()
"""A field or variable that is to be called otherwise; without `apply` it is only told where."""
