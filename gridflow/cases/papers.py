"""Documents of a case. (stub while documents.service lands)."""

from gridflow.bpmn import Node
from gridflow.engine.actions import Call, Result
from gridflow.engine.turn import Turn


def issue_on_passing(turn: Turn, node: Node) -> None:
    """Issue the documents a node names."""


def issue_document(call: Call) -> Result:
    """Issue one document."""
    return {}
