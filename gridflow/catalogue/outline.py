"""What a bundle must know of an XML file: the ids it defines and the ids it asks for."""

from dataclasses import dataclass

from lxml import etree

from gridflow.catalogue.errors import FileInvalid
from gridflow.markup import fault

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_OURS = "{urn:gridflow:bpmn}"


@dataclass(frozen=True, slots=True)
class Outline:
    """The ids of one diagram."""

    processes: tuple[str, ...]
    calls: tuple[str, ...]
    """Process ids named by call activities."""
    forms: frozenset[str]
    """Form ids asked for: the id of every element, and every `gridflow:form`."""


def read_outline(path: str, content: bytes) -> Outline:
    """Read the ids of a BPMN file."""
    root = _parse(path, content)
    return Outline(
        processes=tuple(it.get("id", "") for it in root.iter(f"{_BPMN}process")),
        calls=tuple(it.get("calledElement", "") for it in root.iter(f"{_BPMN}callActivity")),
        forms=frozenset(it.get(f"{_OURS}form") or it.get("id") or "" for it in root.iter(f"{_BPMN}*")),
    )


def decision_ids(path: str, content: bytes) -> tuple[str, ...]:
    """Read the decision ids of a DMN file, whatever DMN version it is written in."""
    return tuple(it.get("id", "") for it in _parse(path, content).iter("{*}decision"))


def _parse(path: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as problem:
        raise FileInvalid(path, f"不是有效的 XML（{fault(problem)}），请用流程设计器重新保存。") from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileInvalid(path, "含有 DOCTYPE 声明，为了安全不予读取，请删去。")
    return root
