"""Which names of an expression stand for variables of the scope."""

from collections.abc import Iterator

from gridflow.feel import nodes
from gridflow.feel.functions import BUILT_IN
from gridflow.feel.nodes import Node

Bound = frozenset[str]


def free_names(tree: Node) -> frozenset[str]:
    """Give the variables an expression uses; inside a filter a name may also be an entry of the item."""
    return frozenset(node.name for node, _in_filter in variables(tree) if node.name != "?")


def variables(tree: Node) -> Iterator[tuple[nodes.Name, bool]]:
    """Yield each use of a variable, and whether it stands inside a filter."""
    return _walk(tree, frozenset(), in_filter=False)


def _walk(node: Node, bound: Bound, *, in_filter: bool) -> Iterator[tuple[nodes.Name, bool]]:
    if isinstance(node, nodes.Name):
        if node.name not in bound and node.name not in BUILT_IN:
            yield node, in_filter
        return
    for part, names, filtered in _parts(node, bound):
        yield from _walk(part, names, in_filter=in_filter or filtered)


def _parts(node: Node, bound: Bound) -> Iterator[tuple[Node, Bound, bool]]:
    if isinstance(node, nodes.ContextOf):
        yield from _entries(node, bound)
    elif isinstance(node, nodes.For | nodes.Quantified):
        yield from _rounds(node, bound)
    elif isinstance(node, nodes.Filter):
        yield node.source, bound, False
        yield node.condition, bound | {"item"}, True
    elif isinstance(node, nodes.FunctionOf):
        yield node.body, bound | set(node.parameters), False
    elif isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        yield from ((argument, bound, False) for argument in node.arguments)
    else:
        yield from ((child, bound, False) for child in node.children())


def _entries(node: nodes.ContextOf, bound: Bound) -> Iterator[tuple[Node, Bound, bool]]:
    for name, value in node.entries:
        yield value, bound, False
        bound |= {name}
    if node.result:
        yield node.result, bound, False


def _rounds(node: nodes.For | nodes.Quantified, bound: Bound) -> Iterator[tuple[Node, Bound, bool]]:
    for domain in node.iterators:
        yield domain.source, bound, False
        if domain.until:
            yield domain.until, bound, False
        bound |= {domain.name}
    body = node.result if isinstance(node, nodes.For) else node.condition
    yield body, bound | {"partial"}, False
