"""Loops and multi-instances: counted by us, merged three ways, open to later items.

The token of the loop keeps the variables its instances begin with; what they change is gathered beside them, so that
an instance that finishes late cannot undo what another one has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from gridflow.engine.errors import shown
from gridflow.engine.runtime.faults import ItemsInvalid
from gridflow.engine.runtime.merging import Merge
from gridflow.engine.runtime.nodes import Node
from gridflow.engine.runtime.tokens import FUTURE, INCIDENT, ITEM, OPEN, PARKED, READY, STARTED, Token, cause, prune
from gridflow.engine.runtime.trail import Conflict
from gridflow.engine.runtime.values import own

MOST_ITEMS = 200
"""Instances of one loop; work for more is opened in batches, one child instance each."""
COUNT = "count"
"""How many instances were begun."""
DONE = "done"
"""How many instances have finished."""
SUM = "sum"
"""The variables with everything that finished instances have changed."""
RESULTS = "results"
"""Pairs of index and result, as they came."""
INDEX = "index"


class Items(Node):
    """What every multi-instance and loop shares."""

    is_loop = True
    task_spec: str
    data_input: Any
    data_output: Any
    input_item: Any
    output_item: Any
    cardinality: str | None
    condition: str | None
    _wf_spec: Any

    # ------------------------------------------------------------ beginning

    def _update_hook(self, token: Token) -> bool:
        token._inherit_data()
        token.internal_data.update({COUNT: 0, DONE: 0})
        return self.begin(token, self.items(token))

    begin: Callable[[Token, list[Any]], bool]

    def items(self, token: Token) -> list[Any]:
        """Return what to run over: the entries of the list, or the numbers from 0."""
        if self.data_input is not None:
            items = token.data.get(self.data_input.bpmn_id)
            if not isinstance(items, list):
                raise ItemsInvalid(
                    f"要逐份办理的名单“{self.data_input.bpmn_id}”应为列表，得到的是{shown(items)}。请补上名单后重试。"
                )
        else:
            items = list(range(self._cardinality(token)))
        if len(items) > MOST_ITEMS:
            raise ItemsInvalid(
                f"要逐份办理的有 {len(items)} 份，超过上限 {MOST_ITEMS} 份。请减少后重试，其余分批办理。"
            )
        return items

    def _cardinality(self, token: Token) -> int:
        value = token.workflow.script_engine.evaluate(token, str(self.cardinality))
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and value == int(value) and value >= 0:
            return min(int(value), MOST_ITEMS + 1)
        raise ItemsInvalid(
            f"逐份办理的份数“{self.cardinality}”应为零或正整数，得到的是{shown(value)}。"
            "请补全它要看的数据，或请流程负责人改正份数，再重试。"
        )

    def add(self, token: Token, item: Any) -> Token:
        """Begin one more instance."""
        index = token.internal_data[COUNT]
        if index >= MOST_ITEMS:
            raise ItemsInvalid(f"逐份办理的已有 {MOST_ITEMS} 份，不能再增加。请先办结一些，或另行发起。")
        token.internal_data[COUNT] = index + 1
        spec = self._wf_spec.task_specs[self.task_spec]
        child = token._add_child(spec, FUTURE)
        child.triggered = True
        child.internal_data[INDEX] = index
        if self.input_item is not None:
            child.internal_data[ITEM] = {self.input_item.bpmn_id: own(item)}
        spec._predict(child, mask=OPEN)
        spec._update(child)
        return child

    # ------------------------------------------------------------ an instance has finished

    def merge_child(self, _: Any, child: Token) -> None:
        """Take over what a finished instance has brought."""
        token = child.parent
        token.internal_data[DONE] += 1
        self._gather(token, child)
        token.internal_data.pop(INCIDENT, None)
        try:
            self.proceed(token, child)
        except PARKED as error:
            token.internal_data[INCIDENT] = cause(error, token.drawn_name)

    proceed: Callable[[Token, Token], None]

    def _gather(self, token: Token, child: Token) -> None:
        if self.data_output is not None and self.output_item is not None:
            result = child.data.get(self.output_item.bpmn_id)
            token.internal_data[RESULTS] = [*token.internal_data.get(RESULTS, []), [child.internal_data[INDEX], result]]
            return
        merge = Merge(token.internal_data.get(SUM, token.data))
        item = self.input_item.bpmn_id if self.input_item is not None else None
        hidden = {item: token.data[item]} if item in token.data else {}
        merge.take(token.data, {**{k: v for k, v in child.data.items() if k != item}, **hidden})
        token.internal_data[SUM] = merge.data
        token.workflow.top_workflow.conflicts += [Conflict(*conflict) for conflict in merge.conflicts]

    def is_satisfied(self, token: Token, child: Token | None) -> bool:
        """Tell whether the completion condition holds; it sees the last instance's variables and the counts."""
        if self.condition is None:
            return False
        counts = {
            "numberOfInstances": token.internal_data[COUNT],
            "numberOfCompletedInstances": token.internal_data[DONE],
            "numberOfActiveInstances": token.internal_data[COUNT] - token.internal_data[DONE],
        }
        if self.data_output is not None:
            counts[self.data_output.bpmn_id] = self._results(token)
        return bool(token.workflow.script_engine.decided(child or token, self.condition, counts))

    def _results(self, token: Token) -> Any:
        return [result for _, result in sorted(token.internal_data.get(RESULTS, []), key=lambda pair: pair[0])]

    def finish(self, token: Token) -> None:
        """End the loop: cancel what still runs and hand the gathered variables on."""
        for child in self.running(token):
            child.cancel()
            prune(child)
        token.data = dict(token.internal_data.pop(SUM, token.data))
        if self.data_output is not None:
            token.data[self.data_output.bpmn_id] = self._results(token)
        token.internal_data.pop(RESULTS, None)
        token._set_state(READY)

    def running(self, token: Token) -> list[Token]:
        """Return the instances that have not finished."""
        return [c for c in token.children if c.task_spec.name == self.task_spec and c._state & OPEN]

    def undo_arrival(self, token: Token) -> None:
        """Forget the instances begun and their counts."""
        super().undo_arrival(token)
        token.internal_data.clear()

    def again(self, token: Token) -> None:
        """Go on after a failed completion condition."""
        try:
            self.proceed(token, token)
        except PARKED as error:
            token.internal_data[INCIDENT] = cause(error, token.drawn_name)


class ParallelItems(Items, defaults.ParallelMultiInstanceTask):
    """All instances at once; a later item may join while any of them runs."""

    def begin(self, token: Token, items: list[Any]) -> bool:
        """Begin every instance; without any the loop is over."""
        token._set_state(STARTED)
        for item in items:
            self.add(token, item)
        if not items:
            self.finish(token)
        return False

    def join_in(self, token: Token, item: Any) -> Token:
        """Begin one more instance; the list grows beside what the others began with, so that none takes it back."""
        child = self.add(token, item)
        if self.data_input is not None:
            gathered, name = token.internal_data.get(SUM, token.data), self.data_input.bpmn_id
            token.internal_data[SUM] = {**gathered, name: [*gathered.get(name, []), item]}
        return child

    def proceed(self, token: Token, child: Token) -> None:
        """Finish when all have finished or the condition holds."""
        if self.is_satisfied(token, child) or token.internal_data[DONE] == token.internal_data[COUNT]:
            self.finish(token)


class SequentialItems(Items, defaults.SequentialMultiInstanceTask):
    """One instance after another, each beginning with what the one before left."""

    def begin(self, token: Token, items: list[Any]) -> bool:
        """Begin the first instance; without any the loop is over."""
        token._set_state(STARTED)
        token.internal_data["left"] = list(items)
        self._next(token)
        return False

    def proceed(self, token: Token, child: Token) -> None:
        """Begin the next instance unless the condition holds."""
        if SUM in token.internal_data:
            token.data = token.internal_data.pop(SUM)
        if self.is_satisfied(token, child):
            self.finish(token)
        else:
            self._next(token)

    def _next(self, token: Token) -> None:
        item, *left = token.internal_data["left"] or (None,)
        if not token.internal_data["left"]:
            self.finish(token)
            return
        token.internal_data["left"] = left
        self.add(token, item)


class Loop(Items, defaults.StandardLoopTask):
    """A standard loop: again while the condition is true, at most `maximum` times."""

    data_input = data_output = input_item = output_item = None
    maximum: int | None
    test_before: bool

    def begin(self, token: Token, _: list[Any]) -> bool:
        """Begin the first round unless the condition, tested before, is false."""
        token._set_state(STARTED)
        if self.test_before and not self._goes_on(token):
            self.finish(token)
        else:
            self.add(token, None)
        return False

    def items(self, _: Token) -> list[Any]:
        """Have none."""
        return []

    def proceed(self, token: Token, _: Token) -> None:
        """Begin the next round or finish."""
        if SUM in token.internal_data:
            token.data = token.internal_data.pop(SUM)
        if self._goes_on(token):
            self.add(token, None)
        else:
            self.finish(token)

    def _goes_on(self, token: Token) -> bool:
        if self.maximum is not None and token.internal_data[DONE] >= self.maximum:
            return False
        return self.condition is None or bool(token.workflow.script_engine.decided(token, self.condition))


def connect(spec: Any) -> None:
    """Let the loops of a process hear when their instances finish; done once, before a spec is shared."""
    for node in spec.task_specs.values():
        if isinstance(node, Items):
            spec.task_specs[node.task_spec].completed_event.connect(node.merge_child)


def is_loop(token: Token) -> bool:
    """Tell whether a token is a loop whose instances run."""
    return bool(getattr(token.task_spec, "is_loop", False) and token._state == STARTED)
