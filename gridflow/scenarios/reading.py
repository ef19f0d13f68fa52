"""Scenario files as frozen values. The grammar stands in processes/README.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from gridflow import catalogue
from gridflow.catalogue.toml import read_toml
from gridflow.clock import SHANGHAI
from gridflow.scenarios.errors import ScenarioUnreadable

STEP_KEYS = {
    "as", "at", "start", "task", "offer", "message", "key", "values", "files", "refused", "expect", "procedure", "case",
}  # fmt: skip
KINDS = ("start", "task", "offer", "message")
STAFF_KEYS = {"login", "name", "role", "unit", "grid"}
EXPECT_KEYS = {"state", "path", "not_path", "due", "first_due", "documents", "audit", "open"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold."""

    state: str | None = None
    path: tuple[str, ...] = ()
    """Elements completed, as a subsequence of the real path."""
    not_path: tuple[str, ...] = ()
    due: Mapping[str, str] = field(default_factory=dict)
    """Limit name to its present due instant in China, to the minute."""
    first_due: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    audit: tuple[str, ...] = ()
    """Audit actions, as a subsequence."""
    open: tuple[str, ...] | None = None
    """Exactly the tasks that wait, as a sorted list of element ids."""


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One thing somebody does, or a moment at which something must hold."""

    who: str
    at: str
    kind: str
    """start, task, offer, message, or empty when only time passes or something is expected."""
    target: str
    values: Mapping[str, Any]
    files: Mapping[str, str]
    """Field to the name of a file handed in with it; its content is made up."""
    refused: str
    expect: Expectation | None
    slug: str
    """The procedure a start opens; empty for the scenario's own."""
    case: str
    """What the case is called from here on, or which of those opened before is meant; empty for the one before."""
    key: str
    """Of a message from outside: which case takes it."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One worked example."""

    name: str
    city: str
    slug: str
    title: str
    begins: datetime
    staff: tuple[Mapping[str, str], ...]
    """People who work there beside the cast: login, name, role, code of the unit, perhaps a grid."""
    steps: tuple[ScenarioStep, ...]
    expect: Expectation


def read_scenario(found: catalogue.Scenario) -> Scenario:
    """Read a scenario file; raises ScenarioUnreadable naming the file and what is wrong."""
    name = PurePosixPath(found.path).name
    try:
        raw = read_toml(found.content)
        expected = raw.get("expect", {})
        begins = raw["begins"]
        return Scenario(
            name=found.sentence,
            city=found.city,
            slug=found.slug,
            title=raw["title"],
            begins=begins if begins.tzinfo else begins.replace(tzinfo=SHANGHAI),
            staff=tuple(_staff(name, person) for person in raw.get("staff", ())),
            steps=tuple(read_step(name, number, step) for number, step in enumerate(raw["step"], 1)),
            expect=_expectation(name, expected[0] if isinstance(expected, list) else expected),
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise ScenarioUnreadable(f"案例 {name} 无法读取：{error}。格式见 processes/README.md。") from error


def _staff(name: str, raw: Mapping[str, str]) -> Mapping[str, str]:
    if raw.keys() - STAFF_KEYS or not {"login", "name", "role", "unit"} <= raw.keys():
        raise ScenarioUnreadable(f"案例 {name} 的 staff 应写明 login、name、role、unit，可以写 grid。")
    return raw


def read_step(name: str, number: int, raw: Mapping[str, Any]) -> ScenarioStep:
    """Read one step; raises ScenarioUnreadable for a key there is not."""
    if unknown := raw.keys() - STEP_KEYS:
        raise ScenarioUnreadable(f"案例 {name} 第 {number} 步有不认识的键：{'、'.join(sorted(unknown))}。")
    kind = next((key for key in KINDS if key in raw), "")
    return ScenarioStep(
        who=raw.get("as", ""),
        at=str(raw.get("at", "")),
        kind=kind,
        target=raw.get(kind, "") if kind else "",
        values=raw.get("values", {}),
        files=raw.get("files", {}),
        refused=raw.get("refused", ""),
        expect=_expectation(name, raw["expect"]) if "expect" in raw else None,
        slug=raw.get("procedure", ""),
        case=raw.get("case", ""),
        key=str(raw.get("key", "")),
    )


def _expectation(name: str, raw: Mapping[str, Any]) -> Expectation:
    if unknown := raw.keys() - EXPECT_KEYS:
        raise ScenarioUnreadable(f"案例 {name} 的 expect 有不认识的键：{'、'.join(sorted(unknown))}。")
    return Expectation(
        state=raw.get("state"),
        path=tuple(raw.get("path", ())),
        not_path=tuple(raw.get("not_path", ())),
        due=raw.get("due", {}),
        first_due=raw.get("first_due", {}),
        documents=tuple(raw.get("documents", ())),
        audit=tuple(raw.get("audit", ())),
        open=tuple(sorted(raw["open"])) if "open" in raw else None,
    )
