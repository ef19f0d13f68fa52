"""How a module of rules hands them over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gridflow.bpmn.linting.findings import Finding
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.model import Diagram, Node, Process

NodeRule = Callable[[Node, Scope], Iterator[Finding]]
ScopeRule = Callable[[Scope], Iterator[Finding]]
ProcessRule = Callable[[Process, Diagram, Knowledge], Iterator[Finding]]
DiagramRule = Callable[[Diagram, Knowledge], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one noun, by what they look at."""

    node: tuple[NodeRule, ...] = ()
    scope: tuple[ScopeRule, ...] = ()
    process: tuple[ProcessRule, ...] = ()
    diagram: tuple[DiagramRule, ...] = ()
