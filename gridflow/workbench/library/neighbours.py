"""What the other procedures of a city tell about one: the values they open it with, and which may be opened."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.bpmn import Diagram, Knowledge
from gridflow.cases.office import Office
from gridflow.catalogue import Bundle
from gridflow.checking.bundles import Others
from gridflow.checking.knowledge import OPENING, handed_over, knowledge_of
from gridflow.checking.opening import diagram
from gridflow.engine.models import Definition

_OPENS = tuple(verb.encode() for verb in OPENING)


def others_of(session: Session, office: Office, bundle: Bundle) -> Others:
    """Return what the procedures in force in a city hand a draft, and which it may open."""
    rows = select(Definition.in_force).where(Definition.city == bundle.city, Definition.slug != bundle.slug)
    versions = [version for version in session.scalars(rows) if version]
    others = [office.engine.versions.get(session, version).bundle for version in versions]
    handed = handed_over(drawn for one in (*others, bundle) for drawn in _opening(one))
    return handed.get(bundle.slug, frozenset()), frozenset({bundle.slug, *(other.slug for other in others)})


def others_in_force(bundles: Sequence[Bundle]) -> Mapping[str, Others]:
    """Return for each procedure in force what others_of says of it, reading all of them once."""
    handed = handed_over(drawn for one in bundles for drawn in _opening(one))
    slugs = frozenset(one.slug for one in bundles)
    return {slug: (handed.get(slug, frozenset()), slugs) for slug in slugs}


def knowledge_here(session: Session, office: Office, bundle: Bundle) -> Knowledge:
    """Return what the linter has to know about a draft, among the other procedures of its city."""
    return knowledge_of(bundle, *others_of(session, office, bundle))


def _opening(bundle: Bundle) -> Iterator[Diagram]:
    """Yield the diagrams that open something; the others need not be read."""
    for path in bundle.outlines:
        content = bundle.files[path]
        if any(verb in content for verb in _OPENS):
            yield diagram(content)
