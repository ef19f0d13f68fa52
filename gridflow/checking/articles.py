"""Check the articles that diagrams and forms rest on, for every city that uses them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from gridflow.bpmn import Diagram, Finding, Lane, Node
from gridflow.bpmn.linting.findings import clipped
from gridflow.catalogue import ArticleUnknown, Bundle, Catalogue, City
from gridflow.catalogue.bases import CODE
from gridflow.catalogue.cities import lists_in
from gridflow.catalogue.cityfile import bases_path
from gridflow.checking import opening
from gridflow.checking.findings import Found
from gridflow.forms import Form

_LISTS = re.compile(rf'\[("{CODE.pattern}"(?:, "{CODE.pattern}")*)\]|"({CODE.pattern}(?: {CODE.pattern})*)" \| basis')
"""Lists of codes as templates write them: ["N18-3", "B19(2)"], or "N7-1 B6-2" | basis."""
MANY = 12
"""More lists without an article than these are told together: a city just begun has all of them."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A list of article codes, and the place that rests on it."""

    codes: str
    element: str
    name: str

    @property
    def place(self) -> str:
        """Say where it is."""
        return f"{clipped(self.name)}（{self.element}）" if self.name else self.element


def in_order(code: str, cities: Iterable[City]) -> bool:
    """Tell whether the city whose letter a code has knows the article; codes of cities not here are theirs to check."""
    return all(not city.owns(code) or _known(city, code) for city in cities)


def bases_of(bundle: Bundle) -> Iterator[Basis]:
    """Yield every list of codes in the title page, the diagrams and the forms of a bundle."""
    yield from _basis(" ".join(bundle.manifest.basis), bundle.slug, "流程")
    for path in bundle.outlines:
        yield from _of_diagram(opening.diagram(bundle.files[path]))
    for name, content in bundle.forms.items():
        for basis in _of_form(Form.read(content)):
            yield replace(basis, element=name, name="表单")
    for name in issued(bundle) & bundle.documents.keys():
        yield from _of_template(bundle.files[bundle.documents[name]].decode(), name)


def issued(bundle: Bundle) -> set[str]:
    """Return the documents a bundle's diagrams issue."""
    nodes = [
        node
        for path in bundle.outlines
        for process in opening.diagram(bundle.files[path]).processes.values()
        for node in process.nodes.values()
    ]
    said = (node.attributes.get("document", "").split() for node in nodes)
    return {*chain(*said), *(node.inputs["document"].strip('"') for node in nodes if "document" in node.inputs)}


def unknown_articles(form: Form, name: str, cities: Sequence[City]) -> Iterator[Finding]:
    """Find the fields that rest on an article no ordinance has."""
    for field in form.fields:
        for code in field.basis:
            if not in_order(code, cities):
                message = f"条款 {code} 在条例中不存在。"
                yield Finding("form-basis", "error", field.key, name or field.label, message, "请改正该栏的依据条款。")


def without_basis(catalogue: Catalogue, bundles: Iterable[Bundle]) -> Iterator[Found]:
    """Warn of the lists for which a city neither has an article in them nor says in its table what stands for them."""
    bundles = list(bundles)
    for city in catalogue.cities.values():
        missing = untold(city, [bundle for bundle in bundles if bundle.city == city.code])
        if len(missing) > MANY:
            yield _much_missing(city, len(missing))
        else:
            yield from (_missing(city, codes, places) for codes, places in missing.items())


def untold(city: City, bundles: Iterable[Bundle]) -> Mapping[str, list[str]]:
    """Return the lists a city says nothing of, each with the places that rest on it."""
    places: dict[str, dict[str, None]] = {}
    for basis in chain(*map(bases_of, bundles), _of_posts(city)):
        if city.based_on(basis.codes) is None:
            places.setdefault(basis.codes, {})[basis.place] = None
    return {codes: list(found) for codes, found in places.items()}


def _of_posts(city: City) -> Iterator[Basis]:
    for post in city.appointments.values():
        yield from _basis(" ".join(post.basis), f"appointments.{post.code}", post.title)


def based_nowhere(content: Diagram | Form, cities: Sequence[City]) -> Iterator[Finding]:
    """Find what no city has an article for, in a file that belongs to no procedure."""
    for basis in _of_diagram(content) if isinstance(content, Diagram) else _of_form(content):
        if all(city.based_on(basis.codes) is None for city in cities):
            message = f"依据 {clipped(basis.codes)} 不是任何一个城市的条款。"
            yield Finding("article-unknown", "error", basis.element, basis.name, message, "请核对条款代码的字头。")


def _of_diagram(diagram: Diagram) -> Iterator[Basis]:
    for process in diagram.processes.values():
        places: list[Lane | Node] = [*process.lanes.values(), *process.nodes.values()]
        for place in places:
            yield from _basis(place.attributes.get("article", ""), place.id, place.name)
    for artifact in diagram.artifacts.values():
        for codes in lists_in(artifact.text):
            yield from _basis(codes, artifact.id, f"注释 {artifact.text.splitlines()[0]}")


def _of_form(form: Form) -> Iterator[Basis]:
    for field in form.fields:
        yield from _basis(" ".join(field.basis), field.key, field.label)


def _of_template(text: str, name: str) -> Iterator[Basis]:
    for listed, said in _LISTS.findall(text):
        yield from _basis(said or listed.replace('"', "").replace(",", ""), name, "文书")


def _basis(codes: str, element: str, name: str) -> Iterator[Basis]:
    if codes.strip():
        yield Basis(" ".join(dict.fromkeys(codes.split())), element, name)


def _missing(city: City, codes: str, places: list[str]) -> Found:
    message = f"{city.name}没有写明 {codes} 对应本市哪一条，这些地方显示不出依据：{'、'.join(places)}。"
    remedy = "请在这张表中补一行；本市没有这样的规定，第二栏留空。"
    return Found(bases_path(city.code), Finding("basis-missing", "warning", "", "", message, remedy))


def _much_missing(city: City, count: int) -> Found:
    message = f"{city.name}还有 {count} 处依据没有写明对应本市哪一条，这些地方显示不出依据。"
    remedy = f"gridflow city bases {city.code} 一个代码一行地列出来，请接在这张表后面逐行填写。"
    return Found(bases_path(city.code), Finding("basis-missing", "warning", "", "", message, remedy))


def _known(city: City, code: str) -> bool:
    try:
        return bool(city.article(code))
    except ArticleUnknown:
        return False
