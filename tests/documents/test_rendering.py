"""From values to a PDF: faces, characters, repeatability, refusals."""

import io
import logging
import subprocess
import sys

import pikepdf
import pytest
from pypdf import PdfReader

from documents import samples
from gridflow.config import ROOT
from gridflow.documents import fonts
from gridflow.documents.errors import FontsMissing, TemplateBroken
from gridflow.documents.fonts import printable
from gridflow.documents.rendering import render
from gridflow.documents.service import freeze

OURS = {"Noto-Sans-SC", "Noto-Sans-SC-Bold", "Noto-Serif-SC", "Noto-Serif-SC-Bold"}
ORDER = "_shared/dispatch_order.html"


def small(body: str) -> dict[str, str]:
    return {"small.html": f"<html lang=zh-CN><title>小</title><body>{body}</body></html>"}


def test_the_dispatch_order_says_who_does_what_until_when_and_why(text_of) -> None:
    values = samples.values(articles=["N18-3"])
    text = text_of(render(samples.files(), ORDER, values))
    assert "海曙区综合行政执法局：" in text
    assert "2026年12月2日（周三）17:30 前办结" in text
    assert "5 个工作日" in text
    assert "首次到期 2026年11月30日（周一）17:30" in text
    assert "海曙区消防救援大队、" in text
    assert "《宁波市城乡网格化服务管理条例》第十八条第三款" in text
    assert "陈佳慧" in text  # staff are named, residents by their family names


def test_only_our_faces_are_in_a_document_and_all_are_embedded() -> None:
    pdf = render(samples.files(), "event/closing_record.html", samples.values())
    names, embedded = set(), []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                names.add(str(thing.FontName).partition("+")[2])
                embedded.append("/FontFile2" in thing)
    assert names
    assert names <= OURS
    assert all(embedded)


def test_a_document_says_what_it_is_to_archives_and_readers() -> None:
    pdf = render(samples.files(), ORDER, samples.values())
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "zh-CN"
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        assert "/Filter" not in opened.Root.Metadata
        assert b'pdfaid:part="3"' in opened.Root.Metadata.read_bytes()
        assert all(
            thing.read_raw_bytes()[-1:] != b"\r" for thing in opened.objects if isinstance(thing, pikepdf.Stream)
        )
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "交办单　JB-330203-2026-000042"


def test_the_same_values_give_the_same_bytes_after_they_were_frozen() -> None:
    values = samples.values()
    assert render(samples.files(), ORDER, values) == render(samples.files(), ORDER, freeze(values))


def test_a_character_no_face_has_is_shown_as_a_geta_and_named(text_of, caplog: pytest.LogCaptureFixture) -> None:
    values = samples.values()
    values["case"] = {**values["case"], "title": "𪻐家门口路灯不亮😀"}
    with caplog.at_level(logging.WARNING, "gridflow.documents.rendering"):
        text = text_of(render(samples.files(), ORDER, values))
    assert "〓家门口路灯不亮〓" in text
    assert "U+2ABD0" in text or "U+2AED0" in text
    assert "U+1F600" in text
    assert "U+1F600" in caplog.text


def test_rare_characters_of_names_are_kept(faces) -> None:
    assert printable("㛃𬭚䶮喆昇", faces) == ("㛃𬭚䶮喆昇", [])


def test_characters_that_print_nothing_are_dropped_in_silence(faces) -> None:
    assert printable("甲\u200b乙\ufe0f丙\x00\ufeff", faces) == ("甲乙丙", [])


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "https://example.org/a.png", "//example.org/a.png", "/etc/passwd"]
)
def test_no_address_outside_the_document_is_ever_read(address: str) -> None:
    with pytest.raises(TemplateBroken, match="外部地址") as refused:
        render(small(f'<img src="{address}" alt="">'), "small.html", {})
    assert address.strip("/").rpartition("/")[2] in refused.value.message


def test_a_style_sheet_outside_the_document_is_refused_too() -> None:
    with pytest.raises(TemplateBroken, match="外部地址"):
        render(small('<style>@import url("https://example.org/x.css");</style>'), "small.html", {})


def test_typed_text_never_becomes_markup(text_of) -> None:
    text = text_of(render(small("<p>{{ said }}</p>"), "small.html", {"said": "<b>粗</b><script>1</script>"}))
    assert "<b>粗</b><script>1</script>" in text


def test_a_folder_without_faces_is_refused_with_the_remedy(tmp_path) -> None:
    with pytest.raises(FontsMissing, match="make"):
        fonts.install(tmp_path)


def test_an_office_maps_a_family_name_to_its_own_file(tmp_path, faces) -> None:
    for face in fonts.FACES:
        (tmp_path / face).symlink_to(faces / face)
    (tmp_path / "仿宋.ttf").symlink_to(faces / "NotoSansSC-Regular.ttf")
    program = (
        "import io, sys, pathlib\n"
        "from gridflow.documents.fonts import install as install_fonts\n"
        "from gridflow.documents.rendering import render\n"
        "install_fonts(pathlib.Path(sys.argv[1]))\n"
        "page = {'a': '<html><body style=\"font-family: 仿宋\">公文</body></html>'}\n"
        "sys.stdout.buffer.write(render(page, 'a', {}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)  # noqa: S603  -- our own program
    assert b"Noto-Sans-SC" in done.stdout
    assert b"Noto-Serif-SC" not in done.stdout


def test_a_process_that_only_issues_never_loads_the_typesetter() -> None:
    program = (
        "import sys, gridflow.documents, gridflow.documents.service\n"
        "assert not {'weasyprint', 'pikepdf', 'fontTools'} & sys.modules.keys()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603  -- our own program
    assert done.returncode == 0, done.stderr
