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
        if isinstance(thing, pikepdf.Stream) and thing.get("/Type") != Name.Metadata:
            _pack(thing)


def save(pdf: pikepdf.Pdf) -> bytes:
    """Write an open file, packed already, to bytes that depend on its content only."""
    out = io.BytesIO()
    pdf.save(
        out,
        compress_streams=False,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        deterministic_id=True,
    )
    return out.getvalue()


def _pack(thing: pikepdf.Stream) -> None:
    """Compress a stream unless its last byte would be a carriage return, which strict readers take for the line end.

    That byte is the last of a checksum over the content, so no other level of compression helps: it stays plain.
    """
    if "/Filter" in thing and (thing.Filter != Name.FlateDecode or thing.read_raw_bytes()[-1:] != _CARRIAGE_RETURN):
        return
    content = thing.read_bytes()
    packed = zlib.compress(content, 9)
    if packed[-1:] == _CARRIAGE_RETURN:
        thing.write(content)
    else:
        thing.write(packed, filter=Name.FlateDecode)
