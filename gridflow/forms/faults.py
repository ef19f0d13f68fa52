"""Everything wrong with a form at once, each thing at its place: for whoever designs it."""

from collections.abc import Iterator, Mapping
from typing import Any

from gridflow.forms.errors import FormRefused
from gridflow.forms.reading import read_component, read_components, read_json

WHOLE = ""
"""The place of what concerns the form as a whole."""


def faults(content: bytes) -> Mapping[str, FormRefused]:
    """Return what is refused of a form, at most one thing a component, by its place: `2`, or `2.0` within a group."""
    try:
        read_components(content)
    except FormRefused as refused:
        components = _components(content)
        alone = dict(_alone(components))
        return alone or {_place_of(components, refused.field): refused}
    return {}


def _components(content: bytes) -> list[dict[str, Any]]:
    try:
        found = read_json(content).get("components")
    except FormRefused:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _alone(components: list[dict[str, Any]]) -> Iterator[tuple[str, FormRefused]]:
    for number, table in enumerate(components):
        yield from _refused(table, str(number), (), in_list=False)


def _refused(
    table: dict[str, Any], place: str, basis: tuple[str, ...], *, in_list: bool
) -> Iterator[tuple[str, FormRefused]]:
    """Yield what is wrong within a component, else with itself."""
    below: list[tuple[str, FormRefused]] = []
    for number, inner in enumerate(_inner(table)):
        below += _refused(inner, f"{place}.{number}", _basis(table) or basis, in_list=table["type"] == "dynamiclist")
    yield from below
    if below:
        return
    try:
        read_component(table, basis, in_list=in_list)
    except FormRefused as refused:
        yield place, refused


def _inner(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    inner = table.get("components") if table.get("type") in ("group", "dynamiclist") else None
    return inner if isinstance(inner, list) and all(isinstance(one, dict) for one in inner) else []


def _basis(table: Mapping[str, Any]) -> tuple[str, ...]:
    properties = table.get("properties")
    return tuple(str(properties.get("basis", "")).split()) if isinstance(properties, dict) else ()


def _place_of(components: list[dict[str, Any]], name: str | None) -> str:
    """Return the place of the last component that goes by a name; what contradicts another one stands below it."""
    found = WHOLE
    for place, table in _every(components, WHOLE):
        if name and name in (table.get("key"), table.get("path"), table.get("label")):
            found = place
    return found


def _every(components: list[dict[str, Any]], above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, table in enumerate(components):
        yield f"{above}{number}", table
        yield from _every(_inner(table), f"{above}{number}.")
