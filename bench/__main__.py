"""Measure what the budgets of the architecture name, and print the figures as a table.

Run `python -m bench`, or only some parts on one kind of database: `python -m bench tasks inbox --store sqlite`.
PostgreSQL is measured where GRIDFLOW_TEST_POSTGRES_URL names a server on which databases may be created.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench import editors, inbox, rounds, size, starting, tasks, timers
from bench.figures import Figure, machine, table
from bench.installation import POSTGRES, Store, store

Part = Callable[[Store, int], Iterator[Figure]]
PARTS: Mapping[str, tuple[Part, int]] = {
    "tasks": (tasks.measure, 30),
    "inbox": (inbox.measure, 60),
    "rounds": (rounds.measure, 60),
    "size": (size.measure, 60),
    "starting": (starting.measure, 5),
    "editors": (editors.measure, 10),
    "timers": (timers.measure, 100),
    "million": (inbox.million, 30),
}
"""What measures each part, and how often."""
USUAL = [part for part in PARTS if part != "million"]


def main() -> None:
    """Measure the parts named."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="以同次测得的基准为单位测量速度。")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="只测这些部分，不写则全部（million 除外）")
    parser.add_argument("--store", choices=["sqlite", "postgres"], help="只测这种数据库")
    chosen = parser.parse_args()
    for name in [chosen.store] if chosen.store else ["sqlite", "postgres"]:
        if name == "postgres" and not os.environ.get(POSTGRES):
            print(f"\npostgres: not measured, {POSTGRES} names no server", flush=True)
            continue
        print(f"\n{name}, {machine()}", flush=True)
        for figures in _figures(name, chosen.parts or USUAL):
            print(f"\n{table(figures)}", flush=True)


def _figures(name: str, parts: list[str]) -> Iterator[list[Figure]]:
    """Yield what each part measured, so that nothing is lost when a later one fails."""
    with tempfile.TemporaryDirectory(prefix="gridflow-bench-") as folder, store(name, Path(folder)) as installed:
        for part in parts:
            print(f"… {name}: {part}", file=sys.stderr, flush=True)
            measure, times = PARTS[part]
            yield list(measure(installed, times))


if __name__ == "__main__":
    main()
