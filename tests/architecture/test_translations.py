"""Every word of the pages has its English, and the compiled catalogue is that of the text."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from gridflow.config import ROOT
from gridflow.web.languages import FOLDER

ENGLISH = FOLDER / "en" / "LC_MESSAGES"


def catalogue() -> Catalog:
    return read_po(BytesIO((ENGLISH / "messages.po").read_bytes()))


def used() -> set[str]:
    with Path(FOLDER / "babel.cfg").open() as configuration:
        methods, options = parse_mapping_cfg(configuration)
    return {str(message) for _file, _line, message, *_rest in extract_from_dir(ROOT, methods, options)}


def test_every_word_on_a_page_has_its_english() -> None:
    english = {message.id for message in catalogue() if message.id and message.string}

    assert used() - english == set()


def test_no_translation_is_left_over() -> None:
    assert {message.id for message in catalogue() if message.id} - used() == set()


def test_every_translation_keeps_its_placeholders() -> None:
    for message in catalogue():
        assert list(message.check()) == [], message.id


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    compiled = read_mo(BytesIO((ENGLISH / "messages.mo").read_bytes()))

    assert {m.id: m.string for m in compiled if m.id} == {m.id: m.string for m in catalogue() if m.id}
