"""Draws small diagrams from a line of text: `start -> ask -> x_ok; x_ok -> end [ok]; x_ok -> ask *`.

The beginning of an id tells the kind: start, end, x_ exclusive, p_ parallel, o_ inclusive, e_ event gateway,
do_ service task, rule_ decision; anything else is a user task unless it is given as a part. `[...]` is the
condition of the arrow before it, `*` makes it the default.
"""

import re
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:gridflow="urn:gridflow:bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="defs" targetNamespace="t">'
)
KINDS = {
    "start": "startEvent",
    "end": "endEvent",
    "x_": "exclusiveGateway",
    "p_": "parallelGateway",
    "o_": "inclusiveGateway",
    "e_": "eventBasedGateway",
    "do_": "serviceTask",
}
STEP = re.compile(r"\s*(\w+)\s*(?:\[(.*)\]|(\*))?\s*$")


def element(tag, id, inner="", **attributes):
    text = "".join(f" {name.replace('__', ':')}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bpmn:{tag} id="{id}"{text}>{inner}</bpmn:{tag}>'


def body(flows, **parts):
    """Draw the inside of a process or sub-process; a part is the XML of a node."""
    nodes, arrows, defaults = {}, [], {}
    for chain in filter(str.strip, flows.split(";")):
        steps = [STEP.match(step).groups() for step in chain.split("->")]
        for name, _, _ in steps:
            nodes.setdefault(name)
        for (source, _, _), (target, condition, default) in pairwise(steps):
            arrow = f"f{len(arrows)}_{source}_{target}"
            arrows.append((arrow, source, target, condition))
            if default:
                defaults[source] = arrow
    for name in parts:
        nodes.setdefault(name)
    drawn = [parts.get(name) or _node(name, defaults.get(name)) for name in nodes]
    return "".join(drawn) + "".join(_flow(*arrow) for arrow in arrows)


def _node(name, default):
    extra = {"default": default} if default else {}
    if name.startswith("rule_"):
        called = f"<spiffworkflow:calledDecisionId>{name[5:]}</spiffworkflow:calledDecisionId>"
        return element("businessRuleTask", name, f"<bpmn:extensionElements>{called}</bpmn:extensionElements>")
    kind = next((tag for prefix, tag in KINDS.items() if name.startswith(prefix)), "userTask")
    return element(kind, name, **extra)


def _flow(id, source, target, condition):
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    return element("sequenceFlow", id, inner, sourceRef=source, targetRef=target)


def process(id, flows, io="", **parts):
    return element("process", id, io + body(flows, **parts), isExecutable="true")


def diagram(*processes):
    names = "".join(
        f'<bpmn:message id="{n}" name="{n}"/>' for n in ("objection", "redispatch", "withdraw", "more", "reply")
    )
    names += '<bpmn:signal id="alarm" name="alarm"/><bpmn:escalation id="up" name="up" escalationCode="U1"/>'
    names += '<bpmn:error id="broken" name="broken" errorCode="B1"/>'
    return f"{HEAD}{names}{''.join(processes)}</bpmn:definitions>".encode()


def message(name, payload=""):
    text = f"<spiffworkflow:messagePayload>{escape(payload)}</spiffworkflow:messagePayload>" if payload else ""
    inner = f"<bpmn:extensionElements>{text}</bpmn:extensionElements>" if text else ""
    return f'<bpmn:messageEventDefinition messageRef="{name}">{inner}</bpmn:messageEventDefinition>'


def signal(name):
    return f'<bpmn:signalEventDefinition signalRef="{name}"/>'


def escalation(name):
    return f'<bpmn:escalationEventDefinition escalationRef="{name}"/>'


def error(name):
    return f'<bpmn:errorEventDefinition errorRef="{name}"/>'


def timer(text, kind="timeDate"):
    inner = f"<bpmn:{kind}>{escape(text)}</bpmn:{kind}>"
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def boundary(id, host, definition, *, interrupts=False, **gridflow):
    attributes = {f"gridflow__{name}": value for name, value in gridflow.items()}
    return element(
        "boundaryEvent", id, definition, attachedToRef=host, cancelActivity=str(interrupts).lower(), **attributes
    )


def catch(id, definition, inputs=""):
    return element("intermediateCatchEvent", id, inputs + definition)


def throw(id, definition, inputs=""):
    return element("intermediateThrowEvent", id, inputs + definition)


def inputs(**values):
    text = "".join(f'<gridflow:input name="{name}" value={quoteattr(value)}/>' for name, value in values.items())
    return f"<bpmn:extensionElements>{text}</bpmn:extensionElements>"


def sub(id, flows, loop="", **parts):
    return element("subProcess", id, body(flows, **parts) + loop)


def call(id, called, loop=""):
    return element("callActivity", id, loop, calledElement=called)


def user(id, loop=""):
    return element("userTask", id, loop)


def items(variable, item, *, sequential=False, output=None, result=None, condition=None):
    inner = f"<bpmn:loopDataInputRef>{variable}</bpmn:loopDataInputRef>"
    if output:
        inner += f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"
    inner += f'<bpmn:inputDataItem id="{item}" name="{item}"/>'
    if output:
        inner += f'<bpmn:outputDataItem id="{result}" name="{result}"/>'
    if condition:
        inner += f"<bpmn:completionCondition>{escape(condition)}</bpmn:completionCondition>"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">{inner}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def contract(takes=(), gives=(), may_take=(), may_give=()):
    every_in, every_out = [*takes, *may_take], [*gives, *may_give]
    parts = [f'<bpmn:dataInput id="in_{n}" name="{n}"/>' for n in every_in]
    parts += [f'<bpmn:dataOutput id="out_{n}" name="{n}"/>' for n in every_out]
    parts.append("<bpmn:inputSet>" + "".join(f"<bpmn:dataInputRefs>in_{n}</bpmn:dataInputRefs>" for n in every_in))
    parts += [f"<bpmn:optionalInputRefs>in_{n}</bpmn:optionalInputRefs>" for n in may_take]
    parts.append("</bpmn:inputSet><bpmn:outputSet>")
    parts += [f"<bpmn:dataOutputRefs>out_{n}</bpmn:dataOutputRefs>" for n in every_out]
    parts += [f"<bpmn:optionalOutputRefs>out_{n}</bpmn:optionalOutputRefs>" for n in may_give]
    return f"<bpmn:ioSpecification>{''.join(parts)}</bpmn:outputSet></bpmn:ioSpecification>"
