"""Print how the FEEL and DMN of Gridflow do on the DMN TCK: `python -m tests.conformance.report [--all]`."""

import sys
from collections import Counter

from tests.conformance.corpus import SETTING, folder
from tests.conformance.verdicts import REFUSED, RIGHT, WRONG, verdicts


def say(line: str) -> None:
    """Write one line."""
    sys.stdout.write(line + "\n")


def main() -> int:
    """Print a line for each test that is not all right (each test with --all), the sums by level, and the details."""
    root = folder()
    if root is None:
        say(f"{SETTING} does not name the folder of the DMN TCK: nothing measured")
        return 0
    tests: dict[tuple[str, str], Counter[str]] = {}
    details: list[str] = []
    for verdict in verdicts(root):
        question = verdict.question
        tests.setdefault((question.level, question.test), Counter())[verdict.result] += 1
        if verdict.result != RIGHT:
            details.append(f"{verdict.result} {question.test} {question.case} {question.asked}: {verdict.reason}")
    _table(tests, everything="--all" in sys.argv)
    for line in details if "--details" in sys.argv else ():
        say(line.replace("\n", " ")[:400])
    return 0


def _table(tests: dict[tuple[str, str], Counter[str]], *, everything: bool) -> None:
    say(f"{'level':<6}{'test':<50}{RIGHT:>8}{REFUSED:>9}{WRONG:>7}")
    sums: dict[str, Counter[str]] = {}
    for (level, test), counts in sorted(tests.items()):
        for scope in (level, "all"):
            sums.setdefault(scope, Counter()).update(counts)
        if everything or counts[REFUSED] or counts[WRONG]:
            say(f"{level:<6}{test:<50}{counts[RIGHT]:>8}{counts[REFUSED]:>9}{counts[WRONG]:>7}")
    for scope, counts in sorted(sums.items()):
        share = 100 * counts[RIGHT] / counts.total()
        say(f"{scope:<6}{'sum':<50}{counts[RIGHT]:>8}{counts[REFUSED]:>9}{counts[WRONG]:>7}{share:>8.1f} %")


if __name__ == "__main__":
    sys.exit(main())
