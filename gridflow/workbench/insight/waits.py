"""How long automatic steps took: from the entry that names the flow into one to the entry that names it as done.

What ran at once is named in one entry by both. Where a case had several tokens at a step, or an operator led one past
it or to it, the record may not say since when the one that was done had waited: that time is left out, never guessed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gridflow.bpmn import Diagram
from gridflow.workbench.insight.counting import HALF, NINETY
from gridflow.workbench.insight.entries import Alike, Written

TIMED = frozenset({"serviceTask", "businessRuleTask", "sendTask", "receiveTask", "task"})
LED_ELSEWHERE = frozenset({"move_token", "skip_step"})
"""What operators do after which a step may have been left without being done, or reached without a flow."""
Waiting = list[datetime | None]
"""Since when each token is at a step, None where the record does not say."""


class Mark(NamedTuple):
    """An entry of an instance that names timed steps: how often each was reached, and how often done."""

    entry: Written
    reached: Mapping[str, int]
    done: Mapping[str, int]


def leading_in(versions: Iterable[Mapping[str, Diagram]], told: frozenset[str]) -> dict[str, str]:
    """Return by flow the timed step it leads to, process/element.

    Of each step the record must tell every flow into it, in every version; what is done for each of many is not timed.
    """
    found: dict[str, str] = {}
    untold: set[str] = set()
    for diagrams in versions:
        for process_id, diagram in diagrams.items():
            process = diagram.processes[process_id]
            for flow in process.flows.values():
                node, step = process.nodes.get(flow.target), f"{process_id}/{flow.target}"
                if node is None or node.kind not in TIMED or node.loop or flow.id not in told:
                    untold.add(step)
                found[flow.id] = step
    return {flow: step for flow, step in found.items() if step not in untold}


def waits(found: Iterable[Alike], into: Mapping[str, str]) -> dict[str, dict[int, float]]:
    """Return by step how many hours the one in the middle took, and the one that nine in ten do not outlast."""
    spans: dict[str, list[timedelta]] = {}
    for marks in _by_instance(found, into).values():
        for step, span in _spans(sorted(marks, key=lambda mark: mark.entry.seq)):
            spans.setdefault(step, []).append(span)
    return {step: _ranked(sorted(each)) for step, each in spans.items()}


def _by_instance(found: Iterable[Alike], into: Mapping[str, str]) -> Mapping[str, list[Mark]]:
    steps = frozenset(into.values())
    marks: dict[str, list[Mark]] = {}
    for each in found:
        reached: dict[str, int] = {}
        for flow, times in each.flows.items():
            if flow in into:
                reached[into[flow]] = reached.get(into[flow], 0) + times
        done = {step: times for step, times in each.elements.items() if step in steps}
        for entry in each.entries:
            if reached or done or entry.action in LED_ELSEWHERE:
                marks.setdefault(entry.instance_id, []).append(Mark(entry, reached, done))
    return marks


def _spans(marks: Iterable[Mark]) -> Iterator[tuple[str, timedelta]]:
    """Yield how long an instance was at a step, each time the record says so; what came before is not known."""
    waiting: dict[str, Waiting] = {}
    for mark in marks:
        at = mark.entry.at
        for step, times in mark.reached.items():
            waiting.setdefault(step, []).extend([at] * times)
        for step, times in mark.done.items():
            began, waiting[step] = _done(waiting.get(step, []), times)
            yield from ((step, at - each) for each in began if each is not None)
        if mark.entry.action in LED_ELSEWHERE:
            waiting = {step: [None] * len(each) for step, each in waiting.items()}


def _done(waiting: Waiting, times: int) -> tuple[Waiting, Waiting]:
    """Return since when those that were done had waited, and the others that wait on."""
    if times == len(waiting) or (times < len(waiting) and len(set(waiting)) == 1):
        return waiting[:times], waiting[times:]
    return [], [None] * (len(waiting) - times)


def _ranked(spans: Sequence[timedelta]) -> dict[int, float]:
    return {percent: spans[(len(spans) * percent + 99) // 100 - 1] / timedelta(hours=1) for percent in (HALF, NINETY)}
