"""The seal proves every byte of the file, and says whose it is."""

import io
import random
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from documents import samples
from documents.test_dossier import checked
from gridflow.config import ROOT
from gridflow.documents import sealing
from gridflow.documents.dossier import build_dossier
from gridflow.documents.errors import DocumentError

OTHER = bytes(range(1, 33))
PUBLIC = sealing.public_key(samples.KEY)


@pytest.fixture(scope="module")
def sealed(faces: Path) -> bytes:
    return build_dossier(samples.files(), samples.dossier_values(), [], samples.KEY)


def report(data: bytes, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    path = folder / "卷宗.pdf"
    path.write_bytes(data)
    return checked(path, *more)


def edited(sealed: bytes, change) -> bytes:
    """Return the file as a PDF editor would save it after a change."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        change(pdf)
        pdf.save(out)
    return out.getvalue()


def blanked(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2].Contents = pdf.make_stream(b"")


def test_without_a_key_it_is_said_whose_fingerprint_to_compare(sealed: bytes, tmp_path: Path) -> None:
    said = report(sealed, tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "文件自封存以来没有改动" in said.stdout
    assert sealing.fingerprint(PUBLIC) in said.stdout
    assert "请与封存单位公布的指纹比对" in said.stdout


def test_the_cover_shows_the_fingerprint(sealed: bytes) -> None:
    from pypdf import PdfReader

    assert sealing.fingerprint(PUBLIC) in PdfReader(io.BytesIO(sealed)).pages[0].extract_text()


def test_the_published_key_is_recognised_as_text_and_as_a_file(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "公钥.txt").write_text(PUBLIC.hex() + "\n")
    for key in (PUBLIC.hex(), str(tmp_path / "公钥.txt")):
        said = report(sealed, tmp_path, "--key", key)
        assert said.returncode == 0
        assert "封存所用的就是所给的公钥" in said.stdout


def test_a_file_sealed_by_somebody_else_is_found(sealed: bytes, tmp_path: Path) -> None:
    said = report(sealed, tmp_path, "--key", sealing.public_key(OTHER).hex())
    assert said.returncode == 1
    assert "封存密钥：不是所给的公钥" in said.stdout


@pytest.mark.parametrize(
    "change",
    [lambda pdf: pdf.pages.__delitem__(5), blanked, lambda pdf: pdf.pages.append(pdf.pages[0]), lambda _: None],
)
def test_a_page_taken_out_blanked_or_added_is_found(change, sealed: bytes, tmp_path: Path) -> None:
    said = report(edited(sealed, change), tmp_path)
    assert said.returncode == 1, said.stdout
    assert "不相符" in said.stdout
    assert "整个文件" in said.stdout


def test_a_file_saved_again_in_another_form_is_found(sealed: bytes, tmp_path: Path) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    said = report(out.getvalue(), tmp_path)
    assert said.returncode == 1
    assert "没有完好的封存签名" in said.stdout


def test_a_revision_put_after_the_end_is_found(sealed: bytes, tmp_path: Path) -> None:
    assert report(sealed + b"\n", tmp_path).returncode == 1


def test_any_single_bit_is_found(sealed: bytes, tmp_path: Path) -> None:
    from gridflow.documents import verify

    chance = random.Random(1)  # noqa: S311  -- places to try, no secret
    mark = sealed.index(sealing.NAME.encode())
    places = [0, 5, mark + 2, mark + 20, mark + 100, mark + 200, len(sealed) - 3]
    places += [chance.randrange(len(sealed)) for _ in range(40)]
    for place in places:
        altered = bytearray(sealed)
        altered[place] ^= 1 << chance.randrange(8)
        (tmp_path / "a.pdf").write_bytes(altered)
        assert verify.main([str(tmp_path / "a.pdf")]) == verify.ALTERED, place


def test_a_record_taken_out_of_the_file_is_checked_as_a_record_only(sealed: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        (tmp_path / "audit.json").write_bytes(pdf.attachments["audit.json"].get_file().read_bytes())
    said = checked(tmp_path / "audit.json")
    assert said.returncode == 0
    assert "没有核对卷宗的各页" in said.stdout


def test_a_document_by_itself_is_sealed_as_a_file(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
    alone = sealing.sealed(out.getvalue(), samples.KEY)

    said = report(alone, tmp_path, "--key", PUBLIC.hex())
    assert said.returncode == 0, said.stdout + said.stderr
    assert "一份单独封存的文书" in said.stdout
    assert "封存所用的就是所给的公钥" in said.stdout
    assert report(edited(alone, lambda pdf: pdf.add_blank_page()), tmp_path).returncode == 1
    assert report(alone.replace(b"612", b"613", 1), tmp_path).returncode == 1


def test_only_a_file_with_one_blank_seal_is_sealed() -> None:
    with pytest.raises(DocumentError, match="唯一的封存位置"):
        sealing.seal(b"%PDF-1.7", samples.KEY)


def test_the_checker_loads_neither_database_nor_typesetter(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(sealed)
    program = (
        "import runpy, sys\n"
        "try:\n    runpy.run_module('gridflow.documents.verify', run_name='__main__')\n"
        "except SystemExit as end:\n    print('exit', end.code)\n"
        "print([name for name in ('sqlalchemy', 'flask', 'jinja2', 'weasyprint') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.pdf")]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603  -- our own program
    assert ran.stdout.splitlines()[-2:] == ["exit 0", "[]"]


def test_the_public_key_is_printed_for_publishing(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("GRIDFLOW_DEMO", "1")
    sealing.main()
    from gridflow.config import DEMO_SEALING_KEY

    printed = capsys.readouterr()
    assert printed.out.strip() == sealing.public_key(DEMO_SEALING_KEY).hex()
    assert sealing.fingerprint(sealing.public_key(DEMO_SEALING_KEY)) in printed.err
