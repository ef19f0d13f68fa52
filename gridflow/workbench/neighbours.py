"""What the other procedures of a city tell about one: the values they open it with, and which may be opened."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from gridflow.bpmn import Diagram, Knowledge
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.checking.knowledge import OPENING, handed_over, knowledge_of
from gridflow.checking.opening import diagram

_OPENS = tuple(verb.encode() for verb in OPENING)


def knowledge_here(session: Session, office: Office, viewer: Viewer, bundle: Bundle) -> Knowledge:
    """Return what the linter has to know about a draft, with the other procedures as they are in force in the city."""
    others = [office.engine.versions.get(session, version).bundle for version in viewer.in_force]
    others = [other for other in others if other.slug != bundle.slug]
    handed = handed_over(drawn for one in (*others, bundle) for drawn in _opening(one))
    slugs = frozenset({bundle.slug, *(other.slug for other in others)})
    return knowledge_of(bundle, handed.get(bundle.slug, frozenset()), slugs)


def _opening(bundle: Bundle) -> Iterator[Diagram]:
    """Yield the diagrams that open something; the others need not be read."""
    for path in bundle.outlines:
        content = bundle.files[path]
        if any(verb in content for verb in _OPENS):
            yield diagram(content)
