import io
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateSchema, DropSchema

from gridflow.config import ROOT
from gridflow.documents import fonts
from gridflow.documents.models import Document, NumberSeries

FONTS = ROOT / "var" / "fonts"


@pytest.fixture(scope="session", autouse=True)
def faces() -> Path:
    """The faces of the installation, installed before the typesetter is loaded."""
    fonts.install(FONTS)
    return fonts.installed()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The empty tables of documents, on each database."""
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path / 'documents.db'}")
    elif "GRIDFLOW_TEST_POSTGRES_URL" in os.environ:
        schema = f"documents_{uuid.uuid4().hex}"
        made = create_engine(f"{os.environ['GRIDFLOW_TEST_POSTGRES_URL']}?options=-csearch_path%3D{schema}")
        with made.begin() as connection:
            connection.execute(CreateSchema(schema))
    else:
        pytest.skip("GRIDFLOW_TEST_POSTGRES_URL names no server")
    Document.metadata.create_all(made, [Document.__table__, NumberSeries.__table__])
    yield made
    if request.param == "postgresql":
        with made.begin() as connection:
            connection.execute(DropSchema(schema, cascade=True))
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
