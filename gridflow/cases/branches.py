"""What somebody may ask for beside the main line, an objection or an extension, and the tasks that answer it."""

from collections.abc import Iterator, Mapping, Sequence

from gridflow.bpmn import Node, Process
from gridflow.cases.hand_ins import HandIn
from gridflow.engine.definitions import Parsed

Answering = Mapping[str, frozenset[str]]
"""The event somebody asks by, to the processes whose tasks answer it."""


def answering(parsed: Parsed) -> Answering:
    """Return the offers whose branch calls another diagram, with everything that one runs."""
    processes = {process.id: process for diagram in parsed.diagrams.values() for process in diagram.processes.values()}
    return {
        node.id: _called(_after(process, node), processes)
        for process in processes.values()
        for node in process.nodes.values()
        if node.kind == "boundaryEvent" and not node.interrupting and node.event and node.event.kind == "message"
    }


def asking(found: Sequence[HandIn], answers: Answering, process_id: str, instance_id: str) -> HandIn | None:
    """Return the hand-in that started the branch a process belongs to; None on the main line."""
    offers = {offer for offer, processes in answers.items() if process_id in processes}
    return next((one for one in found if one.instance_id == instance_id and one.element_id in offers), None)


def _after(process: Process, node: Node) -> Iterator[Node]:
    """Yield what lies behind a node in its own diagram, boundary events of what it meets too."""
    seen, waiting = {node.id}, [node]
    while waiting:
        here = waiting.pop()
        yield here
        ahead = [process.nodes[process.flows[flow].target] for flow in here.outgoing if flow in process.flows]
        ahead += process.boundaries.get(here.id, ())
        waiting += [one for one in ahead if one.id not in seen]
        seen |= {one.id for one in ahead}


def _called(nodes: Iterator[Node], processes: Mapping[str, Process]) -> frozenset[str]:
    waiting = [node.called for node in nodes if node.kind == "callActivity"]
    found: set[str] = set()
    while waiting:
        process = processes.get(waiting.pop() or "")
        if process and process.id not in found:
            found.add(process.id)
            waiting += [node.called for node in process.nodes.values() if node.kind == "callActivity"]
    return frozenset(found)
