"""Run a pattern program over a text in linear time: all alternatives advance together, character by character."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gridflow.feel.running import Run
from gridflow.feel.values import Failure

Accept = Callable[[str], bool]
Spans = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One step: take a character, for so many steps of the budget, save a place, split, check an edge, match."""

    kind: str
    accept: Accept = bool
    slot: int = 0
    first: int = 0
    second: int = 0
    cost: int = 2


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled pattern; `literal` is set where the pattern is plain text."""

    instructions: tuple[Instruction, ...]
    groups: int
    literal: str = ""

    def search(self, run: Run, text: str, start: int) -> Spans | None:
        """Find the leftmost match from a place on: begin and end of the match and of each group, -1 for none."""
        if self.literal:
            run.charge(len(text) >> 6)
            found = text.find(self.literal, start)
            return None if found < 0 else (found, found + len(self.literal))
        return self._simulate(run, text, start)

    def _simulate(self, run: Run, text: str, start: int) -> Spans | None:
        empty = (-1,) * (2 * self.groups + 2)
        threads: list[tuple[int, Spans]] = []
        matched: Spans | None = None
        for position in range(start, len(text) + 1):
            if matched is None:
                self._add(run, threads, {index for index, _ in threads}, 0, empty, text, position)
            if not threads and matched is not None:
                break
            run.charge(1 + sum(self.instructions[index].cost for index, _ in threads))
            sign = text[position : position + 1]
            following: list[tuple[int, Spans]] = []
            seen: set[int] = set()
            for index, spans in threads:
                instruction = self.instructions[index]
                if instruction.kind == "match":
                    matched = spans
                    break
                if sign and instruction.accept(sign):
                    self._add(run, following, seen, index + 1, spans, text, position + 1)
            threads = following
        return matched

    def _add(
        self,
        run: Run,
        threads: list[tuple[int, Spans]],
        seen: set[int],
        index: int,
        spans: Spans,
        text: str,
        position: int,
    ) -> None:
        """Follow everything that takes no character, the preferred way first."""
        waiting, followed = [(index, spans)], 0
        while waiting:
            followed += 1
            index, spans = waiting.pop()
            if index in seen:
                continue
            seen.add(index)
            step = self.instructions[index]
            if step.kind in ("take", "match"):
                threads.append((index, spans))
            elif step.kind == "split":
                waiting.append((step.second, spans))
                waiting.append((step.first, spans))
            elif step.kind == "save":
                followed += self.groups >> 3
                waiting.append((index + 1, (*spans[: step.slot], position, *spans[step.slot + 1 :])))
            elif _at_edge(step.kind, text, position):
                waiting.append((index + 1, spans))
        run.charge(followed >> 2)

    def spans(self, run: Run, text: str) -> list[Spans]:
        """Find all matches that do not overlap; a pattern that matches nothing at all is an error."""
        if self.search(run, "", 0) is not None:
            raise Failure("正则表达式不能匹配空文字")
        found: list[Spans] = []
        position = 0
        while (spans := self.search(run, text, position)) is not None:
            found.append(spans)
            position = spans[1] if spans[1] > spans[0] else spans[1] + 1
            if position > len(text):
                break
        return found

    def split(self, run: Run, text: str) -> list[str]:
        """Cut a text at every match."""
        parts: list[str] = []
        position = 0
        for begin, end, *_ in self.spans(run, text):
            parts.append(text[position:begin])
            position = end
        return [*parts, text[position:]]

    def replace(self, run: Run, text: str, replacement: str) -> str:
        """Replace every match; `$n` stands for a group, `$` behind a backslash for the sign."""
        pieces = _pieces(replacement, self.groups)
        parts: list[str] = []
        position = 0
        for spans in self.spans(run, text):
            parts.append(text[position : spans[0]])
            for piece in pieces:
                parts.append(piece if isinstance(piece, str) else _group(text, spans, piece))
                run.charge(1 + (len(parts[-1]) >> 3))
            position = spans[1]
        return "".join([*parts, text[position:]])


def _at_edge(kind: str, text: str, position: int) -> bool:
    if kind == "start of text":
        return position == 0
    if kind == "end of text":
        return position == len(text)
    if kind == "start of line":
        return position == 0 or (text[position - 1] == "\n" and position < len(text))
    return position == len(text) or text[position] == "\n"


def _group(text: str, spans: Spans, group: int) -> str:
    begin, end = spans[2 * group], spans[2 * group + 1]
    return text[begin:end] if begin >= 0 else ""


def _pieces(replacement: str, groups: int) -> list[str | int]:
    pieces: list[str | int] = []
    position = 0
    while position < len(replacement):
        sign, following = replacement[position], replacement[position + 1 : position + 2]
        if sign == "\\":
            if following not in ("\\", "$") or not following:
                raise Failure("替换文字里的“\\”后面只能是“\\”或“$”")
            pieces.append(following)
            position += 2
        elif sign == "$":
            if not following.isdigit():
                raise Failure("替换文字里的“$”后面应当是组的编号")
            pieces.append(int(following) if int(following) <= groups else "")
            position += 2
        else:
            pieces.append(sign)
            position += 1
    return pieces
