"""What the editor of diagrams is told of the vocabulary, so that it offers what the check lets pass."""

from collections.abc import Mapping

from gridflow.bpmn.linting.activities import UNSUPPORTED
from gridflow.bpmn.linting.events import SUPPORTED
from gridflow.bpmn.linting.identifiers import RESERVED, RESERVED_ENDINGS
from gridflow.bpmn.linting.vocabulary import ATTRIBUTES, SCOPE_NAMES
from gridflow.bpmn.names import NODES
from gridflow.workbench.views.place import blueprint
from gridflow.workbench.words import element_kinds, element_properties

DRAWING: Mapping[str, object] = {
    "kinds": sorted(NODES - UNSUPPORTED.keys() - {"complexGateway"}),
    "events": {kind: sorted(events) for kind, events in SUPPORTED.items()},
    "attributes": {name: sorted(kinds) for name, kinds in ATTRIBUTES.items()},
    "reserved": sorted(RESERVED),
    "endings": list(RESERVED_ENDINGS),
    "fixed": sorted(SCOPE_NAMES),
}
"""What may be drawn, what may stand where, which ids are taken."""


@blueprint.context_processor
def drawn() -> dict[str, object]:
    """Give pages of the workbench what can be drawn, and what it is called."""
    return {"drawing": DRAWING, "element_kinds": element_kinds, "element_properties": element_properties}
