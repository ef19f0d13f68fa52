"""Putting sections together into one file: pages, heads and feet, bookmarks, enclosed files."""

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

import pikepdf
from pikepdf import Name

from gridflow.documents.finishing import complete, save
from gridflow.documents.sealing import BLANK, NAME


@dataclass(frozen=True, slots=True)
class Section:
    """Pages with a title; a section without pages is a heading over the ones that follow."""

    title: str
    pdf: bytes | None = None
    number: str = ""
    at: datetime | str | None = None
    level: int = 1
    wide: tuple[bool, ...] = field(default=())
    """For each page whether it lies on its side."""
    organ: str = ""
    """Who answers for it (责任者)."""

    @classmethod
    def of(
        cls, title: str, pdf: bytes, *, number: str = "", at: datetime | str | None = None, level: int = 1,
        organ: str = "",
    ) -> "Section":  # fmt: skip
        """Make a section of a PDF."""
        return cls(title, pdf, number, at, level, tuple(_orientation(pdf)), organ)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels inside the PDF."""

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str
    """Source for the data the file was made from, Supplement for the rest."""


def bind(sections: Sequence[Section], feet: bytes, enclosures: Sequence[Enclosure]) -> bytes:
    """Join sections, the first of which gives the metadata, lay heads and feet over, enclose files, finish.

    The seal is left blank: it is the last thing to be filled in.
    """
    with ExitStack() as open_files:
        parts = [_open(open_files, section.pdf) for section in sections if section.pdf]
        book = parts[0]
        for part in parts[1:]:
            book.pages.extend(part.pages)
        for number, (page, over) in enumerate(zip(book.pages, _open(open_files, feet).pages, strict=True)):
            _lay_over(book, page, over, Name(f"/Overlay{number}"))
        _bookmark(book, sections)
        _enclose(book, enclosures)
        book.Root[NAME] = pikepdf.String(BLANK)
        complete(book)
        return save(book)


def _lay_over(book: pikepdf.Pdf, page: pikepdf.Page, over: pikepdf.Page, name: Name) -> None:
    """Draw one page upon another under a name of its own, since pages share their lists of names.

    The library's own way takes a random name, and the bytes would never repeat.
    """
    page.add_resource(book.copy_foreign(over.as_form_xobject()), Name.XObject, name)
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ\nq {name} Do Q\n".encode())


def _open(open_files: ExitStack, data: bytes) -> pikepdf.Pdf:
    return open_files.enter_context(pikepdf.open(io.BytesIO(data)))


def _orientation(pdf: bytes) -> Iterator[bool]:
    with pikepdf.open(io.BytesIO(pdf)) as part:
        for page in part.pages:
            left, low, right, high = (float(edge) for edge in page.mediabox)
            yield right - left > high - low


def _bookmark(book: pikepdf.Pdf, sections: Sequence[Section]) -> None:
    with book.open_outline() as outline:
        outline.root.clear()
        page = 0
        for section in sections:
            item = pikepdf.OutlineItem(f"{section.title}　{section.number}".strip(), page)
            (outline.root[-1].children if section.level > 1 and outline.root else outline.root).append(item)
            page += len(section.wide)


def _enclose(book: pikepdf.Pdf, enclosures: Sequence[Enclosure]) -> None:
    written = str(book.docinfo["/CreationDate"])  # the moment of sealing, so that the bytes repeat
    for enclosure in enclosures:
        spec = pikepdf.AttachedFileSpec(
            book,
            enclosure.content,
            filename=enclosure.name,
            description=enclosure.description,
            mime_type=enclosure.media_type,
            creation_date=written,
            mod_date=written,
        )
        spec.obj.AFRelationship = Name(f"/{enclosure.relationship}")
        book.attachments[enclosure.name] = spec
