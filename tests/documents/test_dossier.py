"""The sealed file: what it holds, that it proves itself, that it names nobody."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from documents import samples
from gridflow.config import ROOT
from gridflow.documents import verify
from gridflow.documents.dossier import Part, build_dossier
from gridflow.documents.errors import DocumentError
from gridflow.documents.proofs import proof
from gridflow.documents.rendering import render

VERIFY = ROOT / "gridflow" / "documents" / "verify.py"


@pytest.fixture(scope="module")
def parts(faces) -> list[Part]:
    shown = [
        ("网格事件登记表", "event/event_registration"),
        ("交办单", "_shared/dispatch_order"),
        ("办结单", "event/closing_record"),
    ]
    return [
        Part(
            title,
            f"号-{title}",
            samples.at(11, 23, 9),
            render(samples.files(), f"{name}.html", samples.values("ningbo", title, f"号-{title}")),
        )
        for title, name in shown
    ]


@pytest.fixture(scope="module")
def sealed(parts: list[Part]) -> bytes:
    return build_dossier(samples.files(), samples.dossier_values(), parts, samples.KEY)


@pytest.fixture
def pages(sealed: bytes) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(sealed)).pages]


def checked(path: Path, *more: Path | str) -> subprocess.CompletedProcess[str]:
    """Run the checker as an outsider would: away from the project, without its path."""
    command = [sys.executable, "-I", str(VERIFY), str(path), *map(str, more)]
    return subprocess.run(command, cwd=path.parent, check=False, capture_output=True, text=True)  # noqa: S603  -- our own program


def altered(sealed: bytes, path: Path, change) -> Path:
    """Write the sealed file with its record changed and everything else left."""
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        manifest = json.loads(pdf.attachments["audit.json"].get_file().read_bytes())
        change(manifest)
        pdf.attachments["audit.json"] = pikepdf.AttachedFileSpec(
            pdf, json.dumps(manifest).encode(), filename="audit.json"
        )
        pdf.save(path)
    return path


def test_the_cover_shows_the_case_the_counts_and_the_tail(pages: list[str]) -> None:
    tail = samples.dossier_values()["entries"][-1]["hash"]
    assert "SJ-330203-20261122-00042-7" in pages[0]
    assert f"文书 3 件，记录 10 条，附件 3 件，共 {len(pages)} 页" in pages[0]
    assert tail in pages[0]


def test_the_contents_name_the_page_each_part_begins_on(sealed: bytes, pages: list[str]) -> None:
    reader = PdfReader(io.BytesIO(sealed))
    for item in [entry for entry in reader.outline if not isinstance(entry, list)][1:]:
        number = reader.get_destination_page_number(item) + 1
        assert f"{str(item.title).strip()}{number}" in pages[1].replace("　", "").replace(" ", "")


def test_every_page_but_the_cover_says_its_number_and_the_tail(pages: list[str]) -> None:
    tail = samples.dossier_values()["entries"][-1]["hash"]
    for number, text in enumerate(pages[1:], 2):
        assert f"卷宗第 {number} 页　共 {len(pages)} 页" in text
        assert tail in text


def test_the_diagram_lies_on_its_side(sealed: bytes) -> None:
    wide = [page for page in PdfReader(io.BytesIO(sealed)).pages if page.mediabox.width > page.mediabox.height]
    assert len(wide) == 1
    assert "流程图和实际路径" in wide[0].extract_text()


def test_personal_values_read_as_role_words_everywhere(sealed: bytes, pages: list[str]) -> None:
    text = "".join(pages)
    assert "住户甲" in text
    assert "住户甲的联系电话" in text
    assert "赵铁柱" not in text
    assert "13812348000" not in text
    assert "赵铁柱".encode() not in sealed


def test_the_same_case_gives_the_same_bytes(sealed: bytes, parts: list[Part]) -> None:
    assert build_dossier(samples.files(), samples.dossier_values(), parts, samples.KEY) == sealed


def test_the_documents_travel_inside_as_issued(sealed: bytes, parts: list[Part]) -> None:
    inside = PdfReader(io.BytesIO(sealed)).attachments
    assert inside["02-交办单.pdf"] == [parts[1].pdf]
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Source", *["/Supplement"] * 3]


def test_a_sealed_file_is_found_intact_by_an_outsider(sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "卷宗.pdf"
    path.write_bytes(sealed)
    report = checked(path)
    assert report.returncode == 0, report.stdout + report.stderr
    assert "结论：相符" in report.stdout


def test_the_list_of_proofs_shows_the_digest_the_checker_prints(
    sealed: bytes, pages: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "卷宗.pdf"
    path.write_bytes(sealed)
    digest = checked(path).stdout.partition("记录摘要 ")[2].split()[0]
    assert digest in "".join(pages)


def test_a_changed_word_is_found_with_its_entry(sealed: bytes, tmp_path: Path) -> None:
    path = altered(sealed, tmp_path / "a.pdf", lambda manifest: manifest["entries"][4].update(role="other"))
    report = checked(path)
    assert report.returncode == 1
    assert "第 5 条记录：内容与链值不符" in report.stdout


def test_a_removed_entry_is_found(sealed: bytes, tmp_path: Path) -> None:
    report = checked(altered(sealed, tmp_path / "a.pdf", lambda manifest: manifest["entries"].pop(3)))
    assert report.returncode == 1
    assert "第 4 条记录" in report.stdout


def test_an_entry_cut_off_at_the_end_is_found(sealed: bytes, tmp_path: Path) -> None:
    report = checked(altered(sealed, tmp_path / "a.pdf", lambda manifest: manifest["entries"].pop()))
    assert report.returncode == 1
    assert "链尾" in report.stdout


def test_an_exchanged_document_is_found(sealed: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.attachments["02-交办单.pdf"] = pikepdf.AttachedFileSpec(pdf, b"%PDF-1.7", filename="02-交办单.pdf")
        pdf.save(tmp_path / "a.pdf")
    report = checked(tmp_path / "a.pdf")
    assert report.returncode == 1
    assert "文书 02-交办单.pdf：内容与清单不符" in report.stdout


def test_a_photo_is_looked_up_in_the_sealed_file(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "卷宗.pdf").write_bytes(sealed)
    (tmp_path / "别的.jpg").write_bytes(b"no photo of this case")
    report = checked(tmp_path / "卷宗.pdf", tmp_path / "别的.jpg")
    assert report.returncode == 1
    assert "不在卷宗的附件之中" in report.stdout


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"hello"])
def test_a_file_that_is_no_sealed_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    report = checked(path)
    assert report.returncode == 2
    assert report.stderr == ""


def test_the_checker_agrees_with_the_record_on_what_a_hash_is() -> None:
    from gridflow.audit.chain import digest

    entry = samples.dossier_values()["entries"][3]
    assert verify.digest(entry) == entry["hash"] == digest({k: v for k, v in entry.items() if k != "hash"})


def test_a_case_without_a_record_is_not_sealed(faces) -> None:
    with pytest.raises(DocumentError, match="没有办理记录"):
        build_dossier(samples.files(), {**samples.dossier_values(), "entries": [], "timeline": []}, [], samples.KEY)


def test_a_case_without_documents_diagrams_or_files_is_sealed_all_the_same(tmp_path: Path, faces) -> None:
    bare = {**samples.dossier_values(), "diagrams": [], "attachments": [], "limits": []}
    (tmp_path / "a.pdf").write_bytes(build_dossier(samples.files(), bare, [], samples.KEY))
    assert checked(tmp_path / "a.pdf").returncode == 0


@pytest.mark.slow
def test_a_long_case_is_set_in_pieces_and_stays_whole(tmp_path: Path, faces) -> None:
    (tmp_path / "a.pdf").write_bytes(build_dossier(samples.files(), samples.dossier_values(rounds=13), [], samples.KEY))
    report = checked(tmp_path / "a.pdf")
    assert report.returncode == 0
    assert "记录 130 条" in report.stdout


def test_a_proof_of_a_file_is_bound_and_sealed_and_shows_nothing(parts: list[Part], tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(build_dossier(samples.files(), samples.dossier_values(), parts, samples.KEY, proof))

    assert checked(path).returncode == 0
    assert not any(page.extract_text() for page in PdfReader(path).pages[:2])
