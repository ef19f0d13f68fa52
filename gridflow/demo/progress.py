"""How far the story is: a bar on a terminal, a line every tenth anywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

TENTHS = 10


@contextmanager
def progress(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Yield the function that is told how many more are done."""
    if sys.stdout.isatty():
        with click.progressbar(length=length, label=label) as bar:
            yield bar.update
    else:
        yield _Lines(length, label).update


class _Lines:
    def __init__(self, length: int, label: str) -> None:
        self._length = length
        self._label = label
        self._done = self._said = 0

    def update(self, more: int) -> None:
        self._done += more
        tenth = TENTHS * min(self._done, self._length) // self._length if self._length else TENTHS
        if tenth > self._said:
            self._said = tenth
            click.echo(f"{self._label}：{self._done} / {max(self._done, self._length)}")  # some came up meanwhile
