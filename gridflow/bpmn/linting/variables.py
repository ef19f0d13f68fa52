"""Which variables a node writes, as far as the bundle tells."""

from collections.abc import Iterable, Iterator

from gridflow.bpmn.linting.knowledge import Knowledge, Types
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.vocabulary import ACTIONS, SCOPE_NAMES
from gridflow.bpmn.model import Node, Process
from gridflow.bpmn.names import HUMAN_TASKS, SUB_PROCESSES

Names = frozenset[str]
ANY = "Any"
PAYING = frozenset({"message", "signal", "error", "escalation"})
"""Kinds of event that may bring values with them."""
CATCHING = frozenset({"boundaryEvent", "intermediateCatchEvent", "receiveTask"})


def written(node: Node, scope: Scope) -> Names:
    """Return the names a node writes; a sub-process writes what its nodes write."""
    if node.kind not in SUB_PROCESSES:
        return frozenset(_written_alone(node, scope))
    inside = [n for n in scope.process.nodes.values() if node.id in _ancestors(n, scope.process)]
    return frozenset().union(_loop_outputs(node), *(_written_alone(n, scope) for n in inside))


def form_of(node: Node) -> str:
    """Return the id of the form a person fills: the attribute, else the node's own id."""
    return node.attributes.get("form", node.id)


def known_names(scope: Scope) -> Types | None:
    """Return every name an expression of the process may use, with its type; None if the bundle does not say."""
    knowledge, process = scope.knowledge, scope.process
    if knowledge.forms is None or knowledge.decisions is None or knowledge.processes is None:
        return None
    if knowledge.names is None and not scope.is_called:
        return None
    begin = {} if scope.is_called else knowledge.names or {}
    found = dict.fromkeys((*SCOPE_NAMES, *process.data_inputs, *_items(process)), ANY)
    for types in (begin, *(_written_alone(node, scope) for node in process.nodes.values())):
        for name, type_ in types.items():
            found[name] = type_ if found.get(name, type_) == type_ else ANY
    return {**found, **knowledge.contexts}


def never_written(scope: Scope) -> Names:
    """Return the declared outputs of a process that nothing in it writes; none if the bundle does not say."""
    if known_names(scope) is None:
        return frozenset()
    process = scope.process
    found = set(process.data_outputs) - set(process.data_inputs)
    return frozenset(found).difference(*(_written_alone(node, scope) for node in process.nodes.values()))


def _items(process: Process) -> Iterable[str]:
    for node in process.nodes.values():
        if node.loop is not None:
            yield from (name for name in (node.loop.item, node.loop.output_item) if name)


def _written_alone(node: Node, scope: Scope) -> Types:
    return {**dict(_own(node, scope, scope.knowledge)), **dict.fromkeys(_loop_outputs(node), ANY)}


def _own(node: Node, scope: Scope, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    if node.kind in HUMAN_TASKS:
        yield from (knowledge.forms or {}).get(form_of(node), {}).items()
    elif node.kind == "businessRuleTask":
        yield from dict.fromkeys((knowledge.decisions or {}).get(node.called or "", ()), ANY).items()
    elif node.kind == "callActivity":
        called = scope.called(node.called)
        yield from dict.fromkeys(called.data_outputs if called else (), ANY).items()
    elif node.attributes.get("action") == "set_values":
        yield from dict.fromkeys(node.inputs, ANY).items()
    elif node.attributes.get("action") in ACTIONS:
        yield from dict.fromkeys(ACTIONS[node.attributes["action"]].gives, ANY).items()
    elif node.kind in CATCHING and any(event.kind in PAYING for event in node.events):
        yield from ((event.variable or node.id, ANY) for event in node.events)


def _loop_outputs(node: Node) -> Names:
    name = node.loop.output_collection if node.loop else None
    return frozenset() if name is None else frozenset({name})


def _ancestors(node: Node, process: Process) -> Names:
    found: set[str] = set()
    parent = node.parent
    while parent in process.nodes and parent not in found:
        found.add(parent)
        parent = process.nodes[parent].parent
    return frozenset(found)
