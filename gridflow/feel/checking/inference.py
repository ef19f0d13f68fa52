"""Guess the types of the parts of an expression, and find those that can never fit together."""

from collections.abc import Iterator, Mapping

from gridflow.feel import nodes
from gridflow.feel.compiling.access import PROPERTIES
from gridflow.feel.compiling.operators import OPERATIONS
from gridflow.feel.nodes import Node
from gridflow.feel.values import CHINESE, KINDS, kind

UNKNOWN = "Any"
_RESULTS = {
    "date": "date",
    "today": "date",
    "time": "time",
    "now": "date and time",
    "date and time": "date and time",
    "workday_add": "date and time",
    "workhour_add": "date and time",
    "limit_share": "date and time",
    "number": "number",
    "workdays_between": "number",
    "count": "number",
    "sum": "number",
    "floor": "number",
    "ceiling": "number",
    "abs": "number",
    "string": "string",
    "string length": "number",
    "substring": "string",
    "upper case": "string",
    "lower case": "string",
    "contains": "boolean",
    "starts with": "boolean",
    "ends with": "boolean",
    "matches": "boolean",
    "list contains": "boolean",
    "not": "boolean",
    "all": "boolean",
    "any": "boolean",
}
_TYPES: dict[str, type] = {name: python for python, name in KINDS.items() if python not in (int, float)}
_ENTRIES = {
    (KINDS[python], name): {"time offset": "days and time duration", "timezone": "string"}.get(name, "number")
    for python, name in PROPERTIES
    if KINDS[python] != "range"
}
_ORDERED = frozenset(
    ("number", "string", "date", "time", "date and time", "days and time duration", "years and months duration")
)


def type_of(node: Node, names: Mapping[str, str]) -> str:
    """Name the type of a part, `Any` where it is not certain."""
    if isinstance(node, nodes.Literal):
        return kind(node.value)
    if isinstance(node, nodes.Name | nodes.Path):
        return _of_path(node, names)
    if isinstance(node, nodes.Comparison | nodes.Logic | nodes.Between | nodes.Membership | nodes.Quantified):
        return "boolean"
    if isinstance(node, nodes.InstanceOf):
        return "boolean"
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        return _RESULTS.get(node.function.name, UNKNOWN)
    if isinstance(node, nodes.ListOf | nodes.For):
        return "list"
    return "context" if isinstance(node, nodes.ContextOf) and node.result is None else UNKNOWN


def _of_path(node: Node, names: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Name):
        found = names.get(node.name, UNKNOWN)
        return found if found in _TYPES else UNKNOWN
    if not isinstance(node, nodes.Path):
        return UNKNOWN
    dotted = _dotted(node)
    found = names.get(dotted, UNKNOWN) if dotted else UNKNOWN
    return found if found in _TYPES else _ENTRIES.get((type_of(node.source, names), node.name), UNKNOWN)


def _dotted(node: Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Path) and (before := _dotted(node.source)):
        return f"{before}.{node.name}"
    return ""


def mismatches(tree: Node, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield the places where types can never fit, with the reason.

    Names bound inside the expression hide variables, so nothing is said about an expression that binds any.
    """
    parts = [node for node, _depth in nodes.walk(tree)]
    if any(isinstance(part, nodes.ContextOf | nodes.FunctionOf | nodes.Domain | nodes.Filter) for part in parts):
        names = {}
    for node in parts:
        if isinstance(node, nodes.Comparison):
            yield from _comparison(node, type_of(node.left, names), type_of(node.right, names))
        elif isinstance(node, nodes.Arithmetic):
            yield from _arithmetic(node, type_of(node.left, names), type_of(node.right, names))
        elif isinstance(node, nodes.Logic):
            yield from _logic(node, names)
        elif isinstance(node, nodes.If):
            yield from _condition(node.condition, names, "if")
    yield from _unknown_entries(parts, names)


def _comparison(node: nodes.Comparison, left: str, right: str) -> Iterator[tuple[int, str]]:
    if UNKNOWN in (left, right):
        return
    if node.operator in ("=", "!="):
        if left != right and "null" not in (left, right):
            yield node.position, f"{CHINESE[left]}与{CHINESE[right]}永远不会相等。"
    elif left != right or left not in _ORDERED:
        yield node.position, f"{CHINESE[left]}与{CHINESE[right]}不能比较大小。"


def _arithmetic(node: nodes.Arithmetic, left: str, right: str) -> Iterator[tuple[int, str]]:
    if UNKNOWN in (left, right) or left == right == "number":
        return
    if (_TYPES[left], _TYPES[right]) not in OPERATIONS[node.operator]:
        yield node.position, f"{CHINESE[left]}与{CHINESE[right]}不能用“{node.operator}”运算。"


def _logic(node: nodes.Logic, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for part in node.operands:
        yield from _condition(part, names, node.operator)


def _condition(part: Node, names: Mapping[str, str], word: str) -> Iterator[tuple[int, str]]:
    found = type_of(part, names)
    if found not in (UNKNOWN, "boolean"):
        yield part.position, f"“{word}”要的是条件（是/否），这里却是{CHINESE[found]}。"


def _unknown_entries(parts: list[Node], names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield entries that a context does not have, where `names` lists any of its entries."""
    listed = {name.rpartition(".")[0] for name in names if "." in name}
    for part in parts:
        if isinstance(part, nodes.Path) and (dotted := _dotted(part)):
            owner = dotted.rpartition(".")[0]
            if owner in listed and dotted not in names:
                yield part.position, f"“{owner}”没有“{part.name}”这一项。"
