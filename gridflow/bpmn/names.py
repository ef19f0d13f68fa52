"""The namespaces of a diagram file and the kinds of element Gridflow knows."""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
GRIDFLOW = "urn:gridflow:bpmn"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
BIOC = "http://bpmn.io/schema/bpmn/biocolor/1.0"

HUMAN_TASKS = frozenset({"userTask", "manualTask"})
TASKS = HUMAN_TASKS | {"task", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "scriptTask"}
SUB_PROCESSES = frozenset({"subProcess", "adHocSubProcess", "transaction"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NODES = ACTIVITIES | GATEWAYS | EVENTS

BESIDE_THE_FLOW = frozenset(
    {
        "laneSet", "extensionElements", "documentation", "ioSpecification", "sequenceFlow", "property", "auditing",
        "monitoring", "textAnnotation", "association", "group", "dataObject", "dataObjectReference",
        "dataStoreReference", "incoming", "outgoing", "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics", "dataInputAssociation", "dataOutputAssociation", "completionCondition",
        "categoryValueRef",
    }
)  # fmt: skip
"""What may stand in a process without being a node."""
