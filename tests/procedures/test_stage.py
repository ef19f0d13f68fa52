"""The process drafts are tried in: limits of its own, clear words for hostile drafts, files it writes."""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gridflow import clock
from gridflow.catalogue import Bundle, Catalogue
from gridflow.catalogue.bundle import frozen
from gridflow.clock import SHANGHAI
from gridflow.config import ROOT
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.recording import written
from gridflow.scenarios.stage import MEMORY, answered

CATALOGUE = Catalogue.read(ROOT)
CITY = "ningbo"
SMALL = CATALOGUE.bundle(CITY, "list_enforcement")
EXAMPLE = next(found for found in CATALOGUE.scenarios(CITY, SMALL.slug) if "corrected" in found.sentence)
BEGUN = EXAMPLE.content.decode().split("[[step]]\nat =")[0]
"""The example as far as somebody began a case."""
CIRCLE = 'sourceRef="open_file" targetRef="open_file"'
Ask = Callable[..., Mapping[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Return how a request is made of a stage with an installation of its own."""
    place = tmp_path_factory.mktemp("stage")

    def laid(bundle: Bundle) -> Path:
        path = place / f"{bundle.digest}.json"
        path.write_bytes(bundle.to_bytes())
        return path

    def ask(do: str, draft: Bundle = SMALL, **more: Any) -> Mapping[str, Any]:
        request = {
            "do": do, "place": str(place), "home": str(ROOT), "fonts": str(ROOT / "var/fonts"), "city": CITY,
            "slug": SMALL.slug, "draft": str(laid(draft)), "in_force": [str(laid(SMALL))], "path": EXAMPLE.path, **more,
        }  # fmt: skip
        return answered(json.loads(json.dumps(request)))

    return ask


def changed(old: str, new: str) -> Bundle:
    """Return the procedure with something else in its diagram."""
    text = SMALL.files[SMALL.main].decode()
    assert old in text
    return Bundle(CITY, SMALL.slug, frozen({**SMALL.files, SMALL.main: text.replace(old, new).encode()}))


def test_an_example_goes_as_it_says_and_one_that_does_not_says_where(ask: Ask) -> None:
    text = EXAMPLE.content.decode()
    assert ask("scenario", text=text)["differences"] == []

    wrong = text.replace('state = "', 'state = "not_', 1)
    assert "案件状态应为“not_" in ask("scenario", text=wrong)["differences"][0]
    again = ask("accept", text=wrong)["text"]
    assert ask("scenario", text=again)["differences"] == []
    assert tomllib.loads(again)["expect"]["state"] == tomllib.loads(text)["expect"]["state"]


def test_a_step_that_cannot_be_done_is_not_accepted(ask: Ask) -> None:
    assert "第 1 步" in ask("accept", text=BEGUN.replace("N04-003", "N99-999"))["refused"]


HOSTILE = {
    "a circle that waits for nothing": (CIRCLE.replace('targetRef="open_file"', 'targetRef="draft_letter"'), CIRCLE),
    "a sum without end": (
        'value="failing_unit"',
        'value="count(for a in 1..9999, b in 1..9999, c in 1..9999 return a)"',
    ),
    "a table that grows without end": ('value="failing_unit"', 'value="for a in 1..99999999 return &quot;x&quot;"'),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_draft_ends_in_words_for(ask: Ask, what: str) -> None:
    values = read_scenario(EXAMPLE).steps[0].values
    typed = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    begin = {"kind": "start", "who": "city_office", "target": "find_failure", "typed": typed}
    trial = {"trial": what.replace(" ", "_"), "begins": "2026-11-23T09:00:00+08:00", "steps": []}
    answer = ask("act", changed(*HOSTILE[what]), asked=begin, seconds=20, **trial)

    parked = [one["cause"] for one in answer["report"]["incidents"]] if "report" in answer else []
    said = "".join(parked) or answer.get("refused") or answer["failed"]
    assert any(word in said for word in ("循环", "太多", "太大", "太长", "上限", "超过", "过多", "没有做完")), said


def test_what_takes_too_long_is_ended(ask: Ask) -> None:
    ask("scenario", text=BEGUN)  # the installation is there
    answer = ask("scenario", text=EXAMPLE.content.decode(), seconds=0.05)

    assert "没有做完，已经停止" in answer["failed"]
    assert ask("scenario", text=BEGUN)["differences"] == []


def test_what_the_process_itself_holds_does_not_count(ask: Ask) -> None:
    held = bytearray(MEMORY)
    assert ask("scenario", text=BEGUN)["differences"] == []
    assert len(held) == MEMORY


def test_the_clock_of_whoever_asks_stays(ask: Ask) -> None:
    with clock.set_to(datetime(2030, 1, 1, tzinfo=SHANGHAI)) as hand:
        ask("scenario", text=BEGUN)
        assert clock.now() == hand.instant


def test_every_shipped_example_reads_the_same_once_written_anew() -> None:
    for found in CATALOGUE.scenarios():
        raw = tomllib.loads(found.content.decode())
        again = tomllib.loads(written(raw))
        last = raw.get("expect")
        assert again == {**raw, **({"expect": last[0]} if isinstance(last, list) else {})}, found.path


def test_awkward_texts_are_written_so_that_they_can_be_read() -> None:
    raw = {
        "title": '引号"、反斜杠\\、\n换行\t和\x7f', "begins": datetime(2026, 11, 23, 9, tzinfo=SHANGHAI),
        "step": [{"as": "a", "values": {"有空 格": ["x", True, 1.5], "rows": [{"k": "v"}]}, "files": {"f": "a.pdf"}}],
        "expect": {"open": []},
    }  # fmt: skip

    assert tomllib.loads(written(raw)) == raw


def test_a_message_is_a_step() -> None:
    text = BEGUN + '\n[[step]]\nmessage = "answered"\nkey = "7"\n[step.values]\nresult = "yes"\n'
    step = read_scenario(type(EXAMPLE)(SMALL.slug, CITY, "x", EXAMPLE.path, text.encode())).steps[-1]

    assert (step.kind, step.target, step.key, dict(step.values)) == ("message", "answered", "7", {"result": "yes"})
