"""Uploads are judged by content."""

import zipfile
from io import BytesIO

import pytest
from form_builder import component, form, load, refused, rows

from gridflow.forms import Upload

JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)
PDF = b"%PDF-1.7\n" + bytes(300)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(300)
PHOTOS = form(component("filepicker", "photos", multiple=True, validate={"maxItems": 3}))


def zipped(name: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "<ofd/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (JPG, "image/jpeg"),
        (PNG, "image/png"),
        (PDF, "application/pdf"),
        (MP4, "video/mp4"),
        (zipped("OFD.xml"), "application/ofd"),
    ],
)
def test_the_five_types_are_known_by_their_content(content: bytes, mime: str) -> None:
    (kept,) = load(PHOTOS, {}, {"photos": [Upload("现场", content)]}).files["photos"]
    assert (kept.mime, kept.content) == (mime, content)


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        (Upload("a.jpg", b"MZ" + bytes(300)), "类型不能上传"),
        (Upload("a.jpg", b"<html><script>"), "类型不能上传"),
        (Upload("a.ofd", zipped("word/document.xml")), "类型不能上传"),
        (Upload("a.ofd", b"PK\x03\x04broken"), "类型不能上传"),
        (Upload("a.jpg", b""), "空文件"),
        (Upload("a.jpg", JPG + bytes(20 * 1024 * 1024)), "超过 20 MB"),
    ],
)
def test_a_file_of_the_wrong_type_or_size_is_refused_by_name(upload: Upload, told: str) -> None:
    message = refused(PHOTOS, {}, files={"photos": [Upload("good.png", PNG), upload]})["photos"][0]
    assert told in message
    assert upload.name in message


def test_a_field_may_take_fewer_types() -> None:
    made = form(component("filepicker", "paper", accept=".pdf"))
    assert "pdf" in refused(made, {}, files={"paper": [Upload("a.png", PNG)]})["paper"][0]


def test_too_many_files_are_told() -> None:
    four = [Upload("a.png", PNG)] * 4
    assert "最多 3 个文件" in refused(PHOTOS, {}, files={"photos": four})["photos"][0]
    single = form(component("filepicker", "photo"))
    assert "最多 1 个文件" in refused(single, {}, files={"photo": four})["photo"][0]


def test_what_a_browser_sends_for_no_file_is_no_file() -> None:
    assert load(PHOTOS, {}, {"photos": [Upload("", b"")]}).files == {}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\图\\井盖.PNG", "井盖.PNG"),
        ("a\u202egnp.exe", "agnp.png"),
        ("无后缀", "无后缀.png"),
        ("长" * 300 + ".png", "长" * 96 + ".png"),
        ("...", "未命名.png"),
    ],
)
def test_names_are_made_safe_and_agree_with_the_content(name: str, safe: str) -> None:
    assert load(PHOTOS, {}, {"photos": [Upload(name, PNG)]}).files["photos"][0].name == safe


def test_a_row_may_have_files() -> None:
    made = form(rows("log", component("textfield", "deed"), component("filepicker", "photo")))
    sent = load(made, {"log[0].deed": "", "log[1].deed": "到场"}, {"log[2].photo": [Upload("a.png", PNG)]})
    assert list(sent.files) == ["log[1].photo"]
    assert sent.text == {"log": [{"deed": "到场"}, {"deed": None}]}


def test_a_file_for_an_unknown_or_hidden_field_is_not_kept() -> None:
    hidden = form(component("filepicker", "photo", conditional={"hide": "=true"}))
    assert load(hidden, {}, {"photo": [Upload("a.png", PNG)]}).dropped == ("photo",)
    assert "other" in refused(hidden, {}, files={"other": [Upload("a.png", PNG)]})[""][0]
