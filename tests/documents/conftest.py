import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from gridflow.config import ROOT
from gridflow.documents import fonts
from gridflow.documents.models import Document, NumberSeries

FONTS = ROOT / "var" / "fonts"


@pytest.fixture(scope="session", autouse=True)
def faces() -> Path:
    """The faces of the installation, installed before the typesetter is loaded."""
    fonts.install(FONTS)
    return fonts.installed()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite file with the tables of documents."""
    made = create_engine(f"sqlite:///{tmp_path / 'documents.db'}")
    Document.metadata.create_all(made, [Document.__table__, NumberSeries.__table__])
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is rolled back at the end."""
    with Session(engine) as opened:
        yield opened


@pytest.fixture
def text_of() -> Callable[[bytes], str]:
    """Read a PDF back as text without its line breaks."""

    def read(pdf: bytes) -> str:
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")

    return read
