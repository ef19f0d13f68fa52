"""A field renamed in a whole procedure: diagrams, tables, forms and documents, and nothing else."""

import json
import re

import pytest

from gridflow.catalogue import Bundle, Catalogue
from gridflow.checking import check_bundle
from gridflow.checking.knowledge import knowledge_of
from gridflow.config import ROOT
from gridflow.workbench.renaming import NameRefused, Plan, plan
from gridflow.workbench.revising.revisions import changed

EVENT = "event"


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
