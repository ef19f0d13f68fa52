"""Rename a field, or a column of a repeated group, in worked examples: in the answers of steps that fill its form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridflow.catalogue.toml import read_toml
from gridflow.workbench.renaming.places import Place, Rewritten

_TOKEN = re.compile(
    r"""(?P<head>^[ \t]*\[\[?[ \t]*[\w.-]+[ \t]*\]\]?[ \t]*(?=\#|$)) | (?P<note>\#[^\n]*)
    | (?P<text>\"{3}(?:\\.|[^\\])*?\"{3} | '{3}.*?'{3} | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<word>[\w.+:-]+) | (?P<mark>[\[\]{}=])""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""What a TOML file is made of, as far as its keys are concerned."""
_ANSWERS = ("values", "files")
Step = Mapping[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Filling:
    """Who answers a field in a procedure."""

    slug: str
    starting: bool
    """Whether the form a case is opened by asks for it."""
    elements: frozenset[str]
    """The tasks and offers whose form does."""

    def answers(self, step: Step) -> bool:
        """Tell whether a step fills such a form, if its case is one of the procedure."""
        return self.starting if "start" in step else bool({step.get("task"), step.get("offer")} & self.elements)


def in_example(content: bytes, filling: Filling, old: str, new: str) -> Rewritten:
    """Return a worked example that answers a field, or `group.column`, by its new key.

    The refusal a step expects follows as well where it names the field. A case that another one led to may be one of
    another procedure: what is answered there stays as it is, for people to look at.
    """
    text = content.decode()
    raw, spans = read_toml(content), dict[int, list[Span]]()
    for path, span in _keys(text):
        spans.setdefault(int(path[1]) if path[0] == "step" else 0, []).extend(_meant(text, path, span, old))
    cuts: list[Span] = []
    places: list[Place] = []
    steps: Sequence[Step] = raw["step"]
    for number, (step, slug) in enumerate(zip(steps, _slugs(steps, filling.slug), strict=True), 1):
        found = spans.get(number, []) if filling.answers(step) and slug in (filling.slug, None) else []
        where, sure = f"案例“{raw['title']}”第 {number} 步", slug is not None
        places += [Place(where, old, sure=sure) for _ in found]
        cuts += found if sure else []
    for start, end in sorted(cuts, reverse=True):
        text = text[:start] + new + text[end:]
    return text.encode(), places


def _slugs(steps: Sequence[Step], own: str) -> Iterator[str | None]:
    """Yield the procedure of the case of each step, None where another case led to it."""
    known: dict[str, str | None] = {}
    now: str | None = own
    for step in steps:
        if "start" in step:
            now = known[step.get("case", "")] = step.get("procedure", own)
        elif name := step.get("case"):
            now = known.setdefault(name, None)
        yield now


def _meant(text: str, path: Sequence[str], span: Span, old: str) -> Iterator[Span]:
    """Yield where a key is the one that is renamed, or where the refusal behind it names that."""
    wanted = old.split(".")
    if path[2:3] == ["refused"]:
        name = re.compile(rf"(?<!\w){re.escape(wanted[-1])}(?!\w)", re.ASCII)
        value = _TOKEN.search(text, text.index("=", span[1]) + 1)
        yield from (found.span() for found in name.finditer(text, *value.span())) if value else ()
    elif path[2:3] and path[2] in _ANSWERS and path[3:] == wanted:
        yield span


def _keys(text: str) -> Iterator[tuple[list[str], Span]]:
    """Yield every key with the tables it stands in, steps counted from 1: `step 1 values action_log acted_at`."""
    table, owners, steps = list[str](), [""], 0
    last: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "head":
            table, owners = re.findall(r"[\w-]+", token[0]), [""]
            steps += table == ["step"]
            table[1:1] = [str(steps)] if table[0] == "step" else []
        elif token[0] == "=" and last:
            name = last[0].strip("\"'")
            owners[-1] = name
            path = [*table, *(part for owner in owners for part in owner.split(".") if part)]
            end = last.end() - (last.lastgroup == "text")
            yield path, (end - len(name.rpartition(".")[2]), end)
        elif token[0] in "[{":
            owners.append("")
        elif token[0] in "]}":
            owners.pop()
        last = token
