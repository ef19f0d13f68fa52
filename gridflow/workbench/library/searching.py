"""Find procedures by words of their title, their steps and their articles."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from gridflow.cases.viewer import Viewer
from gridflow.engine.definitions import Parsed

HITS = 5
"""Steps that are named for a search."""
KEPT = 100


@dataclass(frozen=True, slots=True)
class Texts:
    """What a search looks through."""

    title: str
    steps: Sequence[str]
    articles: Sequence[str]


_TEXTS: OrderedDict[tuple[str, str], Texts] = OrderedDict()
"""By version and city; a version never changes."""


def steps_found(viewer: Viewer, parsed: Parsed, words: Sequence[str]) -> Sequence[str] | None:
    """Return the steps that hold one of the words; None where some word is nowhere in the procedure."""
    if not words:
        return ()
    texts = _texts_of(viewer, parsed)
    everything = " ".join((texts.title, *texts.steps, *texts.articles)).casefold()
    if not all(word in everything for word in words):
        return None
    return [step for step in texts.steps if any(word in step.casefold() for word in words)][:HITS]


def _texts_of(viewer: Viewer, parsed: Parsed) -> Texts:
    known_texts = _TEXTS.get((parsed.id, viewer.city.code))
    if known_texts is None:
        nodes = [node for diagram in parsed.diagrams.values() for node in diagram.nodes.values()]
        bases = {node.attributes.get("article", "") for node in nodes} | {" ".join(parsed.bundle.manifest.basis)}
        articles = {article for codes in sorted(bases) if codes for article in viewer.city.articles(codes)}
        known_texts = Texts(
            f"{parsed.bundle.slug} {parsed.bundle.title}",
            tuple(dict.fromkeys(node.name for node in nodes if node.name)),
            tuple(f"{article.code} {article.heading} {article.text}" for article in articles),
        )
        _TEXTS[parsed.id, viewer.city.code] = known_texts
        if len(_TEXTS) > KEPT:
            _TEXTS.popitem(last=False)
    return known_texts
