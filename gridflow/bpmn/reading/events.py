"""Event definitions, with the messages, signals, errors and escalations they name."""

from collections.abc import Mapping

from lxml import etree

from gridflow.bpmn.model import EventDefinition
from gridflow.bpmn.names import SPIFF
from gridflow.bpmn.reading.elements import child_text, children, id_of, name_of, tag, text

REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
CODES = {"error": "errorCode", "escalation": "escalationCode"}
TIMERS = ("timeDate", "timeDuration", "timeCycle")

Declared = Mapping[tuple[str, str], str]
"""(message|signal|error|escalation, id) -> name or code."""


def declared(root: etree._Element) -> Declared:
    """Collect what the file declares beside its processes."""
    found = {}
    for kind in REFERENCES:
        for element in children(root, kind):
            code = (element.get(CODES.get(kind, "name")) or "").strip()
            found[kind, id_of(element)] = code or name_of(element)
    return found


def definitions(element: etree._Element, names: Declared) -> tuple[EventDefinition, ...]:
    """Return the definitions of an event, or the message of a send or receive task, in the order of the file."""
    found = [_definition(child, names) for child in element if tag(child).endswith("EventDefinition")]
    found += [EventDefinition("reference") for _ in children(element, "eventDefinitionRef")]
    reference = element.get("messageRef")
    if tag(element) in {"sendTask", "receiveTask"} and reference is not None:
        found.append(EventDefinition("message", reference, names.get(("message", reference))))
    return tuple(found)


def _definition(element: etree._Element, names: Declared) -> EventDefinition:
    kind = tag(element).removesuffix("EventDefinition")
    if kind == "timer":
        return _timer(element)
    if kind == "conditional":
        return EventDefinition(kind, text=child_text(element, "condition"))
    reference = (element.get(REFERENCES[kind]) or "").strip() or None if kind in REFERENCES else None
    name = names.get((kind, reference)) if reference else None
    name = name or (element.get("name") if kind == "link" else None)
    return EventDefinition(
        kind, reference, name, payload=_extra(element, "Payload"), variable=_extra(element, "Variable")
    )


def _extra(element: etree._Element, name: str) -> str | None:
    return text(next(element.iter(f"{{{SPIFF}}}message{name}"), None))


def _timer(element: etree._Element) -> EventDefinition:
    found = [(timer, child_text(element, timer)) for timer in TIMERS if children(element, timer)]
    if len(found) != 1:
        return EventDefinition("timer")
    return EventDefinition("timer", timer=found[0][0], text=found[0][1])
