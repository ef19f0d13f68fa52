"""What the library objects to before it reads a single node is refused in our words too."""

import pytest
from sketch import diagram, process

from gridflow.bpmn import lint, read
from gridflow.engine.runtime import specs
from gridflow.engine.runtime.faults import DiagramRefused

BEFORE = {
    "a data store": ('<bpmn:dataStore id="store" name="库"/>', "数据存储"),
    "a signal without an id": ('<bpmn:signal name="alarm"/>', "没有编号"),
    "an escalation without an id": ('<bpmn:escalation name="up"/>', "没有编号"),
    "a message without an id": ('<bpmn:message name="m"/>', "没有编号"),
    "an error without an id": ('<bpmn:error name="e"/>', "没有编号"),
    "two processes of one id": (process("p", "start2 -> b -> end2"), "同一个编号"),
}


@pytest.mark.parametrize("what", BEFORE)
def test_it_is_refused_and_the_linter_says_so_before(what):
    xml, reason = BEFORE[what]
    file = diagram(process("p", "start -> a -> end"), xml)
    with pytest.raises(DiagramRefused, match=reason):
        specs.build({"p": file}, "p")
    assert {"data-store-unsupported", "id-missing", "id-repeated"} & {f.rule for f in lint(read(file))}
