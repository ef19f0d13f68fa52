"""Which variables a node writes, as far as the bundle tells."""

from collections.abc import Iterable, Mapping

from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.vocabulary import SCOPE_NAMES
from gridflow.bpmn.model import Node, Process
from gridflow.bpmn.names import HUMAN_TASKS, SUB_PROCESSES

Names = frozenset[str]
NONE: Names = frozenset()


def written(node: Node, scope: Scope) -> Names:
    """Return the names a node writes; a sub-process writes what its nodes write."""
    if node.kind not in SUB_PROCESSES:
        return _written_alone(node, scope)
    inside = [n for n in scope.process.nodes.values() if node.id in _ancestors(n, scope.process)]
    return NONE.union(_loop_outputs(node), *(_written_alone(n, scope) for n in inside))


def form_of(node: Node) -> str:
    """Return the id of the form a person fills: the attribute, else the node's own id."""
    return node.attributes.get("form", node.id)


def known_names(scope: Scope) -> Mapping[str, str] | None:
    """Return every name an expression of the process may use; None if the bundle does not say."""
    knowledge = scope.knowledge
    if knowledge.names is None or knowledge.forms is None or knowledge.decisions is None:
        return None
    process = scope.process
    found = NONE.union(SCOPE_NAMES, process.data_inputs, process.data_outputs, *_items(process))
    for node in process.nodes.values():
        found |= _written_alone(node, scope)
    return {**dict.fromkeys(found, "Any"), **knowledge.names}


def _items(process: Process) -> Iterable[Names]:
    for node in process.nodes.values():
        if node.loop is not None:
            yield frozenset(name for name in (node.loop.item, node.loop.output_item) if name)


def _written_alone(node: Node, scope: Scope) -> Names:
    return _own(node, scope, scope.knowledge) | _loop_outputs(node)


def _own(node: Node, scope: Scope, knowledge: Knowledge) -> Names:
    if node.kind in HUMAN_TASKS:
        return (knowledge.forms or {}).get(form_of(node), NONE)
    if node.kind == "businessRuleTask":
        return (knowledge.decisions or {}).get(node.called or "", NONE)
    if node.kind == "callActivity":
        called = scope.called(node.called)
        return NONE if called is None else frozenset(called.data_outputs)
    if node.attributes.get("action") == "set_values":
        return frozenset(node.inputs)
    return frozenset({node.id}) if any(event.kind == "message" for event in node.events) else NONE


def _loop_outputs(node: Node) -> Names:
    name = node.loop.output_collection if node.loop else None
    return NONE if name is None else frozenset({name})


def _ancestors(node: Node, process: Process) -> Names:
    found: set[str] = set()
    parent = node.parent
    while parent in process.nodes and parent not in found:
        found.add(parent)
        parent = process.nodes[parent].parent
    return frozenset(found)
