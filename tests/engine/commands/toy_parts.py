"""Drawn parts the command tests share."""

from sketch import element, inputs, timer


def gridflow(names):
    return {f"gridflow__{name}": value for name, value in names.items()}


def task(id, loop="", **names):
    return element("userTask", id, loop, name=id, **gridflow(names))


def town_tasks(*ids):
    return {id: task(id, role="town") for id in ids}


def service(id, action, given=None, **names):
    return element(
        "serviceTask", id, inputs(**given) if given else "", name=id, **gridflow({"action": action, **names})
    )


def offer(id, host, *, message="objection", interrupts=False, **names):
    """A boundary event a person may trigger."""
    caught = f'<bpmn:messageEventDefinition messageRef="{message}"/>'
    return element(
        "boundaryEvent", id, caught, name=id, attachedToRef=host, cancelActivity=str(interrupts).lower(),
        gridflow__form=id, **gridflow(names),
    )  # fmt: skip


def limit_timer(id, host, limit, *, interrupts=False):
    """A boundary event that comes when a limit is due."""
    return element(
        "boundaryEvent", id, timer(f"limit.{limit}.due"), name=id, attachedToRef=host,
        cancelActivity=str(interrupts).lower(), gridflow__limit=limit,
    )  # fmt: skip
