"""Ask the questions of the corpus and judge the answers: right, refused with a reason, or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from gridflow.clock import now
from gridflow.feel import DecisionSet, FeelError, FeelUnsupported, FeelUnsupportedSyntax, Functions, read_decisions
from gridflow.feel.compiling.calls import invoke
from gridflow.feel.decisions.model import Evaluation
from gridflow.feel.plain import range_entries
from gridflow.feel.running import Run
from gridflow.feel.temporal import show
from gridflow.feel.values import Range, Value, equal
from tests.conformance.corpus import Question, Unreadable, questions

RIGHT, REFUSED, WRONG = "right", "refused", "wrong"
_FUNCTIONS = Functions(now=now, zone=None)


@dataclass(frozen=True)
class Verdict:
    """What became of one question; `reason` is the refusal, or the wrong answer."""

    question: Question
    result: str
    reason: str = ""


def verdicts(root: Path) -> Iterator[Verdict]:
    """Judge all questions."""
    for question in questions(root):
        yield judge(question)


def judge(question: Question) -> Verdict:
    """Judge one question; where the standard wants null with an error, an error of ours is as good."""
    try:
        found = answer(question)
    except (FeelUnsupported, FeelUnsupportedSyntax) as error:
        return Verdict(question, REFUSED, error.message)
    except FeelError as error:
        if question.expected is None and "import" not in error.message:
            return Verdict(question, RIGHT, error.message)
        return Verdict(question, REFUSED, error.message)
    if agrees(found, question.expected):
        return Verdict(question, RIGHT)
    return Verdict(question, WRONG, f"{found!r} instead of {question.expected!r}")


@lru_cache(maxsize=4)
def model(path: Path) -> DecisionSet:
    """Read a model; a fault in one decision is met when it is asked."""
    return read_decisions(path.read_bytes(), strict=False)


def answer(question: Question) -> Value:
    """Evaluate what a question asks."""
    found = model(question.model)
    decision = next(one.id for one in found.decisions.values() if one.name == question.asked)
    service = next((one for one in found.services.values() if one.name == question.service), None)
    if service is None:
        return found.evaluate(decision, question.inputs, _FUNCTIONS).value
    evaluation = Evaluation(found, Run(question.inputs, _FUNCTIONS))
    function = evaluation.service(service)
    given = [question.inputs.get(name) for name in function.parameters]
    value = invoke(evaluation.run, function, given, (), 0)
    return value[question.asked] if value and len(service.outputs) > 1 else value


def agrees(found: Value, expected: Value) -> bool:
    """Compare an answer with what is expected; numbers to eight digits."""
    if isinstance(expected, Unreadable):
        return found is not None and show(found) == expected
    if isinstance(found, Range):
        found = range_entries(found)
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= max(abs(expected), Decimal(1)) * Decimal("1e-8")
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(agrees(found[key], value) for key, value in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(agrees(one, other) for one, other in zip(found, expected, strict=True))
        )
    return equal(found, expected) is True
