"""The names a document template may use; a test holds them to what the papers of a case print."""

from collections.abc import Mapping

PRINTED: Mapping[str, frozenset[str]] = {
    "city": frozenset({"code", "name", "law_title", "organ", "office", "staff", "switches"}),
    "case": frozenset(
        {
            "number", "query_code", "title", "state", "opened_at", "closed_at", "grid_code", "grid_name", "village",
            "town", "county", "level", "urgency", "category", "matter_code", "matter_name", "place", "description",
            "channel", "reporter",
        }
    ),
    "document": frozenset({"kind", "number", "title", "unit", "issued_at", "issued_by"}),
    **dict.fromkeys(
        ("values", "steps", "limits", "units", "articles", "bases", "attachments", "people", "reminders", "missing"),
        frozenset(),
    ),
}  # fmt: skip
"""What a template of a document may name, each with its entries; none where they differ from case to case."""
ROWS: Mapping[str, frozenset[str]] = {
    "steps": frozenset({"element", "name", "actor", "at", "role", "unit", "values", "articles"}),
    "limits": frozenset({"name", "label", "start", "due", "first_due", "amount", "unit", "basis", "state"}),
    "attachments": frozenset({"name", "size", "sha256", "media_type", "step", "by", "at", "destroyed"}),
}
"""The entries of a row of each list a template may go through."""
