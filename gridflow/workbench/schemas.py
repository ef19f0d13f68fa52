"""What the editors in the browser send."""

from marshmallow import Schema, fields

from gridflow.workbench.files import MOST_BYTES

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
