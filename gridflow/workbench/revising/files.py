"""Which files a revision may change, and files in and out as one ZIP."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from gridflow.catalogue import Bundle
from gridflow.catalogue.bundle import TEMPLATES
from gridflow.checking.opening import READERS
from gridflow.documents import templating
from gridflow.errors import GridflowError
from gridflow.workbench.errors import FileRefused, PackageRefused

MOST_BYTES = 1_000_000
"""Of one file; the longest shipped one has a tenth of that."""
MOST_FILES = 500
MOST_UNPACKED = 20_000_000
"""Of all files of a ZIP together; all procedures of a city are about 3.5 MB."""
OF_THE_CITY = "processes/_cities/"
_STAMP = (1980, 1, 1, 0, 0, 0)
"""One time for every file, so that the same bundle always gives the same ZIP."""

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, NotImplementedError, ValueError,
    IndexError,
)  # fmt: skip
"""What the reader of ZIP files raises for one it cannot read, each method of packing in its own way."""


def accept(bundle: Bundle, path: str, content: bytes) -> None:
    """Raise FileRefused for a file that has no place in the procedure or cannot be read safely."""
    if path not in bundle.files and not _own(bundle.slug, path):
        folders = f"processes/{bundle.slug}/、forms/{bundle.slug}/ 或 {TEMPLATES}/{bundle.slug}/"
        raise FileRefused(path, f"新文件只能放在 {folders} 下，扩展名为 .bpmn、.dmn、.json 或 .html。")
    if path.startswith(OF_THE_CITY):
        raise FileRefused(path, "城市文件由安装人员维护，不在流程里改。")
    if len(content) > MOST_BYTES:
        raise FileRefused(path, f"超过 {MOST_BYTES // 1_000_000} MB。")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise FileRefused(path, "不是 UTF-8 文本。") from None
    suffix = PurePosixPath(path).suffix
    try:
        if suffix in READERS:
            READERS[suffix](content)
        elif suffix == ".html":
            templating.check({**bundle.templates, path: text}, path)
        elif path.endswith("procedure.toml"):
            _ = bundle.with_file(path, content).manifest
    except GridflowError as error:
        raise FileRefused(path, error.message) from error


def _own(slug: str, path: str) -> bool:
    """Tell whether a new file may stand there: in one of the procedure's folders, with a name that is only a name."""
    place, suffix = PurePosixPath(path), PurePosixPath(path).suffix
    plain = all(part.replace("_", "").replace(".", "").replace("-", "").isalnum() for part in place.parts)
    kinds = {f"processes/{slug}": (".bpmn", ".dmn"), f"forms/{slug}": (".json",), f"{TEMPLATES}/{slug}": (".html",)}
    inside = any(path.startswith(f"{folder}/") and suffix in kinds[folder] for folder in kinds)
    return inside and plain and ".." not in path and len(path) <= 200


def is_example(path: str) -> bool:
    """Tell whether a path is that of a worked example: a proof of a procedure, and no part of it."""
    parts = PurePosixPath(path).parts
    return len(parts) == 4 and parts[0] == "processes" and parts[2] == "scenarios" and path.endswith(".toml")


def pack(bundle: Bundle) -> bytes:
    """Return a procedure as a ZIP of its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, content in bundle.files.items():
            package.writestr(zipfile.ZipInfo(path, _STAMP), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(content: bytes) -> Mapping[str, bytes]:
    """Return the files of a ZIP; raises PackageRefused for one that is damaged, encrypted or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise PackageRefused(f"压缩包里有 {len(entries)} 个文件，最多 {MOST_FILES} 个。没有采用其中任何文件。")
            found: dict[str, bytes] = {}
            for entry in entries:
                found[entry.filename] = _read(package, entry)
                if sum(map(len, found.values())) > MOST_UNPACKED:
                    raise PackageRefused(f"压缩包解开超过 {MOST_UNPACKED // 1_000_000} MB。没有采用其中任何文件。")
            return found
    except _DAMAGED as error:
        raise PackageRefused("压缩包已损坏、加密或不是 ZIP，无法打开。没有采用其中任何文件。") from error


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read one file, never more than is allowed whatever its header says."""
    with package.open(entry) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PackageRefused(
            f"压缩包里的 {entry.filename[:100]} 超过 {MOST_BYTES // 1_000_000} MB。没有采用其中任何文件。"
        )
    return content
