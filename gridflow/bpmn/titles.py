"""What an element is called: by its name, else by its kind and what stands near it."""

from collections.abc import Iterable, Iterator

from gridflow.bpmn.linting.vocabulary import KINDS
from gridflow.bpmn.model import Diagram, Flow, Node

LONGEST = 20


def title(diagram: Diagram, key: str) -> str:
    """Return what people call an element; where nobody named it, its kind and what it follows."""
    if node := diagram.nodes.get(key):
        return node.name or _place(diagram, node)
    if flow := diagram.flows.get(key):
        return flow.name or _way(diagram, flow)
    for process in diagram.processes.values():
        if key == process.id:
            return process.name or key
        if lane := process.lanes.get(key):
            return lane.name or KINDS["lane"]
    return key


def quoted(diagram: Diagram, key: str, kind: str = "") -> str:
    """Return what a sentence calls an element: its name in quotes after its kind, or the words that stand for both."""
    found = diagram.flows.get(key) or diagram.nodes.get(key)
    return f"{kind}“{found.name[:LONGEST]}”" if found and found.name else title(diagram, key)


def _place(diagram: Diagram, node: Node) -> str:
    kind = KINDS.get(node.kind, node.kind)
    host = diagram.nodes.get(node.attached_to or "")
    if host and not host.attached_to:  # an event on an event may lead back to itself
        return f"{kind}（在{quoted(diagram, host.id)}上）"
    for where, name in (("之后", _nearest(diagram, node, back=True)), ("之前", _nearest(diagram, node, back=False))):
        if name:
            return f"{kind}（在“{name[:LONGEST]}”{where}）"
    return kind


def _nearest(diagram: Diagram, node: Node, *, back: bool) -> str:
    """Return the name of the nearest element that has one, against the flow or along it; empty for none."""
    seen, ends = {node.id}, [node]
    while ends:
        ends = [each for end in ends for each in _beside(diagram, end, back=back) if each.id not in seen]
        if name := next((each.name for each in ends if each.name), ""):
            return name
        seen |= {each.id for each in ends}
    return ""


def _beside(diagram: Diagram, node: Node, *, back: bool) -> Iterator[Node]:
    flows = _known(diagram, node.incoming if back else node.outgoing)
    for key in (flow.source if back else flow.target for flow in flows):
        if found := diagram.nodes.get(key):
            yield found
    if back and (host := diagram.nodes.get(node.attached_to or "")):
        yield host


def _known(diagram: Diagram, keys: Iterable[str]) -> Iterator[Flow]:
    return (diagram.flows[key] for key in keys if key in diagram.flows)


def _way(diagram: Diagram, flow: Flow) -> str:
    return f"从{_end(diagram, flow.source)}到{_end(diagram, flow.target)}的流"


def _end(diagram: Diagram, key: str) -> str:
    """Return what stands at an end of a flow; another flow, which may begin at this one, by its id."""
    return quoted(diagram, key) if key in diagram.nodes else key or "（空）"
