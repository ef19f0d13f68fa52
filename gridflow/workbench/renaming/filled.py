"""Rename the key of a field in a form, and in the templates of documents that print it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from jinja2 import nodes

from gridflow.documents.templating import environment
from gridflow.feel.renaming import Renaming
from gridflow.workbench.renaming.places import Pen, Place, Rewritten

_FORMULAS = (
    ("conditional", "hide", "隐藏条件"), ("properties", "earliest", "最早"), ("properties", "latest", "最晚"),
    ("properties", "least", "最小"), ("properties", "most", "最大"), ("properties", "only", "只列"),
    ("properties", "except", "除去"),
)  # fmt: skip
_TAGS = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_VALUES = "values"
"""What templates call everything filled in."""


def in_form(content: bytes, renaming: Renaming, key: Renaming) -> Rewritten:
    """Return a form with the key of a field renamed, and in its expressions; `key` holds where the field is its own."""
    form, pen = json.loads(content), Pen(renaming)
    own = any(_name(one) == key.old for one in _components(form))
    if own:
        pen.renaming = key
    for one in _components(form):
        label = f"“{one.get('label') or _name(one)}”"
        if own and _name(one) == key.old:
            one["path" if one["type"] == "dynamiclist" else "key"] = key.new
            pen.places.append(Place(label, key.old))
        _formulas(one, label, pen)
    return _form(form, content, pen)


def in_rows(content: bytes, group: str, renaming: Renaming) -> Rewritten:
    """Return a form with a column of a repeated group renamed; beside it in its rows it is called without them."""
    form, pen = json.loads(content), Pen(renaming)
    for one in _components(form):
        label = f"“{one.get('label') or _name(one)}”"
        _own_formulas(one, label, pen)
        for inner in _rows(one):
            words = f"{label}里的“{inner.get('label', '')}”"
            pen.renaming = replace(renaming, variable=_name(one) == group)
            if pen.renaming.variable and inner.get("key") == renaming.old:
                inner["key"] = renaming.new
                pen.places.append(Place(words, renaming.old))
            _own_formulas(inner, words, pen)
        pen.renaming = renaming
    return _form(form, content, pen)


def _form(form: dict[str, Any], content: bytes, pen: Pen) -> Rewritten:
    """Return a form as editors write it, or as it was where nothing is changed."""
    if not any(place.sure for place in pen.places):
        return content, pen.places
    return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode(), pen.places


def _formulas(component: dict[str, Any], label: str, pen: Pen) -> None:
    _own_formulas(component, label, pen)
    rows = _rows(component)
    if all(inner.get("key") != pen.renaming.old for inner in rows):
        for inner in rows:
            _formulas(inner, f"{label}里的“{inner.get('label', '')}”", pen)


def _own_formulas(component: dict[str, Any], label: str, pen: Pen) -> None:
    for holder, name, what in _FORMULAS:
        table = component.get(holder)
        if isinstance(table, dict) and isinstance(table.get(name), str):
            table[name] = pen.expression(table[name], f"{label}的{what}")
    default = component.get("defaultValue")
    if isinstance(default, str) and default.startswith("="):
        component["defaultValue"] = pen.expression(default, f"{label}的默认值")


def _rows(component: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Return the columns of a repeated group, nothing of another field."""
    return component.get("components", ()) if component.get("type") == "dynamiclist" else ()


def _components(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the fields of a form, groups opened; what stands in a list of rows is a matter of the rows."""
    for one in form.get("components", ()):
        yield one
        if one.get("type") == "group":
            yield from _components(one)


def _name(component: dict[str, Any]) -> str:
    return str(component.get("path" if component.get("type") == "dynamiclist" else "key") or "")


# ------------------------------------------------------------ templates


Macros = Mapping[str, frozenset[int]]
"""By macro: the places of the arguments that name a field."""


def macros_of(templates: Iterable[str]) -> Macros:
    """Return the macros that are handed the key of a field."""
    found: dict[str, frozenset[int]] = {}
    for text in templates:
        for macro in environment({}).parse(text).find_all(nodes.Macro):
            asked = {part.name for node in macro.find_all(nodes.Node) for part in _keys(node, {}) if _is_name(part)}
            places = frozenset(place for place, one in enumerate(macro.args) if one.name in asked)
            found[macro.name] = found.get(macro.name, frozenset()) | places
    return found


def in_template(content: bytes, renaming: Renaming, macros: Macros) -> Rewritten:
    """Return a template that prints a field by its new key: `"key" | field`, `"key" is filled`, `values.key`."""
    text = content.decode()
    if renaming.old not in text:
        return content, []
    tree = environment({}).parse(text)
    sure, other = _constants(tree, renaming.old, macros)
    dotted = Counter(
        node.lineno for node in tree.find_all(nodes.Getattr) if node.attr == renaming.old and _is_values(node.node)
    )
    return _in_tags(text, _VALUES, renaming, sure, other, dotted)


def rows_in_template(content: bytes, group: str, renaming: Renaming) -> Rewritten:
    """Return a template that prints a column of a repeated group by its new key, in a loop over the group."""
    text = content.decode()
    if renaming.old not in text:
        return content, []
    tree = environment({}).parse(text)
    keys, dotted = list[nodes.Node](), Counter[int]()
    for loop in tree.find_all(nodes.For):
        if not isinstance(loop.target, nodes.Name) or not _over(loop.iter, group):
            continue
        for node in loop.find_all((nodes.Call, nodes.Getitem, nodes.Getattr)):
            keys += [part for part in _columns(node, loop.target.name) if _is(part, renaming.old)]
            if isinstance(node, nodes.Getattr) and node.attr == renaming.old and _named(node.node, loop.target.name):
                dotted[node.lineno] += 1
    every = Counter(one.lineno for one in tree.find_all(nodes.Const) if one.value == renaming.old)
    sure = Counter(one.lineno for one in {id(one): one for one in keys}.values())
    others = Counter(node.lineno for node in tree.find_all(nodes.Getattr) if node.attr == renaming.old)
    dotted = Counter({line: many for line, many in dotted.items() if others[line] == many})
    return _in_tags(text, r"\w+", renaming, sure, every - sure, dotted)


def _over(node: nodes.Node, group: str) -> bool:
    """Tell whether a loop goes over a repeated group: `values.get("group")`, `values.group`."""
    parts = [node, *node.find_all(nodes.Node)]
    return any(_is(part, group) or (isinstance(part, nodes.Getattr) and part.attr == group) for part in parts)


def _columns(node: nodes.Node, row: str) -> Iterator[nodes.Node]:
    """Yield what names a column of a row: `row.get("column")`, `row["column"]`."""
    match node:
        case nodes.Call(node=nodes.Getattr(node=owner, attr="get"), args=[first, *_]) if _named(owner, row):
            yield first
        case nodes.Getitem(node=owner, arg=inner) if _named(owner, row):
            yield inner


def _named(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _in_tags(
    text: str, owner: str, renaming: Renaming, sure: Counter[int], other: Counter[int], dotted: Counter[int]
) -> Rewritten:
    """Rewrite the tags of a template: a quoted name, and one behind the dot of its owner."""
    pieces, places, at = [], list[Place](), 0
    for tag in _TAGS.finditer(text):
        line = text.count("\n", 0, tag.start()) + 1
        written = _in_tag(tag[0], line, owner, renaming, sure, other, dotted, places)
        pieces += [text[at : tag.start()], written]
        at = tag.end()
    return "".join([*pieces, text[at:]]).encode(), places


def _in_tag(
    tag: str,
    line: int,
    owner: str,
    renaming: Renaming,
    sure: Counter[int],
    other: Counter[int],
    dotted: Counter[int],
    places: list[Place],
) -> str:
    """Rewrite what stands in a tag; a line on which the name also means something else is left to people."""
    pattern = re.compile(rf"""(["'])({re.escape(renaming.old)})\1|\b{owner}\s*\.\s*({re.escape(renaming.old)})\b""")

    def replace(found: re.Match[str]) -> str:
        here = line + tag.count("\n", 0, found.start())
        certain = dotted[here] if found[3] else sure[here] and not other[here]
        places.append(Place(f"第 {here} 行", found[0], sure=bool(certain)))
        return found[0].replace(renaming.old, renaming.new) if certain else found[0]

    return pattern.sub(replace, tag)


def _constants(tree: nodes.Template, old: str, macros: Macros) -> tuple[Counter[int], Counter[int]]:
    """Count by line the texts that are surely the key of a field, and those that may be something else."""
    every = Counter(one.lineno for one in tree.find_all(nodes.Const) if one.value == old)
    certain = {id(one): one for node in tree.find_all(nodes.Node) for one in _keys(node, macros) if _is(one, old)}
    sure = Counter(one.lineno for one in certain.values())
    return sure, every - sure


def _keys(node: nodes.Node, macros: Macros) -> Iterator[nodes.Node]:
    """Yield the parts of a node that name a field."""
    match node:
        case nodes.Filter(name="field", node=nodes.CondExpr() as inner):
            yield from (part for part in (inner.expr1, inner.expr2) if part is not None)
        case nodes.Filter(name="field", node=inner) if inner is not None:
            yield inner
        case nodes.Test(name="filled", node=inner):
            yield inner
        case nodes.Call(node=nodes.Getattr(node=owner, attr="get"), args=[first, *_]) if _is_values(owner):
            yield first
        case nodes.Getitem(node=owner, arg=inner) if _is_values(owner):
            yield inner
        case nodes.Call(node=nodes.Name(name=macro), args=given) if macro in macros:
            yield from (part for place, part in enumerate(given) if place in macros[macro])
        case nodes.For(iter=nodes.Tuple() | nodes.List() as listed):
            yield from listed.find_all(nodes.Const)


def _is(node: nodes.Node, old: str) -> bool:
    return isinstance(node, nodes.Const) and node.value == old


def _is_name(node: nodes.Node) -> TypeGuard[nodes.Name]:
    return isinstance(node, nodes.Name)


def _is_values(node: nodes.Node) -> bool:
    return _named(node, _VALUES)
