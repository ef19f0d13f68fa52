"""Write scenario files: of a trial, with what happened as what is expected, and anew where a change is meant."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from gridflow import catalogue
from gridflow.cases.models import Case
from gridflow.cases.queries import bare, entries_of, limits_of, open_items, versions_of
from gridflow.catalogue import Bundle
from gridflow.clock import SHANGHAI
from gridflow.config import Settings
from gridflow.db import db
from gridflow.documents.proofs import proof
from gridflow.documents.queries import documents_of_case
from gridflow.scenarios.checking import minute
from gridflow.scenarios.errors import ScenarioFailed
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import EXPECT_KEYS, Expectation, read_scenario
from gridflow.scenarios.running import copied

Raw = dict[str, Any]
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def recorded(play: Play, title: str, begins: datetime, steps: Sequence[Mapping[str, Any]]) -> str:
    """Return the scenario file of a trial; where it stands now is what the file expects at its end."""
    db.session.remove()
    case = db.session.get(Case, play.case_id)
    if case is None:
        raise ScenarioFailed("还没有发起案件，没有可以存成案例的步骤。")
    real = _real(db.session(), case)
    expected = {name: real[name] for name in ("state", "due", "documents", "open")}
    expected["path"] = _telling(play, case, real["path"])
    return written({"title": title, "begins": begins, "step": steps, "expect": expected})


def accepted(base: Settings, folder: Path, draft: Bundle, found: catalogue.Scenario) -> str:
    """Return a scenario file that expects what happens on the draft, of what it speaks about and nothing more.

    Raises ScenarioFailed where a step cannot be carried out: what is to happen then, people have to write.
    """
    scenario, raw = read_scenario(found), tomllib.loads(found.content.decode())
    with copied(base, folder, scenario.begins, proof, draft) as (office, hand):
        noting = Noting(office, scenario, hand)
        differing = noting.through()
    if differing:
        raise ScenarioFailed(f"不能照现在的结果改写：{differing[0]}。请改案例的文字，或者从试办重新存一份。")
    real = iter(noting.real)
    for step in raw["step"]:
        if "expect" in step:
            step["expect"] = _fitted(step["expect"], next(real))
    if "expect" in raw:
        last = raw["expect"][0] if isinstance(raw["expect"], list) else raw["expect"]
        raw["expect"] = _fitted(last, next(real))
    return written(raw)


class Noting(Play):
    """Carries a scenario out and notes what is there wherever something is expected."""

    def __init__(self, *given: Any) -> None:
        """Begin as any play."""
        super().__init__(*given)
        self.real: list[Raw] = []

    def _compare(self, _: Expectation) -> list[str]:
        db.session.remove()
        self.real.append(_real(db.session(), db.session.get_one(Case, self.case_id)))
        return []


def _real(session: Session, case: Case) -> Raw:
    """Return what an expectation could say of a case now."""
    entries, limits = entries_of(session, case), {limit.name: limit for limit in limits_of(session, case)}
    return {
        "state": case.state,
        "path": [bare(element) for entry in entries for element in entry.elements],
        "due": {name: minute(limit.due) for name, limit in limits.items()},
        "first_due": {name: minute(limit.first_due) for name, limit in limits.items()},
        "documents": list(dict.fromkeys(one.kind for one in documents_of_case(session, case.city, case.id))),
        "audit": [entry.action for entry in entries],
        "open": sorted(item.element_id for item in open_items(session, case)),
    }


def _telling(play: Play, case: Case, path: Sequence[str]) -> list[str]:
    """Leave out of a path what only joins and parts ways."""
    versions = play.office.engine.versions
    parsed = [versions.get(db.session(), each) for each in versions_of(db.session(), case)]
    kinds = {
        node.id: node.kind
        for one in parsed
        for diagram in one.diagrams.values()
        for process in diagram.processes.values()
        for node in process.nodes.values()
    }
    return [each for each in path if each in kinds and not kinds[each].endswith("Gateway")]


def _fitted(expect: Mapping[str, Any], real: Mapping[str, Any]) -> Raw:
    """Return an expectation that speaks of the same things and says what is so."""
    return {name: _FITTED[name](expect[name], real["path" if name == "not_path" else name]) for name in expect}


def _in_order(wanted: Sequence[str], real: Sequence[str]) -> list[str]:
    found, start = [], 0
    for each in wanted:
        if each in real[start:]:
            start = real.index(each, start) + 1
            found.append(each)
    return found


def _known(wanted: Mapping[str, str], real: Mapping[str, str]) -> Raw:
    return {name: real[name] for name in wanted if name in real}


_FITTED: Mapping[str, Callable[[Any, Any], Any]] = {
    "state": lambda _, real: real,
    "path": _in_order,
    "not_path": lambda wanted, real: [each for each in wanted if each not in real],
    "due": _known,
    "first_due": _known,
    "documents": lambda wanted, real: [each for each in wanted if each in real],
    "audit": _in_order,
    "open": lambda _, real: real,
}


# ------------------------------------------------------------ TOML


def written(raw: Mapping[str, Any]) -> str:
    """Return a scenario as its file is written by hand: steps as tables, expectations of a step on one line."""
    lines = [f"{name} = {_value(raw[name])}" for name in raw if name not in ("step", "staff", "expect")]
    for person in raw.get("staff", ()):
        lines += ["", "[[staff]]", *_lines(person)]
    for step in raw["step"]:
        lines += ["", "[[step]]", *_lines({name: step[name] for name in step if name not in ("values", "files")})]
        for part in ("values", "files"):
            if step.get(part):
                lines += [f"[step.{part}]", *_lines(step[part])]
    if raw.get("expect"):
        expect = raw["expect"][0] if isinstance(raw["expect"], list) else raw["expect"]
        lines += ["", "[expect]", *_lines({name: expect[name] for name in expect if name in EXPECT_KEYS})]
    return "\n".join(lines) + "\n"


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(each)}" for name, each in table.items()]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
