"""A document set for somebody who writes its template: pages as pictures, what has no name in red.

Runs in a process of its own, `python -m gridflow.documents.previewing`, which `bounded` begins and ends: a template
somebody is just writing may run for ever or fill the memory, and web processes load no typesetter.
"""

import base64
import io
import json
import pickle
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, Undefined
from jinja2.runtime import ChainableUndefined
from markupsafe import Markup

from gridflow.documents import fonts, wording
from gridflow.documents.errors import DocumentError
from gridflow.documents.rendering import printed
from gridflow.documents.templating import broken, environment

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 20
"""Of processor time; whoever waits gives up a little later."""
MOST_TEXT = 1_500_000
MOST_PAGES = 12
"""So many are shown as pictures; the PDF has them all."""
DPI = 110
_RED = "color: #c8161d; font-weight: 700; outline: 0.6pt dashed #c8161d"


class Unnamed(ChainableUndefined):
    """What a template asks for and nobody knows: it prints its name, in red."""

    def __html__(self) -> str:
        """Return the mark."""
        return Markup('<span style="{}">〔{}？〕</span>').format(_RED, self._undefined_name)

    __str__ = __html__


class Values(dict[str, Any]):
    """The values of a form; a key nobody knows is answered by its mark in place of nothing."""

    doubtful: frozenset[str] = frozenset()

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value."""
        return Unnamed(name=key) if key in self.doubtful else super().get(key, default)


def preview(files: Mapping[str, str], template: str, values: Mapping[str, Any], doubtful: frozenset[str]) -> bytes:
    """Return a document as PDF, unknown names and the `doubtful` keys of form fields in red.

    Raises TemplateBroken, and DocumentError for a text that is too long.
    """
    sandbox = environment(files)
    sandbox.undefined = Unnamed
    sandbox.filters.update({name: _marking(function, doubtful) for name, function in wording.FILTERS.items()})
    known = Values(values["values"])
    known.doubtful = doubtful
    try:
        page = sandbox.get_template(template)
        html = "".join(_within(page.generate({**values, "values": known, "missing": []})))
    except (TemplateError, TypeError, ValueError, KeyError, OverflowError, ArithmeticError) as error:
        raise broken(template, error) from error
    text, _lost = fonts.printable(html, fonts.installed())
    return printed(text)


def pictures(pdf: bytes) -> tuple[list[bytes], int]:
    """Return the first pages as PNG, and how many pages there are."""
    import pypdfium2  # only this process draws pages

    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in (document[number] for number in range(min(len(document), MOST_PAGES))):
        picture = page.render(scale=DPI / 72).to_pil().convert("RGB").quantize(64)
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        found.append(out.getvalue())
    return found, len(document)


def _within(parts: Iterator[str]) -> Iterator[str]:
    """Pass on what a template says until it says too much."""
    length = 0
    for part in parts:
        length += len(part)
        if length > MOST_TEXT:
            raise DocumentError(f"文书超过 {MOST_TEXT // 10_000} 万字，不再排版。请检查模板里的循环。")
        yield part


def _marking(function: Callable[..., Any], doubtful: frozenset[str]) -> Callable[..., Any]:
    """Let a filter hand on what has no name in place of printing a dash for it."""

    @wraps(function)  # with what tells Jinja that it wants the context
    def marking(*given: Any) -> Any:
        value = given[1] if hasattr(function, "jinja_pass_arg") else given[0]
        if isinstance(value, Undefined):
            return value
        if function is wording.field and value in doubtful:
            return Unnamed(name=str(value))
        return function(*given)

    return marking


def main() -> None:
    """Read what to set, pickled by our own process, and answer in JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    asked = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  -- written by the process that began this one
    fonts.install(Path(asked["fonts"]))
    try:
        pdf = preview(asked["files"], asked["template"], asked["values"], asked["doubtful"])
        pages, count = pictures(pdf)
        answer: dict[str, Any] = {"count": count, "pages": [_text(page) for page in pages], "pdf": _text(pdf)}
    except DocumentError as error:
        answer = {"problem": error.message}
    except MemoryError:
        answer = {"problem": "这份模板用的内存太多，不再排版。请检查模板里的循环。"}
    except RecursionError:
        answer = {"problem": "这份模板层层引用自己，排不出来。请检查引用和宏。"}
    sys.stdout.write(json.dumps(answer))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


if __name__ == "__main__":
    main()
