"""procedure.toml and the worked examples beside it."""

from pathlib import Path

import pytest
from toy_files import MANIFEST, Write

from gridflow.catalogue import Catalogue, FileInvalid


def test_a_title_page_says_who_opens_a_case_and_with_which_form(toy: Path) -> None:
    manifest = Catalogue.read(toy).manifest("tree")
    assert (manifest.title, manifest.short, manifest.basis) == ("砍树许可", "砍树", ("T1-1",))
    assert (manifest.start_form, manifest.start_roles) == ("ask", ("resident",))
    assert manifest.people_may_start
    assert manifest.icon is None


def test_a_procedure_opened_by_others_needs_no_start(toy: Path, write: Write) -> None:
    write("processes/tree/procedure.toml", MANIFEST[: MANIFEST.index("[start]")] + 'opens_by = "procedures"\n')
    manifest = Catalogue.read(toy).manifest("tree")
    assert not manifest.people_may_start
    assert manifest.start_form is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('slug = "tree"', 'slug = "bush"', "与文件夹同名"),
        ('title = "砍树许可"', "", "缺少“title”"),
        ('basis = ["T1-1"]', 'basis = ["T99"]', "T99"),
        ('form = "ask"', 'from = "ask"', r"start\.form"),
        ("[start]", 'opens_by = "cats"\n[start]', "opens_by"),
        ('owner = "city_office"', 'owner = "king"', "不认识角色“king”"),
        ('roles = ["resident"]', 'roles = ["guest"]', "不认识角色“guest”"),
        ('form = "ask"', 'form = "ask"\nfirst_for = ["guest"]', "不认识角色“guest”"),
    ],
)
def test_a_slip_in_a_title_page_is_named(toy: Path, write: Write, old: str, new: str, told: str) -> None:
    write("processes/tree/procedure.toml", MANIFEST.replace(old, new))
    with pytest.raises(FileInvalid, match=rf"processes/tree/procedure\.toml.*{told}"):
        Catalogue.read(toy)


def test_a_folder_without_a_title_page_is_named(toy: Path, write: Write) -> None:
    write("processes/bush/bush.bpmn", "<a/>")
    with pytest.raises(FileInvalid, match=r"processes/bush/procedure\.toml.*缺少"):
        Catalogue.read(toy)


def test_a_file_name_that_cannot_be_an_id_is_refused(toy: Path, write: Write) -> None:
    write("processes/_shared/Not Good.bpmn", "<a/>")
    with pytest.raises(FileInvalid, match="Not Good"):
        Catalogue.read(toy).bundle("toytown", "tree")


def test_hidden_files_of_editors_are_passed_over(toy: Path, write: Write) -> None:
    before = Catalogue.read(toy).files
    write("processes/tree/.tree.bpmn.swp", "x")
    write("processes/.idea/workspace.xml", "x")
    assert Catalogue.read(toy).files == before


def test_worked_examples_are_listed_by_city_and_procedure(toy: Path, write: Write) -> None:
    catalogue = Catalogue.read(toy)
    (found,) = catalogue.scenarios("toytown", "tree")
    assert (found.sentence, found.city, found.slug) == ("a_tree_is_cut", "toytown", "tree")
    assert catalogue.scenarios(slug="bush") == ()
    assert found.path not in catalogue.bundle("toytown", "tree").files


def test_a_worked_example_of_no_city_is_refused(toy: Path, write: Write) -> None:
    write("processes/tree/scenarios/a_tree_is_cut.toml", "")
    with pytest.raises(FileInvalid, match=r"一句话\.城市\.toml"):
        Catalogue.read(toy).scenarios()


def test_a_title_page_says_what_limits_are_called(toy: Path, write: Write) -> None:
    write("processes/tree/procedure.toml", MANIFEST + '\n[limits]\nfelling = "砍伐时限"\n')

    assert Catalogue.read(toy).manifest("tree").limits == {"felling": "砍伐时限"}
