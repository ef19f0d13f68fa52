"""Read the name of a type: `number`, `list<string>`, `context<a: date>`, a type of the file."""

from gridflow.feel.cursor import Cursor
from gridflow.feel.types import ANY, Type, named


def type_name(cursor: Cursor) -> Type:
    """Read one type."""
    token = cursor.now
    cursor.deeper()
    found = _type(cursor)
    cursor.back()
    if found is None:
        raise cursor.error("没有这个类型", token)
    return found


def _type(cursor: Cursor) -> Type | None:
    if cursor.is_at("function"):
        cursor.take()
        return _function(cursor)
    name = cursor.name()
    if name in ("list", "range"):
        return Type(name, of=_one(cursor)) if cursor.accept("<") else Type(name)
    if name == "context":
        return Type(name, entries=_entries(cursor)) if cursor.accept("<") else Type(name)
    return cursor.types.get(name) or named(name)


def _one(cursor: Cursor) -> Type:
    inner = type_name(cursor)
    cursor.expect(">")
    return inner


def _entries(cursor: Cursor) -> tuple[tuple[str, Type], ...]:
    entries: list[tuple[str, Type]] = []
    while not cursor.is_at(">"):
        name = cursor.name_until(":")
        cursor.expect(":")
        entries.append((name, type_name(cursor)))
        if not cursor.accept(","):
            break
    cursor.expect(">")
    return tuple(entries)


def _function(cursor: Cursor) -> Type:
    if not cursor.accept("<"):
        return Type("function", parameters=-1)
    count = 0
    while not cursor.is_at(">"):
        type_name(cursor)
        count += 1
        if not cursor.accept(","):
            break
    cursor.expect(">")
    cursor.expect("->")
    return Type("function", of=type_name(cursor) or ANY, parameters=count)
