"""The door every TOML file comes in by."""

import re
import tomllib
from typing import Any

_PARTS = 30
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"(?<![\w.-]){_PART}(?:\.[ \t]*+{_PART}){{{_PARTS}}}")


def read_toml(content: bytes) -> dict[str, Any]:
    """Return what a TOML file holds; raises ValueError with the reason, whatever the file holds.

    The memory a key takes grows with the square of its parts, so one of very many is not even looked at.
    """
    text = content.decode()
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"第 {line} 行用点连起来的名称太长，最多 {_PARTS} 段")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("括号套得太深") from error
