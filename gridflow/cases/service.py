"""Hand in a task or an offer. Each is one command: the caller opens the transaction and commits."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.filing import Desk, Handed, Opened, Ready, check, file
from gridflow.cases.notices import answer_asker
from gridflow.cases.office import Office
from gridflow.cases.opening import form_of, open_case, start_form
from gridflow.cases.options import options_for
from gridflow.cases.viewer import Viewer
from gridflow.engine.commands import Did, Task
from gridflow.engine.models import MessageWait, WorkItem
from gridflow.engine.turn import Turn
from gridflow.forms import Form


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A task that somebody opened, with its form."""

    task: Task
    opened: Opened

    @property
    def item(self) -> WorkItem:
        """The task itself."""
        return self.task.item

    @property
    def turn(self) -> Turn:
        """Its instance."""
        return self.task.turn


@dataclass(frozen=True, slots=True)
class OfferForm:
    """An offer that somebody opened, with its form."""

    wait: MessageWait
    turn: Turn
    opened: Opened


# ------------------------------------------------------------ tasks


def task_form(session: Session, office: Office, viewer: Viewer, work_item_id: str) -> TaskForm:
    """Return a task the viewer may do, with its form; raises what the engine raises for strangers."""
    task = office.engine.task(session, work_item_id, viewer.actor)
    item, turn = task.item, task.turn
    node = turn.parsed.node(item.process_id, item.element_id)
    data = turn.data_of(item.task_id)
    form_id = node.attributes.get("form", node.id)
    return TaskForm(task, _opened(session, viewer, turn, form_id, data))


def complete_task(
    session: Session, office: Office, viewer: Viewer, task: TaskForm, ready: Ready, request_id: str
) -> Did:
    """Complete a task with a checked form; everything or nothing is written."""
    item = task.item
    desk = Desk(
        item.case_id, item.city, item.process_id, item.element_id, item.step, clock.now(),
        viewer.user.id, item.role, item.unit_id, item.instance_id,
    )  # fmt: skip
    did = office.engine.complete(
        session, item.id, viewer.actor, ready.public,
        record=lambda: file(session, office, ready, desk), request_id=request_id, seen=task.task,
    )  # fmt: skip
    if not did.repeated:
        answer_asker(session, task.task, _choices(task.opened.form, ready))
    return did


def _choices(form: Form, ready: Ready) -> list[str]:
    """Return the first thing that was chosen, in words: what a ruling says, never what was typed."""
    for field in form.fields:
        label = next((option.label for option in field.options if option.value == ready.public.get(field.key)), "")
        if field.kind == "radio" and label:
            return [label]
    return []


# ------------------------------------------------------------ offers


def offer_form(session: Session, office: Office, viewer: Viewer, message_wait_id: str) -> OfferForm:
    """Return an offer made to the viewer, with its form."""
    wait = office.engine.offer(session, message_wait_id, viewer.actor)
    turn = office.engine.look(session, wait.instance_id, viewer.actor)
    data = turn.data_of(wait.task_id)
    return OfferForm(wait, turn, _opened(session, viewer, turn, str(wait.form), data))


def take_offer(
    session: Session, office: Office, viewer: Viewer, offer: OfferForm, ready: Ready, request_id: str
) -> Did:
    """Send the message of an offer with a checked form."""
    wait = offer.wait
    desk = Desk(
        wait.case_id, wait.city, wait.process_id, wait.element_id, wait.label, clock.now(),
        viewer.actor.user_id, wait.role, wait.unit_id, wait.instance_id,
    )  # fmt: skip
    return office.engine.take_offer(
        session, wait.id, viewer.actor, ready.public,
        record=lambda: file(session, office, ready, desk), request_id=request_id,
    )  # fmt: skip


# ------------------------------------------------------------ parts


def _opened(session: Session, viewer: Viewer, turn: Turn, form_id: str, data: Mapping[str, object]) -> Opened:
    form = form_of(turn.parsed, form_id)
    place = turn.facts.seen
    options = options_for(session, viewer, form, place=place)
    return Opened(form_id, form, options, turn.scope.over(data), turn.scope.functions)


__all__ = ["Handed", "check", "complete_task", "offer_form", "open_case", "start_form", "take_offer", "task_form"]
