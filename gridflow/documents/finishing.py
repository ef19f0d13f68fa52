"""The last pass over a PDF: what archives check and typesetters forget."""

import io
import zlib

import pikepdf
from pikepdf import Name

_CARRIAGE_RETURN = b"\r"


def finish(data: bytes) -> bytes:
    """Return the file with readable metadata, its language, its title shown, and repeatable bytes."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        complete(pdf)
        return save(pdf)


def complete(pdf: pikepdf.Pdf) -> None:
    """Put right in an open file what PDF/A-3 asks and the typesetter leaves out."""
    root = pdf.Root
    # Archive checkers read the metadata as text, so the stream must not be compressed.
    root.Metadata = pdf.make_stream(root.Metadata.read_bytes(), {"/Type": Name.Metadata, "/Subtype": Name.XML})
    root.Lang = pikepdf.String("zh-CN")
    root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    for thing in pdf.objects:
        _keep_last_byte(thing)


def save(pdf: pikepdf.Pdf) -> bytes:
    """Write an open file to bytes that depend on its content only."""
    out = io.BytesIO()
    pdf.save(
        out,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return out.getvalue()


def _keep_last_byte(thing: pikepdf.Object) -> None:
    """Pack a stream anew where its last byte is a carriage return: strict readers take it for the line end."""
    if not isinstance(thing, pikepdf.Stream) or thing.get("/Filter") != Name.FlateDecode:
        return
    if thing.read_raw_bytes()[-1:] != _CARRIAGE_RETURN:
        return
    plain = thing.read_bytes()
    packed = (zlib.compress(plain, level) for level in range(9, -1, -1))
    if chosen := next((data for data in packed if data[-1:] != _CARRIAGE_RETURN), None):
        thing.write(chosen, filter=Name.FlateDecode)
