"""A small builder of diagram files, so that a test shows only what it is about."""

from html import escape
from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:gridflow="urn:gridflow:bpmn"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions"'
    ' targetNamespace="urn:gridflow:test">\n'
)
SIZES = {"Event": (36, 36), "Gateway": (50, 50)}


def element(kind: str, key: str, name: str = "", inner: str = "", **attributes: str) -> str:
    """A node; attributes whose name starts with `g_` are gridflow: ones."""
    written = "".join(
        f' {"gridflow:" + k[2:] if k.startswith("g_") else k}="{escape(v)}"' for k, v in attributes.items()
    )
    return f'<bpmn:{kind} id="{key}" name="{escape(name or key)}"{written}>{inner}</bpmn:{kind}>\n'


def user_task(key: str, name: str = "", inner: str = "", **attributes: str) -> str:
    return element("userTask", key, name or "登记", inner, **{"g_role": "village", "g_article": "N18-2", **attributes})


def service(key: str, action: str, inner: str = "", **attributes: str) -> str:
    return element("serviceTask", key, "办理", inner, **{"g_action": action, "g_article": "N18-2", **attributes})


def inputs(**values: str) -> str:
    rows = "".join(f'<gridflow:input name="{k}" value="{escape(v)}"/>' for k, v in values.items())
    return f"<bpmn:extensionElements>{rows}</bpmn:extensionElements>"


def rule_task(key: str, decision: str = "classify", **attributes: str) -> str:
    called = f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>" if decision else ""
    inner = f"<bpmn:extensionElements>{called}</bpmn:extensionElements>"
    return element("businessRuleTask", key, "分类", inner, **{"g_article": "N18-2", **attributes})


def start(key: str = "start") -> str:
    return element("startEvent", key, "开始")


def end(key: str = "done", inner: str = "") -> str:
    return element("endEvent", key, "办结", inner)


def timer(text: str, kind: str = "timeDate") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def definition(kind: str, ref: str = "") -> str:
    written = f' {kind}Ref="{ref}"' if ref else ""
    return f"<bpmn:{kind}EventDefinition{written}/>"


def boundary(key: str, host: str, inner: str, *, interrupting: bool = True, **attributes: str) -> str:
    return element(
        "boundaryEvent", key, "边界", inner, attachedToRef=host, cancelActivity=str(interrupting).lower(), **attributes
    )


def flow(source: str, target: str, condition: str = "", name: str = "", key: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    named = f' name="{escape(name)}"' if name else ""
    return (
        f'<bpmn:sequenceFlow id="{key or f"{source}__{target}"}" sourceRef="{source}" targetRef="{target}"{named}>'
        f"{inner}</bpmn:sequenceFlow>\n"
    )


def path(*keys: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(keys))


def lanes(*rows: tuple[str, str, tuple[str, ...]]) -> str:
    """Lanes of (id, role, node ids)."""
    written = "".join(
        f'<bpmn:lane id="{key}" name="{key}" gridflow:role="{role}">'
        + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
        + "</bpmn:lane>"
        for key, role, nodes in rows
    )
    return f'<bpmn:laneSet id="lanes">{written}</bpmn:laneSet>'


def data(taken: tuple[str, ...] = (), given: tuple[str, ...] = (), *, listed: bool = True) -> str:
    """An ioSpecification; each item has an id of its own, the name is the variable."""
    parts = "".join(f'<bpmn:dataInput id="in_{name}" name="{name}"/>' for name in taken)
    parts += "".join(f'<bpmn:dataOutput id="out_{name}" name="{name}"/>' for name in given)
    ins = "".join(f"<bpmn:dataInputRefs>in_{name}</bpmn:dataInputRefs>" for name in taken if listed)
    outs = "".join(f"<bpmn:dataOutputRefs>out_{name}</bpmn:dataOutputRefs>" for name in given if listed)
    sets = f"<bpmn:inputSet>{ins}</bpmn:inputSet><bpmn:outputSet>{outs}</bpmn:outputSet>"
    return f"<bpmn:ioSpecification>{parts}{sets}</bpmn:ioSpecification>"


def process(*parts: str, key: str = "event", executable: str = "true") -> str:
    return f'<bpmn:process id="{key}" name="事件" isExecutable="{executable}">\n{"".join(parts)}</bpmn:process>\n'


def shape(key: str, x: float, y: float, width: float = 120, height: float = 80, **attributes: str) -> str:
    written = "".join(f' {k}="{v}"' for k, v in attributes.items())
    return (
        f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}"{written}>'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>\n'
    )


def edge(key: str, *points: tuple[float, float], label: tuple[float, float, float, float] | None = None) -> str:
    written = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    if label:
        x, y, width, height = label
        bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
        written += f"<bpmndi:BPMNLabel>{bounds}</bpmndi:BPMNLabel>"
    return f'<bpmndi:BPMNEdge id="{key}_di" bpmnElement="{key}">{written}</bpmndi:BPMNEdge>\n'


def drawing(*parts: str, plane: str = "event") -> str:
    return (
        f'<bpmndi:BPMNDiagram id="drawing"><bpmndi:BPMNPlane id="plane" bpmnElement="{plane}">{"".join(parts)}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n"
    )


def file(*parts: str) -> bytes:
    return (HEAD + "".join(parts) + "</bpmn:definitions>\n").encode()


def straight(*middle: str, nodes: tuple[str, ...]) -> bytes:
    """A process start -> nodes -> end of the given node elements."""
    return file(process(start(), *middle, end(), path("start", *nodes, "done")))
