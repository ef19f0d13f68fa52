"""Uploaded files: size and type are judged by content, never by name."""

import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath

import filetype

LARGEST = 20 * 1024 * 1024
TYPES: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "mp4": "video/mp4",
    "geojson": "application/geo+json",
}
"""MIME types by extension."""
USUAL = tuple(name for name in TYPES if name != "geojson")
"""What a field takes that names no types."""

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came, later as it was accepted."""

    name: str
    content: bytes
    mime: str = ""
    """Empty until the content has been judged."""


def judged(upload: Upload, accept: Collection[str]) -> Upload:
    """Return the upload with its true type and a safe name; raise ValueError with a Chinese reason."""
    name = safe_name(upload.name)
    if not upload.content:
        raise ValueError(f"“{name}”是空文件，请重新选择。")
    if len(upload.content) > LARGEST:
        raise ValueError(f"“{name}”超过 20 MB，请压缩或分成几个文件。")
    extension = extension_of(upload.content)
    if extension is None or extension not in accept:
        raise ValueError(f"“{name}”的类型不能上传，请使用 {'、'.join(accept)} 文件。")
    if PurePosixPath(name).suffix.lower().replace("jpeg", "jpg") != f".{extension}":
        name = f"{PurePosixPath(name).stem}.{extension}"
    return replace(upload, name=name, mime=TYPES[extension])


def extension_of(content: bytes) -> str | None:
    """Return which of the accepted types a content is, by its signature."""
    found = filetype.guess(content)
    extension = found.extension if found else None
    if extension == "zip" and _is_ofd(content):
        return "ofd"
    if extension is None and _is_geojson(content):
        return "geojson"
    return extension if extension in TYPES else None


def safe_name(name: str) -> str:
    """Return the last part of a file name without control characters, at most 100 characters long."""
    name = re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", re.split(r"[/\\]", name)[-1]).strip(" .")
    path = PurePosixPath(name or "未命名")
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix


def _is_geojson(content: bytes) -> bool:
    """Tell whether a content begins like GeoJSON; whoever uses it reads it and says what is wrong with it."""
    return content[:1] == b"{" and b'"type"' in content and b'"coordinates"' in content


def _is_ofd(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "OFD.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
