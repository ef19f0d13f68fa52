"""Diagrams as data: read them strictly, find what is wrong with them, draw them."""

from gridflow.bpmn.drawing.differing import Differing
from gridflow.bpmn.drawing.heat import Heat
from gridflow.bpmn.drawing.picture import draw, walked
from gridflow.bpmn.drawing.taken import Taken
from gridflow.bpmn.errors import BpmnError, BpmnUnreadable, NothingToDraw
from gridflow.bpmn.layout.drawing import is_drawn, lay_out
from gridflow.bpmn.layout.writing import with_drawing
from gridflow.bpmn.linting.checks import lint
from gridflow.bpmn.linting.findings import Finding
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.model import (
    Bounds,
    Diagram,
    Edge,
    EventDefinition,
    Flow,
    Lane,
    Loop,
    Node,
    Process,
    Shape,
)
from gridflow.bpmn.reading.diagram import read
from gridflow.bpmn.reading.source import normalise

__all__ = [
    "Bounds",
    "BpmnError",
    "BpmnUnreadable",
    "Diagram",
    "Differing",
    "Edge",
    "EventDefinition",
    "Finding",
    "Flow",
    "Heat",
    "Knowledge",
    "Lane",
    "Loop",
    "Node",
    "NothingToDraw",
    "Process",
    "Shape",
    "Taken",
    "draw",
    "is_drawn",
    "lay_out",
    "lint",
    "normalise",
    "read",
    "walked",
    "with_drawing",
]
