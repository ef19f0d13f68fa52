"""The faces documents are set in: only ours, found through a font configuration of our own."""

import ctypes.util
import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from gridflow.documents.errors import FontsMissing

FACES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf")
SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
STAND_INS = {"仿宋": SERIF, "楷体": SERIF, "小标宋": SERIF, "黑体": SANS, "等宽": SANS}
"""Family names templates use. An office that owns a face puts it into the folder as 仿宋.ttf and so on."""
MISSING = "〓"
_FAMILY_NAMES = (16, 1)
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
{aliases}
</fontconfig>
"""
_ALIAS = '  <alias binding="same"><family>{name}</family><prefer>{families}</prefer></alias>'


def install(folder: Path) -> None:
    """Point the typesetter at the faces of a folder; call it once, when a worker starts.

    Writes `fonts.conf` and a cache beside the faces. Raises FontsMissing where a face, or the library that cuts
    faces down to the characters used, is absent, and where the typesetter has been loaded already.
    """
    absent = [name for name in FACES if not (folder / name).is_file()]
    if absent:
        raise FontsMissing(f"字体文件夹 {folder} 缺少 {'、'.join(absent)}，请先运行 make 准备字体。")
    if ctypes.util.find_library("harfbuzz-subset") is None:
        raise FontsMissing("系统缺少 HarfBuzz 子集库，请安装软件包 libharfbuzz-subset0。")
    configuration = folder.resolve() / "fonts.conf"
    if os.environ.get("FONTCONFIG_FILE") == str(configuration):
        return
    if "weasyprint" in sys.modules:
        raise FontsMissing("排版程序已先于字体装入，请在进程启动时先安装字体。")
    _write(configuration, _configuration(folder.resolve()))
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def installed() -> Path:
    """Return the folder of the faces installed in this process; FontsMissing where there is none."""
    configuration = os.environ.get("FONTCONFIG_FILE", "")
    if not configuration or not Path(configuration).is_file():
        raise FontsMissing("本进程尚未安装文书字体，文书只在后台工作进程中生成。")
    return Path(configuration).parent


@cache
def code_points(folder: Path) -> frozenset[int]:
    """Return every code point some face of the folder has a glyph for. Reads the files once a process (0.2 s)."""
    from fontTools.ttLib import TTFont  # only processes that print read faces

    points: set[int] = set()
    for path in sorted(folder.glob("*.[to]tf")):
        with TTFont(path, lazy=True) as face:
            points.update(face.getBestCmap())
    return frozenset(points)


def printable(text: str, folder: Path) -> tuple[str, list[str]]:
    """Return a text that can be set, and the characters no face has, each shown as 〓, in order of appearance.

    Characters that print nothing by nature (controls, joiners, variation selectors) are dropped without a note.
    """
    known = code_points(folder)
    if all(char in "\n\t" or ord(char) in known for char in set(text)):
        return text, []
    lost: dict[str, None] = {}
    kept = "".join(_kept(char, known, lost) for char in text)
    return kept, list(lost)


def _kept(char: str, known: frozenset[int], lost: dict[str, None]) -> str:
    if char in "\n\t" or ord(char) in known:
        return char
    if unicodedata.category(char) in {"Cc", "Cf", "Cs"} or unicodedata.name(char, "").startswith("VARIATION SELECTOR"):
        return ""
    lost[char] = None
    return MISSING


def _configuration(folder: Path) -> str:
    aliases = "\n".join(_alias(name, list(_families(folder, name))) for name in STAND_INS)
    return _CONFIGURATION.format(folder=escape(str(folder)), aliases=aliases)


def _alias(name: str, families: list[str]) -> str:
    listed = "".join(f"<family>{escape(family)}</family>" for family in families)
    return _ALIAS.format(name=escape(name), families=listed)


def _families(folder: Path, name: str) -> Iterator[str]:
    from fontTools.ttLib import TTFont

    for own in (folder / f"{name}.ttf", folder / f"{name}.otf"):
        if own.is_file():
            with TTFont(own, lazy=True) as face:
                yield next(str(face["name"].getDebugName(i)) for i in _FAMILY_NAMES if face["name"].getDebugName(i))
    yield STAND_INS[name]


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, so that two workers that start together never read half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
