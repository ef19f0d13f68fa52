"""Put together the program of a pattern: sequences, alternatives and repeats of instructions."""

from __future__ import annotations

from collections.abc import Callable

from gridflow.feel.matching import Accept, Instruction
from gridflow.feel.values import Failure

MAX_PROGRAM = 2_000


class Builder:
    """A program under way; its size and the work put into it are bounded."""

    def __init__(self) -> None:
        self.program: list[Instruction] = []
        self.copies = 0

    def add(self, instruction: Instruction) -> int:
        """Add an instruction and give its place."""
        if len(self.program) >= MAX_PROGRAM:
            raise Failure("正则表达式太复杂")
        self.program.append(instruction)
        return len(self.program) - 1

    def copy(self, part: Emit) -> None:
        """Add one copy of a repeated part; even an empty one counts."""
        self.copies += 1
        if self.copies > MAX_PROGRAM:
            raise Failure("正则表达式太复杂")
        part(self)

    def fork(self, place: int, *, greedy: bool) -> None:
        """Let the split at a place try what follows it, or go on behind everything written so far."""
        inside, after = place + 1, len(self.program)
        first, second = (inside, after) if greedy else (after, inside)
        self.program[place] = Instruction("split", first=first, second=second)


Emit = Callable[[Builder], None]


def one(accept: Accept, choices: int = 1) -> Emit:
    """Take one character; the more choices there are, the more it costs."""
    return _single(Instruction("take", accept=accept, cost=2 + (choices >> 3)))


def mark(kind: str) -> Emit:
    """Check for an edge of the text or line."""
    return _single(Instruction(kind))


def _single(instruction: Instruction) -> Emit:
    def emit(builder: Builder) -> None:
        builder.add(instruction)

    return emit


def capture(group: int, part: Emit) -> Emit:
    """Remember where a part began and ended."""
    return sequence(
        [_single(Instruction("save", slot=group * 2)), part, _single(Instruction("save", slot=group * 2 + 1))]
    )


def sequence(parts: list[Emit]) -> Emit:
    """Put parts one after another."""

    def emit(builder: Builder) -> None:
        for part in parts:
            part(builder)

    return emit


def either(options: list[Emit]) -> Emit:
    """Try options in order."""

    def emit(builder: Builder) -> None:
        leaving: list[int] = []
        for option in options[:-1]:
            place = builder.add(Instruction("split"))
            option(builder)
            leaving.append(builder.add(Instruction("split")))
            builder.fork(place, greedy=True)
        options[-1](builder)
        after = len(builder.program)
        for place in leaving:
            builder.program[place] = Instruction("split", first=after, second=after)

    return emit


def repeat(part: Emit, least: int, most: int | None, *, greedy: bool) -> Emit:
    """Repeat a part so many times, without end where `most` is None."""

    def emit(builder: Builder) -> None:
        for _ in range(least):
            builder.copy(part)
        if most is None:
            _loop(builder, part, greedy=greedy)
        else:
            _optional(builder, part, most - least, greedy=greedy)

    return emit


def _loop(builder: Builder, part: Emit, *, greedy: bool) -> None:
    place = builder.add(Instruction("split"))
    builder.copy(part)
    builder.add(Instruction("split", first=place, second=place))
    builder.fork(place, greedy=greedy)


def _optional(builder: Builder, part: Emit, times: int, *, greedy: bool) -> None:
    places: list[int] = []
    for _ in range(times):
        places.append(builder.add(Instruction("split")))
        builder.copy(part)
    for place in places:
        builder.fork(place, greedy=greedy)


def character(sign: str, *, ignore_case: bool) -> Accept:
    """Accept one sign."""
    if ignore_case:
        same = sign.casefold()
        return lambda found: found.casefold() == same
    return lambda found: found == sign
