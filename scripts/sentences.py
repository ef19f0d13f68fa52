"""Gather the sentences the layers below say into the catalogue of their English.

Run `python -m scripts.sentences`: new ones are added without English, those no longer written are dropped, and the
catalogue is compiled. The English names the values {1}, {2} … as they stand in the Chinese.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "gridflow/web/translations/en/LC_MESSAGES/sentences.po"
PLACES = (
    "markup.py", "administration", "audit", "bpmn", "calendars", "cases", "catalogue", "checking", "documents",
    "engine", "feel", "forms", "inbox", "jobs", "people", "registers", "scenarios", "vault", "workbench",
)  # fmt: skip
"""Packages whose sentences reach a reader of the pages."""
NOT_SAID = (
    "administration/attention.py", "cases/directory.py", "cases/drawings.py", "cases/grid_boards.py",
    "cases/jobs.py", "cases/notices.py", "cases/outside.py", "cases/recurrence.py",
    "cases/reported.py", "cases/states.py", "documents/anonymity.py", "documents/dossier.py",
    "documents/fonts.py", "documents/pictures.py", "documents/proofs.py", "documents/sealing.py",
    "documents/verify.py", "documents/wording.py", "people/demo.py",
    "registers/maps.py", "workbench/publishing/orders.py",
)  # fmt: skip
"""Words for paper, mail and pictures, and words that the pages translate themselves."""
CHINESE = re.compile("[\u4e00-\u9fff]")
TELLING = 2
"""Chinese characters, or any more than these, by which a sentence with values is known again; others join names."""
TRANSLATED = {"_", "gettext", "ngettext"}
"""Functions whose texts stand in the catalogue of the pages."""


def main() -> None:
    """Bring the catalogue up to the code."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    now = sentences()
    for message in [message for message in catalogue if message.id and message.id not in now]:
        catalogue.delete(message.id)
    for sentence in sorted(now):
        if sentence not in catalogue:
            catalogue.add(sentence)
    catalogue.obsolete.clear()
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    missing = sum(not message.string for message in catalogue if message.id)
    sys.stdout.write(f"{len(now)} 句，其中 {missing} 句还没有英文\n")


def sentences() -> set[str]:
    """Return every sentence of the packages named above, with {1}, {2} … for its values."""
    modules = (module for place in PLACES for module in _modules(ROOT / "gridflow" / place))
    return {sentence for module in modules if not _silent(module) for sentence in said(module.read_text())}


def said(source: str) -> Iterator[str]:
    """Yield the Chinese of a module, but for docstrings, patterns, the log and what the pages translate."""
    tree = ast.parse(source)
    passed = {id(part) for node in ast.walk(tree) for part in _passed(node)}
    return filter(CHINESE.search, (_text(node) for node in ast.walk(tree) if id(node) not in passed))


def _modules(place: Path) -> Iterator[Path]:
    return place.rglob("*.py") if place.is_dir() else iter([place])


def _silent(module: Path) -> bool:
    name = module.relative_to(ROOT / "gridflow").as_posix()
    return any(name == place or name.startswith(f"{place}/") for place in NOT_SAID)


def _passed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what says nothing by itself: docstrings, words of pages, patterns, the log, the pieces of an f-string."""
    match node:
        case ast.Expr(ast.Constant() as docstring):
            yield docstring
        case ast.Call(ast.Name(name)) if name in TRANSLATED:
            yield from ast.walk(node)
        case ast.Call(ast.Attribute(ast.Name("re" | "log"))):
            yield from ast.walk(node)
        case ast.JoinedStr(parts):
            yield from (part for part in parts if isinstance(part, ast.Constant))
        case ast.FormattedValue(_, _, ast.JoinedStr() as layout):
            yield from ast.walk(layout)


def _text(node: ast.AST) -> str:
    match node:
        case ast.Constant(str(text)):
            return _numbered(text.split("{}"))  # filled in by format()
        case ast.JoinedStr(parts):
            said = [""]
            for part in parts:
                if isinstance(part, ast.Constant):
                    said[-1] += str(part.value)
                else:
                    said.append("")
            return _numbered(said)
    return ""


def _numbered(said: list[str]) -> str:
    """Return what is said between the values with their numbers; nothing where it says too little."""
    own = "".join(said).replace(" ", "")
    telling = len(own) > TELLING or len(CHINESE.findall(own)) >= TELLING
    first, *others = map(_braced, said)
    text = first + "".join(f"{{{number}}}{each}" for number, each in enumerate(others, 1))
    return text if telling or not others else ""


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


if __name__ == "__main__":
    main()
