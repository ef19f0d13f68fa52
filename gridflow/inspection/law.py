"""The ordinance of a city, with the duties of each paragraph and the steps that carry them out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import City
from gridflow.catalogue.obligations import Obligation, State
from gridflow.catalogue.ordinance import Article
from gridflow.engine.definitions import Parsed
from gridflow.engine.models import Definition
from gridflow.inspection.carriers import Thing, things_of
from gridflow.inspection.figures import Figure, figures_of

_BELOW = re.compile(r"(\(.*)?[a-z]?$")
"""What a code says beyond the paragraph: an item, part of a sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """An element of a diagram that carries a paragraph out."""

    slug: str
    process: str
    element: str
    name: str
    diagram: str
    """What the diagram is called."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a paragraph asks of somebody."""

    who: str
    what: str
    state: State
    things: Sequence[Thing]
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or a whole article that some elements name without saying which paragraph."""

    code: str
    heading: str
    lines: Sequence[str]
    """Empty for a whole article: its paragraphs follow."""
    duties: Sequence[Duty]
    steps: Mapping[str, Sequence[Step]]
    """By diagram."""
    figure: Figure | None
    """None for whoever may not see figures, and where no task has come up lately."""

    @property
    def states(self) -> set[State]:
        """The states its duties are in."""
        return {duty.state for duty in self.duties}

    @property
    def number_of_steps(self) -> int:
        """How many elements carry it."""
        return sum(map(len, self.steps.values()))


@dataclass(frozen=True, slots=True)
class Section:
    """An article."""

    code: str
    heading: str
    parts: Sequence[Part]

    @property
    def states(self) -> set[State]:
        """The states its duties are in."""
        return set[State]().union(*(part.states for part in self.parts))


@dataclass(frozen=True, slots=True)
class LawView:
    """The whole ordinance."""

    title: str
    sections: Sequence[Section]
    states: Mapping[State, int]
    """How many duties are in each state."""


def law_view(session: Session, office: Office, viewer: Viewer, *, figures: bool) -> LawView:
    """Return the ordinance of the viewer's city; figures are counted over the whole city, in one statement."""
    city, procedures = viewer.city, _in_force(session, office, viewer.city.code)
    steps = _steps(city, procedures)
    duties = office.obligations[city.code]
    for one in duties:  # a duty's own steps count as steps of its paragraph
        here = steps[_paragraph(city, one.code)]
        here |= {(step.process, step.element): step for step in _told(one, procedures)}
    counted = figures_of(session, city.code, {code: found.keys() for code, found in steps.items()}) if figures else {}
    by_part = defaultdict[str, list[Duty]](list)
    for one in duties:
        by_part[_paragraph(city, one.code)].append(_duty(one, office, city, procedures))
    sections = [
        Section(
            article.code, article.heading,
            [_part(each, by_part[each.code], steps[each.code].values(), counted) for each in _parts(city, article)],
        )
        for article in city.ordinance.articles.values() if "-" not in article.code and "(" not in article.code
    ]  # fmt: skip
    return LawView(city.ordinance.title, sections, Counter(one.state for one in duties))


def _in_force(session: Session, office: Office, city: str) -> list[Parsed]:
    found = select(Definition.in_force).where(Definition.city == city, Definition.in_force.is_not(None))
    return [office.engine.versions.get(session, str(version)) for version in session.scalars(found.order_by("slug"))]


Steps = defaultdict[str, dict[tuple[str, str], Step]]


def _steps(city: City, procedures: Iterable[Parsed]) -> Steps:
    """Return the elements that name a paragraph, by the paragraph's code; one drawn in several bundles once."""
    found: Steps = defaultdict(dict)
    for parsed in procedures:
        for step, codes in _named(parsed):
            for code in city.own_codes(codes):
                found[_paragraph(city, code)].setdefault((step.process, step.element), step)
    return found


def _named(parsed: Parsed) -> Iterator[tuple[Step, str]]:
    for diagram in parsed.diagrams.values():
        for process in diagram.processes.values():
            for node in process.nodes.values():
                if codes := node.attributes.get("article"):
                    yield _step(parsed, process.id, node.id), codes


def _told(one: Obligation, procedures: Sequence[Parsed]) -> Iterator[Step]:
    for carrier in one.carriers:
        process, _, element = carrier.name.partition("/")
        owner = next((each for each in procedures if each.has(process, element)), None)
        if carrier.kind == "step" and owner:
            yield _step(owner, process, element)


def _step(parsed: Parsed, process: str, element: str) -> Step:
    name = parsed.node(process, element).name or element
    return Step(parsed.bundle.slug, process, element, name, parsed.diagrams[process].processes[process].name or process)


def _paragraph(city: City, code: str) -> str:
    """Return the paragraph a code lies in, the article where it names no paragraph and there are several."""
    article = city.article(code)
    found = _BELOW.sub("", code)
    if "-" in found:
        return found
    pieces = _pieces(city, found)
    if "(" in code:
        return next((each.code for each in pieces if article.text in each.text.split("\n")), found)
    return pieces[0].code if len(pieces) == 1 else found


def _parts(city: City, article: Article) -> list[Article]:
    pieces = _pieces(city, article.code)
    return pieces if len(pieces) == 1 else [article, *pieces]


def _pieces(city: City, article: str) -> list[Article]:
    """Return the paragraphs of an article."""
    return [each for code, each in city.ordinance.articles.items() if re.fullmatch(rf"{article}-\d+", code)]


def _part(piece: Article, duties: Sequence[Duty], steps: Iterable[Step], counted: Mapping[str, Figure]) -> Part:
    whole = "-" not in piece.code
    by_diagram: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_diagram[step.diagram].append(step)
    lines = () if whole else tuple(piece.text.split("\n"))
    return Part(piece.code, piece.heading, lines, duties, by_diagram, counted.get(piece.code))


def _duty(one: Obligation, office: Office, city: City, procedures: Sequence[Parsed]) -> Duty:
    return Duty(one.who, one.what, one.state, things_of(one, city, procedures, office.ledgers[city.code]), one.reason)
