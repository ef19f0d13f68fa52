"""Small questions asked of XML elements."""

from collections.abc import Iterator, Mapping

from lxml import etree

from gridflow.bpmn.names import BPMN, GRIDFLOW

ENDS = ("sourceRef", "targetRef")


def tag(element: etree._Element) -> str:
    """Return the local name of a BPMN element, or `{namespace}name` of a foreign one, `{}name` of one without any."""
    name = str(element.tag)
    return name.removeprefix(f"{{{BPMN}}}") if name.startswith("{") else f"{{}}{name}"


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the BPMN children of that name."""
    return element.findall(f"{{{BPMN}}}{name}")


def descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the BPMN elements of that name at any depth."""
    return element.iter(f"{{{BPMN}}}{name}")


def text(element: etree._Element | None) -> str | None:
    """Return the trimmed text; None if there is none or only white space."""
    if element is None:
        return None
    return (element.text or "").strip() or None


def child_text(element: etree._Element, name: str) -> str | None:
    """Return the trimmed text of the first BPMN child of that name."""
    return text(element.find(f"{{{BPMN}}}{name}"))


def name_of(element: etree._Element) -> str:
    """Return the name with its white space made single blanks."""
    return " ".join((element.get("name") or "").split())


def id_of(element: etree._Element) -> str:
    """Return the id; one without is known by its line, a flow also by its ends: no id can look like that."""
    found = (element.get("id") or "").strip()
    return found or f"?{line_of(element)}{''.join(f':{element.get(end)}' for end in ENDS if element.get(end))}"


def line_of(element: etree._Element) -> int:
    """Return the line in the file, 0 if unknown."""
    line: object = element.sourceline  # the stubs of lxml give it no type
    return line if isinstance(line, int) else 0


def is_true(value: str | None, *, default: bool) -> bool:
    """Read an xsd:boolean; whatever is none is no."""
    return default if value is None else value.strip().lower() in {"true", "1"}


def attributes(element: etree._Element) -> Mapping[str, str]:
    """Return the gridflow: attributes by local name."""
    prefix = f"{{{GRIDFLOW}}}"
    return {
        str(key).removeprefix(prefix): str(value).strip()
        for key, value in element.attrib.items()
        if str(key).startswith(prefix)
    }
