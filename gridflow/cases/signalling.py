"""Tell every other instance of a case something at once: each hears it by a job of its own."""

from sqlalchemy import select

from gridflow.db import table
from gridflow.engine.actions import Call, Result
from gridflow.engine.jobs import job_row
from gridflow.engine.messages import armed
from gridflow.engine.models import Instance, MessageWait
from gridflow.engine.runtime.values import own, pack


def signal_each(call: Call) -> Result:
    """Send a signal to the instances of this case that wait for it, and to no other case; the rest goes with it.

    One job for each, so that hundreds of them hold up nobody.
    """
    turn, name = call.turn, call.text("signal")
    waits, instances = table(MessageWait).c, table(Instance).c
    waiting = (
        select(waits.id, waits.instance_id, waits.host_task_id, waits.element_id)
        .join(table(Instance), instances.id == waits.instance_id)
        .where(waits.case_id == turn.facts.case_id, waits.name == name, waits.instance_id != turn.instance_id)
        .where(instances.status == "running")
        .order_by(waits.id)
    )
    payload = pack({key: own(value) for key, value in call.inputs.items() if key != "signal"})
    found = turn.session.execute(waiting).all()
    for wait in found:
        letter = {"wait": wait.id, "payload": payload, **armed(wait)}
        turn.effects.jobs.append(job_row("receive", turn.facts.city, letter, case_id=turn.facts.case_id))
    turn.note("told", {"signal": name, "instances": len(found)})
    return {}
