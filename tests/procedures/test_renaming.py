"""A field renamed in a whole procedure: diagrams, tables, forms and documents, and nothing else."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from gridflow.catalogue import Bundle, Catalogue
from gridflow.checking import check_bundle
from gridflow.checking.knowledge import knowledge_of
from gridflow.config import ROOT, Settings
from gridflow.documents.proofs import proof
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.running import prepare, run_one
from gridflow.workbench.renaming import NameRefused, Plan, plan
from gridflow.workbench.revising.revisions import changed

EVENT = "event"
LEAST = 20
"""Places of shipped examples at which a decision that most cases pass is answered."""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    catalogue = Catalogue.read(ROOT)
    return catalogue.bundle(min(catalogue.cities, key=lambda city: city != "ningbo"), EVENT)


def renaming(bundle: Bundle, old: str, new: str) -> Plan:
    return plan(bundle, knowledge_of(bundle), old, new)


def lines(found: Plan, path: str) -> str:
    return found.contents[path].decode()


def test_a_field_is_renamed_wherever_it_is_used_and_the_check_finds_nothing_new(bundle: Bundle) -> None:
    found = renaming(bundle, "accept_decision", "ruling_on_it")
    touched = {path for path, _place in found.places}

    assert {path.rsplit(".", 1)[1] for path in touched} >= {"bpmn", "dmn", "json"}
    assert found.problems == []
    assert all(place.sure for _path, place in found.places)
    after = changed(bundle, found.contents)
    whole = re.compile(rb"(?<![a-z_])accept_decision(?![a-z_])")  # ids of elements keep their words
    assert not [path for path, content in after.files.items() if whole.search(content)]
    assert list(check_bundle(after)) == list(check_bundle(bundle))


def test_what_a_button_hands_over_is_renamed_where_it_is_asked_for(bundle: Bundle) -> None:
    found = renaming(bundle, "terminate_reason", "why_ended")

    assert "terminate.why_ended" in lines(found, f"processes/{EVENT}/decisions/settlement.dmn")
    assert '"key": "why_ended"' in lines(found, f"forms/{EVENT}/terminate.json")
    assert found.problems == []


def test_documents_print_the_field_by_its_new_name(bundle: Bundle) -> None:
    found = renaming(bundle, "verify_note", "note_on_it")
    record = lines(found, f"templates/documents/{EVENT}/closing_record.html")

    assert '"note_on_it" is filled' in record
    assert '"note_on_it" | field' in record
    assert "verify_note" not in record


def test_a_key_given_to_a_macro_that_prints_a_field_is_renamed_too(bundle: Bundle) -> None:
    found = renaming(bundle, "days_asked", "days_wanted")

    assert 'days("days_wanted")' in lines(found, "templates/documents/_shared/extension_decision.html")
    assert all(place.sure for _path, place in found.places)


def test_renaming_back_gives_the_same_meaning(bundle: Bundle) -> None:
    there = changed(bundle, renaming(bundle, "verify_way", "way_of_it").contents)
    back = changed(there, renaming(there, "way_of_it", "verify_way").contents)
    texts = [path for path in bundle.files if path.endswith((".json", ".html"))]

    assert {path: back.files[path] for path in texts} == {path: bundle.files[path] for path in texts}


@pytest.mark.parametrize(
    ("slug", "old", "new", "form", "used", "after"),
    [
        ("revisit", "tries.tried_at", "called_at", "forms/revisit/revisit_by_office.json",
         "processes/revisit/revisiting.bpmn", "one.called_at"),
        ("list_change", "data_collected.data_item", "item_asked", "forms/list_change/apply.json",
         "templates/documents/list_change/list_application.html", 'row.get("item_asked")'),
    ],
)  # fmt: skip
def test_a_column_of_a_repeated_group_is_renamed_wherever_its_rows_are_read(
    slug: str, old: str, new: str, form: str, used: str, after: str
) -> None:
    bundle = Catalogue.read(ROOT).bundle("beihai", slug)
    found = renaming(bundle, old, new)
    gone = re.compile(rf"(?<![a-z_]){old.partition('.')[2]}(?![a-z_])".encode())

    assert f'"key": "{new}"' in lines(found, form)
    assert after in lines(found, used)
    assert all(place.sure for _path, place in found.places)
    assert found.problems == []
    assert not [path for path, content in changed(bundle, found.contents).files.items() if gone.search(content)]


def test_a_column_is_called_without_its_group_beside_it_in_the_rows(bundle: Bundle) -> None:
    path = f"forms/{EVENT}/coordinate_village.json"
    form = json.loads(bundle.files[path])
    (group,) = (one for one in form["components"] if one.get("path") == "mediation_parties")
    more = {**group["components"][0], "key": "party_part", "conditional": {"hide": 'party_name = ""'}}
    group["components"].append(more)
    form["components"][-1]["conditional"] = {"hide": "count(mediation_parties[party_name = null]) > 0"}
    written = changed(bundle, {path: json.dumps(form).encode()})

    found = lines(renaming(written, "mediation_parties.party_name", "name_of_party"), path)

    assert '"hide": "name_of_party = \\"\\""' in found
    assert "mediation_parties[name_of_party = null]" in found


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("mediation_parties.party_gone", "party_there", "没有重复组"),
        ("mediation_parties.party_name", "verify_note", "已经有"),
        ("mediation_parties.party_name", "Party", "不能用作名称"),
        ("verify_way", "Verify Way", "不能用作名称"),
        ("verify_way", "for", "不能用作名称"),
        ("verify_way", "verify_note", "已经有"),
        ("grid_code", "code_of_grid", "程序按"),
        ("nowhere_to_be_found", "found_now", "没有叫"),
        ("merge", "merging_it", "编号"),
    ],
)
def test_a_name_that_would_break_something_is_refused(bundle: Bundle, old: str, new: str, why: str) -> None:
    with pytest.raises(NameRefused, match=why):
        renaming(bundle, old, new)


def example(bundle: Bundle, steps: str, begins: str = "") -> dict[str, bytes]:
    text = f'title = "一件"\n{begins}begins = 2026-11-23T09:00:00+08:00\n\n{steps}'
    return {f"processes/{bundle.slug}/scenarios/一件.{bundle.city}.toml": text.encode()}


TRIAGE = """
[[step]]  # the village looks first
as = "village"
task = "coordinate_village"
refused = "village_result"
[step.values]
village_result = "unsolved"     # village_result = "in words"
coordination_note = "village_result = 未写"
mediation_parties = [
  { party_name = "甲" }, { party_name = "乙" },
]

[[step]]
as = "town"
task = "accept_town"
values = { accept_decision = "accept", village_result = "not of this form" }
"""


def test_worked_examples_answer_a_field_by_its_new_name_where_their_step_fills_its_form(bundle: Bundle) -> None:
    ((path, before),) = (told := example(bundle, TRIAGE)).items()
    found = plan(bundle, knowledge_of(bundle), "village_result", "result_there", told)
    after = found.contents[path].decode()

    assert after == (
        before.decode()
        .replace('refused = "village_result"', 'refused = "result_there"')
        .replace('village_result = "unsolved"', 'result_there = "unsolved"')
    )
    assert [place.where for file, place in found.places if file == path] == ["案例“一件”第 1 步"] * 2
    assert all(place.sure for _path, place in found.places)
    assert found.problems == []


def test_worked_examples_answer_a_column_by_its_new_name_and_a_group_by_its_own(bundle: Bundle) -> None:
    ((path, _before),) = (told := example(bundle, TRIAGE)).items()
    column = plan(bundle, knowledge_of(bundle), "mediation_parties.party_name", "name_of_party", told)
    group = plan(bundle, knowledge_of(bundle), "mediation_parties", "parties_there", told)

    assert '{ name_of_party = "甲" }, { name_of_party = "乙" },' in lines(column, path)
    assert "party_name" not in lines(column, path)
    assert 'parties_there = [\n  { party_name = "甲" }' in lines(group, path)


def test_a_case_another_one_led_to_is_left_to_people_and_one_of_another_procedure_alone(bundle: Bundle) -> None:
    led = TRIAGE.replace("task = ", 'case = "引出的一件"\ntask = ', 1)
    other = '[[step]]\nas = "town"\nstart = "report"\nprocedure = "appeal"\n' + TRIAGE
    doubtful = plan(bundle, knowledge_of(bundle), "village_result", "result_there", example(bundle, led))
    untouched = plan(bundle, knowledge_of(bundle), "village_result", "result_there", example(bundle, other))

    assert {place.sure for path, place in doubtful.places if path.endswith(".toml")} == {False}
    assert not [path for path in doubtful.contents if path.endswith(".toml")]
    assert not [path for path, _place in untouched.places if path.endswith(".toml")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return prepare(ROOT, tmp_path_factory.mktemp("city"), ("beihai",))


@pytest.mark.parametrize("old", ["village_result", "action_log", "action_log.acted_at"])
def test_a_shipped_example_goes_on_the_renamed_procedure_as_it_went_before(
    installed: Settings, old: str, tmp_path: Path
) -> None:
    catalogue = Catalogue.read(ROOT)
    bundle, wanted = catalogue.bundle("beihai", EVENT), "forms-and-strangers-are-refused"
    (shipped,) = (one for one in catalogue.scenarios(bundle.city, EVENT) if one.sentence == wanted)
    found = plan(bundle, knowledge_of(bundle), old, "another_name", {shipped.path: shipped.content})
    contents = dict(found.contents)
    followed = read_scenario(replace(shipped, content=contents.pop(shipped.path)))
    draft = changed(bundle, contents)

    assert run_one(installed, tmp_path / "followed", followed, proof, draft) == []
    assert run_one(installed, tmp_path / "left", read_scenario(shipped), proof, draft) != []


def test_every_shipped_example_answers_nothing_else_after_a_renaming(bundle: Bundle) -> None:
    shipped = {one.path: one.content for one in Catalogue.read(ROOT).scenarios(bundle.city, EVENT)}
    there = plan(bundle, knowledge_of(bundle), "accept_decision", "ruling_on_it", shipped)
    after = changed(bundle, {path: content for path, content in there.contents.items() if path not in shipped})
    followed = {path: there.contents.get(path, content) for path, content in shipped.items()}
    back = plan(after, knowledge_of(after), "ruling_on_it", "accept_decision", followed)

    assert sum(path in shipped for path, _place in there.places) > LEAST
    assert not [path for path, content in followed.items() if b"accept_decision =" in content]
    assert {path: back.contents.get(path, content) for path, content in followed.items()} == shipped
