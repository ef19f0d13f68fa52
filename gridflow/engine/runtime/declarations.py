"""What the XML of a diagram says beside the flow: our attributes and parameters, and what a process takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag

from gridflow.bpmn.names import GRIDFLOW


@dataclass(frozen=True)
class Contract:
    """What a process takes from its caller and gives back: names of variables."""

    inputs: frozenset[str] = frozenset()
    optional_inputs: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    optional_outputs: frozenset[str] = frozenset()


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def gridflow_attributes(element: etree._Element) -> dict[str, str]:
    """Return the gridflow: attributes by local name."""
    prefix = f"{{{GRIDFLOW}}}"
    return {str(k).removeprefix(prefix): str(v).strip() for k, v in element.attrib.items() if str(k).startswith(prefix)}


def parameters(element: etree._Element) -> dict[str, str]:
    """Return the gridflow:input parameters, name to FEEL."""
    own = element.find(full_tag("extensionElements"))
    inputs = [] if own is None else own.findall(f"{{{GRIDFLOW}}}input")
    return {str(e.get("name")): str(e.get("value") or "").strip() for e in inputs}


def contract(process: etree._Element) -> Contract:
    """Read what a process declares; names of variables are the names of the data, not their ids."""
    io = process.find(full_tag("ioSpecification"))
    if io is None:
        return Contract()
    ins = {str(e.get("id")): str(e.get("name") or e.get("id")) for e in io.findall(full_tag("dataInput"))}
    outs = {str(e.get("id")): str(e.get("name") or e.get("id")) for e in io.findall(full_tag("dataOutput"))}

    def named(refs: str, names: Mapping[str, str]) -> frozenset[str]:
        return frozenset(
            names[(e.text or "").strip()] for e in io.iter(full_tag(refs)) if (e.text or "").strip() in names
        )

    optional_inputs = named("optionalInputRefs", ins)
    optional_outputs = named("optionalOutputRefs", outs)
    return Contract(
        inputs=frozenset(ins.values()) - optional_inputs,
        optional_inputs=optional_inputs,
        outputs=frozenset(outs.values()) - optional_outputs,
        optional_outputs=optional_outputs,
    )
