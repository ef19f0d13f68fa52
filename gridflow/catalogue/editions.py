"""Choosing one file of each name: `name.<city>.suffix` beats `name.suffix`."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from gridflow.catalogue.errors import FileInvalid

Files = Mapping[str, bytes]
"""Contents by path below the home folder, with forward slashes."""

NAME = re.compile(r"[a-z][a-z0-9_]*")


def direct(paths: Iterable[str], folder: str, suffix: str = "") -> list[str]:
    """Return the paths lying directly in a folder, sorted."""
    return sorted(path for path in paths if path.endswith(suffix) and path.rpartition("/")[0] == folder)


def editions(paths: Iterable[str], folder: str, suffix: str, city: str) -> dict[str, str]:
    """Return, by bare name, the path a city uses of each file with a suffix (".json") in a folder."""
    chosen: dict[str, str] = {}
    for path in direct(paths, folder, suffix):
        name, edition = split(path)
        if edition == city or (edition is None and name not in chosen):
            chosen[name] = path
    return chosen


def split(path: str) -> tuple[str, str | None]:
    """Cut a path's file name into bare name and city, None for the common edition."""
    name, *rest = PurePosixPath(path).name.split(".")[:-1]
    if len(rest) > 1 or not NAME.fullmatch(name):
        raise FileInvalid(path, "文件名应为“名称.后缀”或“名称.城市.后缀”，名称用小写字母、数字和下划线。")
    return name, rest[0] if rest else None
