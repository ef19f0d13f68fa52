"""Every rule, applied to a diagram."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from gridflow.bpmn.linting import (
    activities,
    attributes,
    boundaries,
    branches,
    calls,
    circles,
    data,
    events,
    expressions,
    flows,
    gateways,
    identifiers,
    joins,
    layout,
    loops,
    people,
    size,
)
from gridflow.bpmn.linting.findings import Finding, clipped
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.scope import scopes
from gridflow.bpmn.model import Diagram
from gridflow.bpmn.titles import title

NOUNS = (
    identifiers.RULES,
    gateways.RULES,
    flows.RULES,
    joins.RULES,
    loops.RULES,
    events.RULES,
    activities.RULES,
    boundaries.RULES,
    branches.RULES,
    circles.RULES,
    calls.RULES,
    data.RULES,
    people.RULES,
    attributes.RULES,
    expressions.RULES,
    layout.RULES,
)
FIRST = (*size.RULES.diagram, identifiers.id_missing, identifiers.id_repeated)
"""Where one of these speaks the rest is not asked: the file cannot be told apart, or is too large to look at."""
MOST_PER_RULE = 30
MOST = 500


def lint(diagram: Diagram, knowledge: Knowledge | None = None) -> list[Finding]:
    """Return everything wrong with a diagram, errors first, in the order of the file; never raises.

    At most 30 findings a rule and element group and 500 in all; well under two seconds for any file.
    """
    told = knowledge or Knowledge()
    found = list(_first(diagram, told)) or [_named(each, diagram) for each in islice(_rest(diagram, told), MOST)]
    return sorted(dict.fromkeys(found), key=lambda finding: (finding.severity, finding.line))


def _named(finding: Finding, diagram: Diagram) -> Finding:
    """Return a finding that says which element is meant, also where nobody named it."""
    return finding if finding.name else replace(finding, name=clipped(title(diagram, finding.element)))


def _first(diagram: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    for rule in FIRST:
        yield from islice(rule(diagram, knowledge), MOST_PER_RULE)


def _rest(diagram: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    for scope in scopes(diagram, knowledge):
        for rules in NOUNS:
            for scope_rule in rules.scope:
                yield from _some(scope_rule(scope))
            for node_rule in rules.node:
                yield from _some(f for node in scope.nodes.values() for f in node_rule(node, scope))
    for rules in NOUNS:
        for process_rule in rules.process:
            yield from _some(f for p in diagram.processes.values() for f in process_rule(p, diagram, knowledge))
        for diagram_rule in rules.diagram:
            yield from _some(diagram_rule(diagram, knowledge))


def _some(findings: Iterable[Finding]) -> Iterator[Finding]:
    return islice(iter(findings), MOST_PER_RULE)
