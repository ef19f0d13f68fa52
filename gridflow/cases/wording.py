"""Filled fields in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gridflow.formats import china_time
from gridflow.forms import Field

EMPTY = "（未填）"


def in_words(field: Field, value: Any) -> str:
    """Return a stored value of a field as people read it: chosen options by label, instants in China time."""
    if value is None or value == "" or value == []:
        return EMPTY
    if field.kind == "dynamiclist":
        return "；".join(_row(field, row) for row in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(_chosen(field, str(item)) for item in value)
    if field.kind == "datetime" and field.subtype == "datetime":
        return china_time(datetime.fromisoformat(value) if isinstance(value, str) else value)
    return _chosen(field, str(value)) + field.unit


def merged_rows(parts: Sequence[Any]) -> list[dict[str, Any]]:
    """Join the columns of a list of rows that are kept apart because their classes differ."""
    lists = [part for part in parts if isinstance(part, list)]
    return [{key: item for row in rows for key, item in row.items()} for rows in zip(*lists, strict=False)]


def _row(field: Field, row: Mapping[str, Any]) -> str:
    columns = {column.key: column for column in field.components}
    return "，".join(
        f"{columns[key].label} {in_words(columns[key], part)}" for key, part in row.items() if key in columns
    )


def _chosen(field: Field, value: str) -> str:
    return next((option.label for option in field.options if option.value == value), value)
