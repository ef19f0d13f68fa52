import sys

import pytest
from case import Case, Desk
from sketch import boundary, catch, diagram, element, inputs, items, message, process, sub, throw, timer, user

from gridflow.bpmn import BpmnUnreadable
from gridflow.engine.runtime import specs
from gridflow.engine.runtime.faults import DiagramRefused, ScriptRefused
from gridflow.engine.runtime.run import Run
from gridflow.engine.runtime.services import Expressions
from gridflow.feel import FeelError

EVIL = "__import__('sys').modules.__setitem__('gridflow_was_here', 1)"
LOOKUP = "().__class__.__base__.__subclasses__()"
PLACES = {
    "condition": process("p", f"start -> ask -> x_g; x_g -> a [{EVIL}]; x_g -> b *; a -> end; b -> end_b"),
    "date": process("p", "start -> ask -> t -> end", t=catch("t", timer(EVIL))),
    "duration": process("p", "start -> ask -> t -> end", t=catch("t", timer(EVIL, "timeDuration"))),
    "cycle": process("p", "start -> ask -> t -> end", t=catch("t", timer(EVIL, "timeCycle"))),
    "cardinality": process(
        "p",
        "start -> ask -> each -> end",
        each=user(
            "each",
            "<bpmn:multiInstanceLoopCharacteristics>"
            f"<bpmn:loopCardinality>{EVIL}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
        ),
    ),
    "loop": process(
        "p",
        "start -> ask -> each -> end",
        each=user(
            "each",
            '<bpmn:standardLoopCharacteristics testBefore="true">'
            f"<bpmn:loopCondition>{EVIL}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
        ),
    ),
    "payload": process("p", "start -> ask -> t -> end", t=throw("t", message("reply", EVIL))),
    "parameter": process("p", "start -> ask -> t -> end", t=throw("t", message("reply"), inputs(a=EVIL))),
    "key": process("p", "start -> ask -> t -> end", t=catch("t", message("reply"), inputs(key=EVIL))),
    "conditional": process(
        "p",
        "start -> ask -> t -> end",
        t=catch("t", element("conditionalEventDefinition", "d", f"<bpmn:condition>{EVIL}</bpmn:condition>")),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_expression_is_inert_before_and_after_storage(place):
    case = Case(diagram(PLACES[place]))
    case.do("ask")
    assert len(case.causes) == 1, "it is no FEEL, so it parks"
    case.retry()
    assert len(case.causes) == 1
    assert "gridflow_was_here" not in sys.modules


def test_a_hostile_completion_condition_is_inert():
    loop = items("units", "unit", condition=EVIL)
    case = Case(diagram(process("p", "start -> ask -> each -> end", each=user("each", loop))))
    case.do("ask", units=[1, 2])
    case.do("each")
    assert len(case.causes) == 1
    assert "gridflow_was_here" not in sys.modules


class Watched(Desk):
    """Notes every expression that arrives."""

    def __init__(self):
        super().__init__(decisions={"x": lambda data: {"level": 1}})
        self.seen = []

    def evaluate(self, expression, data, task_id=None):
        self.seen.append(expression)
        return super().evaluate(expression, data)


def test_every_expression_of_a_restored_run_goes_to_the_services():
    desk = Watched()
    xml = diagram(process("p", "start -> ask -> x_g; x_g -> a [n > 1]; x_g -> b *; a -> end; b -> end_b"))
    case = Case(xml, desk=desk)
    other = Watched()
    case.run = Run.restore(case.specs, case.blob, other)
    case.do("ask", n=2)
    assert (desk.seen, other.seen) == ([], ["n > 1"])


def test_the_script_engine_executes_nothing():
    engine = Expressions(Desk())
    for refuse in (
        lambda: engine.execute(None, EVIL),
        lambda: engine.call_service(None),
        lambda: engine.environment.execute(EVIL, {}),
        lambda: engine.environment.call_service({}),
    ):
        with pytest.raises(ScriptRefused):
            refuse()
    with pytest.raises(FeelError):
        engine.environment.evaluate(LOOKUP, {})


REFUSED = {
    "script": process("p", "start -> s -> end", s=element("scriptTask", "s", f"<bpmn:script>{EVIL}</bpmn:script>")),
    "ad hoc": process("p", "start -> s -> end", s=element("adHocSubProcess", "s")),
    "transaction": process("p", "start -> s -> end", s=element("transaction", "s")),
    "event sub-process": process(
        "p",
        "start -> a -> end",
        s=sub("s", "start_s -> b -> end_s").replace(" id=", ' triggeredByEvent="true" id=', 1),
    ),
    "link": process("p", "start -> t -> end", t=throw("t", '<bpmn:linkEventDefinition name="x"/>')),
    "compensation": process("p", "start -> t -> end", t=throw("t", "<bpmn:compensateEventDefinition/>")),
    "two starts": process("p", "start -> a -> end; start2 -> a"),
    "message start": process("p", "start -> a -> end", start=element("startEvent", "start", message("reply"))),
    "dead end": process("p", "start -> a"),
    "missing call": process("p", "start -> a -> end", a='<bpmn:callActivity id="a" calledElement="nowhere"/>'),
    "reserved id": process("p", "start -> End -> end"),
    "two triggers": process("p", "start -> t -> end", t=catch("t", message("reply") + timer("now()"))),
    "no timer text": process("p", "start -> t -> end", t=catch("t", "<bpmn:timerEventDefinition/>")),
    "unknown message": process("p", "start -> t -> end", t=catch("t", message("nothing"))),
    "data on a node": process("p", "start -> a -> end", a=user("a", "<bpmn:ioSpecification/>")),
    "no decision": process("p", "start -> a -> end", a=element("businessRuleTask", "a")),
    "complex gateway": process("p", "start -> g -> end", g=element("complexGateway", "g")),
    "not executable": process("p", "start -> a -> end").replace('isExecutable="true"', 'isExecutable="false"'),
    "two ways out of a task": process("p", "start -> a -> end; a -> end_b"),
    "a flow without condition": process("p", "start -> x_g; x_g -> end; x_g -> end_b"),
    "a sub-process without a start": process("p", "start -> s -> end", s=sub("s", "a -> end_s")),
    "a call of nothing": process("p", "start -> a -> end", a=element("callActivity", "a")),
    "a chain too long": process("p", "start -> " + " -> ".join(f"t{n}" for n in range(600)) + " -> end"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_run_safely_is_refused_when_built(what):
    with pytest.raises(DiagramRefused, match="流程图不能运行") as refusal:
        specs.build({"p": diagram(REFUSED[what])}, "p")
    assert "引擎不能执行这种画法" not in refusal.value.message, "the reason is said in our own words"


def test_a_file_with_a_doctype_is_refused():
    xml = diagram(PLACES["date"]).replace(b"<bpmn:definitions", b'<!DOCTYPE x [<!ENTITY e "v">]><bpmn:definitions', 1)
    with pytest.raises(BpmnUnreadable):
        specs.build({"p": xml}, "p")


@pytest.mark.parametrize("x", ["", "nothing", "1,5", "NaN"])
@pytest.mark.parametrize("around", ["BPMNDiagram", "Lost"])
def test_a_damaged_drawing_keeps_no_case_from_running(around, x):
    spaces = 'xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    shape = f'<d:BPMNShape bpmnElement="ask"><dc:Bounds x="{x}" y="0" width="1" height="1"/></d:BPMNShape>'
    drawing = f"<d:{around} {spaces}><d:BPMNPlane>{shape}</d:BPMNPlane></d:{around}></bpmn:definitions>"
    xml = diagram(process("p", "start -> ask -> end")).replace(b"</bpmn:definitions>", drawing.encode())
    case = Case(xml)
    case.do("ask")
    assert case.run.finished


@pytest.mark.parametrize("space", ["urn:other", "urn:gridflow:bpmn", ""])
def test_a_flow_that_is_none_of_the_standard_leads_nowhere(space):
    strange = f'<sequenceFlow xmlns="{space}" id="strange" sourceRef="p_g" targetRef="after"/></bpmn:process>'
    drawn = process("p", "start -> p_g -> ask -> after -> end; p_g -> b -> end_b")
    case = Case(diagram(drawn.replace("</bpmn:process>", strange)))
    assert case.names == ["ask", "b"]


def test_running_does_not_change_the_shared_specs():
    offer = boundary("offer", "host", message("objection"))
    loop = items("units", "unit")
    xml = diagram(
        process("p", "start -> ask -> each -> host -> end; offer -> b -> end_b", offer=offer, each=user("each", loop))
    )
    first = Case(xml)
    before = fingerprint(first.specs)
    first.do("ask", units=[1, 2, 3])
    for _ in range(3):
        first.do("each")
    first.send("offer")
    first.send("offer")
    second = Run.start(first.specs, {}, Desk())
    second.advance()
    assert [w.element_id for w in second.waiting().humans] == ["ask"]
    first.do("host")
    assert first.run.finished
    assert fingerprint(first.specs) == before


def fingerprint(built):
    return {
        key: [
            (name, [*node._inputs], [*node._outputs], node.completed_event.n_subscribers())
            for name, node in sorted(spec.task_specs.items())
        ]
        for key, spec in built.processes.items()
    }


def test_the_gridflow_attributes_of_an_element_can_be_read():
    offer = boundary("offer", "host", message("objection"), with_host="false", role="handler")
    tell = throw("tell", message("reply"), inputs(text='"a"'))
    built = specs.build(
        {"p": diagram(process("p", "start -> host -> tell -> end; offer -> b -> end_b", offer=offer, tell=tell))}, "p"
    )
    assert built.attributes("p", "offer") == {"with_host": "false", "role": "handler"}
    assert built.parameters("p", "tell") == {"text": '"a"'}
    assert built.attributes("p", "nothing") == {}
