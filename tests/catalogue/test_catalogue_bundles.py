"""One procedure in one city's edition: exactly the chosen files."""

import shutil
from pathlib import Path

import pytest
from toy_files import MANIFEST, ORDINANCE, Write, bpmn, city_file, dmn

from gridflow.catalogue import (
    Bundle,
    CalledProcessMissing,
    Catalogue,
    CatalogueError,
    FileInvalid,
    IdRepeated,
    ProcedureUnknown,
)


def bundle(home: Path, city: str = "toytown") -> Bundle:
    return Catalogue.read(home).bundle(city, "tree")


def test_a_bundle_holds_exactly_the_chosen_files(toy: Path) -> None:
    assert list(bundle(toy).files) == [
        "forms/_shared/file.json",
        "forms/tree/ask.json",
        "forms/tree/look.json",
        "processes/_cities/toytown.ordinance.md",
        "processes/_cities/toytown.toml",
        "processes/_shared/archive.bpmn",
        "processes/_shared/limit.dmn",
        "processes/_shared/objection.bpmn",
        "processes/tree/decisions/fee.dmn",
        "processes/tree/procedure.toml",
        "processes/tree/tree.bpmn",
        "templates/documents/_base.html",
        "templates/documents/_cities/toytown/head.html",
        "templates/documents/_shared/dossier.html",
        "templates/documents/base.css",
        "templates/documents/tree/permit.html",
    ]


def test_called_processes_are_found_by_the_calls_and_the_main_one_comes_first(toy: Path) -> None:
    chosen = bundle(toy)
    assert chosen.process_ids == ("tree", "archive", "objection")
    assert chosen.diagram("archive") == (toy / "processes/_shared/archive.bpmn").read_bytes()
    assert chosen.main == "processes/tree/tree.bpmn"
    with pytest.raises(ProcedureUnknown, match="unused"):
        chosen.diagram("unused")


def test_the_procedures_own_form_and_document_beat_the_shared_ones(toy: Path, write: Write) -> None:
    write("templates/documents/tree/dossier.html", "自己的卷宗")
    chosen = bundle(toy)
    assert chosen.form("look") == b'{"own": true}'
    assert chosen.form("file") == b"{}"
    assert chosen.form("idle") is None
    assert chosen.document("dossier") == "templates/documents/tree/dossier.html"
    assert chosen.document("permit") == "templates/documents/tree/permit.html"
    assert chosen.document("nothing") is None
    assert chosen.templates["templates/documents/tree/dossier.html"] == "自己的卷宗"


def test_a_citys_edition_beats_the_common_one_and_leaves_other_cities_alone(toy: Path, write: Write) -> None:
    write("processes/_cities/seaside.toml", city_file("seaside", "海边市", "S"))
    write("processes/_cities/seaside.ordinance.md", ORDINANCE)
    write("processes/tree/tree.seaside.bpmn", bpmn("tree", task="sail"))
    write("processes/tree/decisions/fee.seaside.dmn", dmn("fee", "海边"))
    write("forms/tree/look.seaside.json", '{"sea": true}')
    write("processes/_shared/limit.seaside.dmn", dmn("limit", "海边"))
    sea, toytown = bundle(toy, "seaside"), bundle(toy)
    assert sea.main == "processes/tree/tree.seaside.bpmn"
    assert sea.form("look") == b'{"sea": true}'
    assert list(sea.decision_files) == [
        "processes/_shared/limit.seaside.dmn",
        "processes/tree/decisions/fee.seaside.dmn",
    ]
    assert not any("seaside" in path for path in toytown.files)
    assert sea.digest != toytown.digest


def test_a_procedure_without_a_diagram_for_a_city_is_not_offered_there(toy: Path, write: Write) -> None:
    (toy / "processes/tree/tree.bpmn").rename(toy / "processes/tree/tree.elsewhere.bpmn")
    assert Catalogue.read(toy).procedures("toytown") == ()
    with pytest.raises(ProcedureUnknown, match=r"tree\.toytown\.bpmn"):
        bundle(toy)


def test_a_call_of_a_process_nobody_drew_is_refused(toy: Path, write: Write) -> None:
    write("processes/_shared/archive.bpmn", bpmn("archive", calls=("nowhere",)))
    with pytest.raises(CalledProcessMissing, match=r"archive\.bpmn.*nowhere"):
        bundle(toy)


def test_two_files_with_one_decision_are_refused(toy: Path, write: Write) -> None:
    write("processes/tree/decisions/price.dmn", dmn("fee"))
    with pytest.raises(IdRepeated, match=r"price\.dmn.*fee"):
        bundle(toy)


def test_the_procedures_own_table_replaces_the_shared_one_of_the_same_name(toy: Path, write: Write) -> None:
    write("processes/tree/decisions/limit.dmn", dmn("limit", "自己的"))
    assert bundle(toy).decision_ids["limit"] == "processes/tree/decisions/limit.dmn"


def test_two_files_with_one_process_are_refused(toy: Path, write: Write) -> None:
    write("processes/_shared/copy.bpmn", bpmn("archive"))
    with pytest.raises(IdRepeated, match=r"copy\.bpmn.*archive"):
        bundle(toy)


def test_the_main_process_is_named_as_its_folder(toy: Path, write: Write) -> None:
    write("processes/tree/tree.bpmn", bpmn("Process_1vepcwc"))
    with pytest.raises(FileInvalid, match=r"tree\.bpmn.*tree"):
        bundle(toy)


@pytest.mark.parametrize(
    "xml", ["", "<a>", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "<!DOCTYPE a []><a/>"]
)
def test_a_diagram_that_is_no_safe_xml_is_refused_by_name(toy: Path, write: Write, xml: str) -> None:
    write("processes/tree/tree.bpmn", xml)
    with pytest.raises(FileInvalid, match=r"processes/tree/tree\.bpmn"):
        bundle(toy)


def test_the_digest_changes_with_content_and_with_names_only(toy: Path, write: Write) -> None:
    first = bundle(toy).digest
    write("processes/_shared/unused.bpmn", bpmn("unused", task="other"))
    write("processes/tree/README.md", "改写。")
    assert bundle(toy).digest == first
    write("forms/tree/look.json", '{"own": 1}')
    assert bundle(toy).digest != first


def test_a_bundle_comes_back_from_its_bytes_and_needs_no_folder(toy: Path) -> None:
    chosen = bundle(toy)
    content = chosen.to_bytes()
    shutil.rmtree(toy / "processes")
    back = Bundle.from_bytes(content)
    assert back == chosen
    assert (back.to_bytes(), back.digest) == (content, chosen.digest)
    assert (back.title, back.manifest, back.city_file) == ("砍树许可", chosen.manifest, chosen.city_file)
    assert back.diagram("objection") == chosen.diagram("objection")


def test_a_draft_differs_by_one_file(toy: Path) -> None:
    chosen = bundle(toy)
    draft = chosen.with_file("forms/tree/look.json", b'{"draft": true}')
    assert (draft.form("look"), chosen.form("look")) == (b'{"draft": true}', b'{"own": true}')
    assert draft.digest != chosen.digest


@pytest.mark.parametrize("content", [b"", b"[]", b'{"city": "x"}', b'{"city":"x","slug":"y","files":{"a":1}}'])
def test_damaged_bytes_are_told_from_a_bundle(content: bytes) -> None:
    with pytest.raises(CatalogueError, match="已损坏"):
        Bundle.from_bytes(content)


def test_a_picture_among_the_templates_is_refused(toy: Path) -> None:
    (toy / "templates/documents/tree/crest.png").write_bytes(b"\x89PNG")
    with pytest.raises(FileInvalid, match=r"crest\.png"):
        bundle(toy)


def test_a_new_procedure_is_new_files_only(toy: Path, write: Write) -> None:
    write("processes/bench/procedure.toml", MANIFEST.replace("tree", "bench"))
    write("processes/bench/bench.bpmn", bpmn("bench"))
    catalogue = Catalogue.read(toy)
    assert catalogue.slugs == ("bench", "tree")
    assert catalogue.bundle("toytown", "bench").process_ids == ("bench",)
