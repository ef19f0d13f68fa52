"""The built browser files: their hashed addresses, from the manifest that Vite writes."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridflow.errors import GridflowError

DIST = "dist"


class AssetsMissing(GridflowError):
    """The browser files have not been built."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The files one entry script brings along, as paths below the static folder."""

    script: str
    styles: tuple[str, ...]
    modules: tuple[str, ...]
    """What the script imports at once, to be fetched without waiting for it."""


def read_manifest(static: Path) -> dict[str, Entry]:
    """Return the entries by name; raises AssetsMissing where nothing has been built."""
    path = static / DIST / "manifest.json"
    if not path.exists():
        raise AssetsMissing("还没有生成网页资源，请先在 frontend 目录执行 npm ci --ignore-scripts 和 npm run build。")
    chunks: Mapping[str, Any] = json.loads(path.read_bytes())
    return {chunk["name"]: _entry(chunks, name) for name, chunk in chunks.items() if chunk.get("isEntry")}


def addresses(entries: Mapping[str, Entry], address: Callable[[str], str]) -> Callable[[str], Entry]:
    """Return the lookup that templates use; `address` turns a static path into a URL."""
    found = {
        name: Entry(address(entry.script), tuple(map(address, entry.styles)), tuple(map(address, entry.modules)))
        for name, entry in entries.items()
    }
    return found.__getitem__


def _entry(chunks: Mapping[str, Any], name: str) -> Entry:
    reached = list(dict.fromkeys(_imports(chunks, name)))
    styles = [sheet for each in (name, *reached) for sheet in chunks[each].get("css", ())]
    return Entry(
        f"{DIST}/{chunks[name]['file']}",
        tuple(f"{DIST}/{sheet}" for sheet in dict.fromkeys(styles)),
        tuple(f"{DIST}/{chunks[each]['file']}" for each in reached),
    )


def _imports(chunks: Mapping[str, Any], name: str) -> Iterator[str]:
    for each in chunks[name].get("imports", ()):
        yield each
        yield from _imports(chunks, each)
