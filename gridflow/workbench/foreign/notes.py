"""Remarks as they are made, each about the element a person would point at."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from gridflow.bpmn.names import NODES
from gridflow.bpmn.reading.elements import id_of, name_of, tag, text
from gridflow.workbench.foreign.remarks import LOST, Remark, clipped
from gridflow.workbench.foreign.vendors import OTHER, PRODUCTS, WORDS

POINTED_AT = NODES | {"process", "sequenceFlow", "lane", "definitions", "participant"}


@dataclass(frozen=True, slots=True)
class Notes:
    """What is said about one file."""

    remarks: list[Remark] = field(default_factory=list)

    def say(
        self, state: str, element: etree._Element, what: str, said: str, why: str, remedy: str = "", feel: str = ""
    ) -> None:
        """Add a remark about a part of the file."""
        where, name = _place(element)
        self.remarks.append(Remark(state, where, name, what, clipped(said), why, remedy, feel))

    def lost(self, element: etree._Element, space: str, word: str, said: str) -> None:
        """Say that a word of another product does nothing here."""
        found = WORDS.get(word, OTHER)
        product = PRODUCTS.get(space, space)
        self.say(LOST, element, f"{found.what}（{product} {word}）", said, found.why, found.remedy)


def _place(element: etree._Element) -> tuple[str, str]:
    """Return id and name of what a person would point at: a node or flow, in a table whatever has an id."""
    upwards = (element, *element.iterancestors())
    owner = next((each for each in upwards if tag(each) in POINTED_AT), None)
    if owner is None:
        owner = next((each for each in upwards if each.get("id")), element)
    return id_of(owner) if owner.get("id") else tag(owner), name_of(owner)


def words_of(element: etree._Element) -> str:
    """Return everything an element says, on one line."""
    return " ".join(_words(element))


def _words(element: etree._Element) -> Iterator[str]:
    for each in element.iter(etree.Element):
        yield from (f"{etree.QName(key).localname}={value!s}" for key, value in each.attrib.items())
        if text(each):
            yield text(each) or ""
