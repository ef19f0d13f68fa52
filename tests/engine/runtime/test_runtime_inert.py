"""No text of a diagram and no value of a case is ever compiled or run as Python, before or after storage."""

import sys

import pytest
from case import Case, Desk
from lxml import etree
from test_runtime_walks import EVERYTHING

from gridflow.errors import GridflowError

MARK = "gridflow_was_here"
EVIL = f"__import__('sys').modules.__setitem__('{MARK}', 1)"
TEMPLATE = f"{{{{ ().__class__.__base__ and '{MARK}' }}}}${{{EVIL}}}"
STEPS = 12
seen: list[str] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    """Note whatever reaches Python's compiler, a shell or another process with our mark in it."""
    if event in ("compile", "exec", "os.system", "subprocess.Popen", "import") and MARK in repr(arguments):
        seen.append(event)


sys.addaudithook(_listen)


@pytest.fixture(autouse=True)
def _nothing_heard_yet():
    """Forget what other tests had compiled: one of them reads the source of all tests, marks and all."""
    seen.clear()


def places():
    """Number every attribute and text of the diagram that may carry an expression or a name."""
    root = etree.fromstring(EVERYTHING)
    for number, element in enumerate(root.iter(etree.Element)):
        yield from ((number, name) for name in element.attrib if name not in ("id", "sourceRef", "targetRef"))
        if len(element) == 0 and (element.text or "").strip():
            yield number, None


PLACES = list(places())


def poisoned(number, name, text):
    root = etree.fromstring(EVERYTHING)
    element = list(root.iter(etree.Element))[number]
    if name is None:
        element.text = text
    else:
        element.set(name, text)
    return etree.tostring(root)


def live(xml, data):
    """Do everything that can be done for a while; what is refused or parked is as good as what runs."""
    try:
        case = Case(xml, data=data, desk=Desk(decisions={}), called=["c", "w"])
        for step in range(STEPS):
            waiting = case.run.waiting()
            todo = [
                *((case.run.retry, waiter) for waiter in waiting.incidents),
                *((case.run.complete, waiter) for waiter in waiting.humans),
                *((case.run.deliver, waiter) for waiter in waiting.messages),
            ]
            if todo:
                act, waiter = todo[step % len(todo)]
                act(waiter.task_id, {**data, "units": ["A"], "rounds": step})
                case.go()
    except GridflowError:
        return


def test_the_ear_hears_what_reaches_the_compiler():
    compile(f"'{MARK}'", "x", "eval")
    assert seen == ["compile"]
    seen.clear()


@pytest.mark.parametrize("text", [EVIL, TEMPLATE])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0]}-{str(place[1]).rpartition('}')[2]}")
def test_no_text_of_a_diagram_reaches_python(place, text):
    live(poisoned(*place, text), {"redo": False, "verdict": False})
    assert seen == []
    assert MARK not in sys.modules


@pytest.mark.parametrize("key", ["typename", "__class__", "data", EVIL])
def test_no_name_or_value_of_the_data_reaches_python(key):
    live(EVERYTHING, {key: EVIL, "units": [{key: EVIL}], "d": {key: {"typename": "datetime", "value": EVIL}}})
    assert seen == []
    assert MARK not in sys.modules
