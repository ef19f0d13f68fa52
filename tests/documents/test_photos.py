"""Photos in the sealed file: seen, said who took them, carrying nothing hidden."""

import base64
import io

import pytest
from PIL import Image
from pypdf import PdfReader

from documents import samples
from gridflow.documents.dossier import build_dossier
from gridflow.documents.photos import LONGEST, reduced


def photo(width: int = 2400, height: int = 1200, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    marks = Image.Exif()
    marks[0x0112] = 6  # turned by a quarter
    marks[0x010F] = "CAMERA OF 赵铁柱"
    Image.new("RGB", (width, height), (90, 120, 150)).save(out, kind, exif=marks)
    return out.getvalue()


def test_a_photo_becomes_small_upright_and_forgets_the_camera() -> None:
    small = base64.b64decode(reduced(photo()).partition(",")[2])
    with Image.open(io.BytesIO(small)) as picture:
        assert picture.size == (LONGEST // 2, LONGEST)
        assert not picture.getexif()
    assert b"CAMERA" not in small


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8\xff broken", photo(9000, 9000, "PNG")])
def test_what_cannot_be_shown_gives_no_picture(content: bytes) -> None:
    assert reduced(content) == ""


def test_the_sealed_file_shows_the_photos_with_hash_step_person_and_instant(faces) -> None:
    values = samples.dossier_values()
    taken = {"step": "处置", "by": "方刚", "at": samples.at(11, 24, 9, 30), "picture": reduced(photo())}
    values["attachments"] = [{**values["attachments"][0], **taken}, *values["attachments"][1:]]
    pages = PdfReader(io.BytesIO(build_dossier(samples.files(), values, [], samples.KEY))).pages
    shown = next(page for page in pages[2:] if page.extract_text().startswith("照片"))
    text = shown.extract_text().replace("\n", "")
    assert values["attachments"][0]["sha256"] in text
    assert "处置　方刚　2026年11月24日（周二）09:30" in text
    assert max(image.image.size[1] for image in shown.images) == LONGEST
