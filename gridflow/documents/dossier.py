"""The sealed file of a case: everything that happened, in one PDF that proves itself."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from gridflow.db import canonical
from gridflow.documents import wording
from gridflow.documents.anonymity import with_role_words
from gridflow.documents.errors import DocumentError
from gridflow.documents.figures import figures
from gridflow.documents.rendering import Press, printed, set_text
from gridflow.documents.sealing import fingerprint, public_key, seal

SetPages = Callable[[str, Mapping[str, Any]], bytes]
"""Sets a template with values."""
FORMAT = "gridflow-dossier-2"
_CHUNK = 60  # steps set at a time: longer runs cost more a page, and memory
_TALL = 800  # characters of a step that may run over a page end
_SHORT = 15  # Han characters of a value that shares its line with another
_LATIN = 0.55  # width of the other characters, in Han characters


@dataclass(frozen=True, slots=True)
class Part:
    """An issued document to be bound in."""

    title: str
    number: str
    issued_at: datetime
    pdf: bytes
    organ: str = ""
    """Who answers for it (责任者)."""

    @property
    def sha256(self) -> str:
        """The hash of the file as issued."""
        return hashlib.sha256(self.pdf).hexdigest()


def build_dossier(
    files: Mapping[str, str], values: Mapping[str, Any], parts: Sequence[Part], key: bytes, press: Press = printed
) -> bytes:
    """Set, bind and seal the file of a case and return it as PDF/A-3u; `key` is the secret sealing key.

    `values` are those of a document (`document.number` is the file's own number, `document.issued_at` the moment
    of sealing) and three more: `entries`, the audit rows as columns, instants in their stored text, oldest first;
    `timeline`, one mapping an entry with seq, at, name, actor, role, unit, values (label, value, basis, key, kind)
    and articles; `diagrams`, mappings with title, svg and `room`, the part to be shown as x, y, width and height;
    `left_out`, the titles of diagrams that were not run; `destroyed`, what was destroyed as the law demands: number of
    the entry, instant, reason, how many values, hashes of files.
    An attachment with `picture`, a data URI, is shown as well.
    Personal values are replaced by role words here. Takes about a second and 20 pages more a second; loads the
    typesetter.
    """
    from gridflow.documents.binding import Section, bind  # reads and writes PDF: not for web processes

    def set_pages(template: str, shown: Mapping[str, Any]) -> bytes:
        return press(set_text(files, template, shown))

    manifest = canonical(_manifest(values, parts)).encode()
    shown = {
        **_shown(values, parts),
        "record_digest": hashlib.sha256(manifest).hexdigest(),
        "fingerprint": fingerprint(public_key(key)),
    }
    body = list(_body(set_pages, shown, parts))
    front = Section.of("封面和目录", _front(set_pages, shown, body))
    sections = [front, *body]
    feet = set_pages("_dossier_feet.html", {**shown, "leaves": list(_leaves(sections))})
    return seal(bind(sections, feet, list(_enclosures(manifest, parts))), key)


def _manifest(values: Mapping[str, Any], parts: Sequence[Part]) -> dict[str, Any]:
    """Return what is sealed: the entries themselves and the hash of everything else."""
    case, document = values["case"], values["document"]
    return {
        "format": FORMAT,
        "city": values["city"]["code"],
        "case": case["number"],
        "title": case["title"],
        "sealed_at": wording.iso(document["issued_at"]),
        "tail": _tail(values),
        "entries": values["entries"],
        "parts": [
            {"file": _file_name(place, part), "title": part.title, "number": part.number, "sha256": part.sha256}
            for place, part in enumerate(parts, 1)
        ],
        "attachments": [{key: file[key] for key in ("name", "size", "sha256")} for file in values["attachments"]],
        "destroyed": [{key: one[key] for key in ("entry", "reason", "values", "files")} for one in values["destroyed"]],
    }


def _tail(values: Mapping[str, Any]) -> str:
    if not values["entries"]:
        raise DocumentError("案件没有办理记录，不能封存卷宗，请先核对案件。")
    return str(values["entries"][-1]["hash"])


def _shown(values: Mapping[str, Any], parts: Sequence[Part]) -> dict[str, Any]:
    hashes = {entry["seq"]: entry["hash"] for entry in values["entries"]}
    timeline = [
        {**step, "hash": hashes[step["seq"]], "rows": list(_rows(step["values"])), "tall": _tall(step["values"])}
        for step in with_role_words(values["timeline"])
    ]
    bound = [{"title": part.title, "number": part.number, "sha256": part.sha256} for part in parts]
    more = {"timeline": timeline, "fields": _latest(timeline), "parts": bound, "tail": _tail(values)}
    return {**values, **more}


def _tall(values: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a step may be torn over two pages, being about half a page by itself."""
    return sum(len(wording.shown(value["value"])) + _SHORT for value in values) > _TALL


def _rows(values: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield the values of a step as table rows: two short neighbours share one."""
    waiting: Mapping[str, Any] | None = None
    for value in values:
        said = wording.shown(value["value"])
        if _width(said) > _SHORT or "\n" in said:
            if waiting:
                yield [waiting]
            yield [value]
            waiting = None
        elif waiting:
            yield [waiting, value]
            waiting = None
        else:
            waiting = value
    if waiting:
        yield [waiting]


def _width(text: str) -> float:
    return sum(1.0 if char > "\u2e80" else _LATIN for char in text)


def _latest(timeline: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the last value of every field, in the order the fields first appeared."""
    latest: dict[str, dict[str, Any]] = {}
    for step in timeline:
        for value in step["values"]:
            latest[value.get("key") or value["label"]] = {**value, "step": step["name"]}
    return list(latest.values())


def _body(set_pages: SetPages, shown: Mapping[str, Any], parts: Sequence[Part]) -> Iterator[Any]:
    from gridflow.documents.binding import Section

    yield Section.of("案件数据", set_pages("_dossier_data.html", shown))
    if parts:
        yield Section("文书")
        for part in parts:
            yield Section.of(part.title, part.pdf, number=part.number, at=part.issued_at, level=2, organ=part.organ)
    if photos := [file for file in shown["attachments"] if file.get("picture")]:
        yield Section.of("照片", set_pages("_dossier_photos.html", {**shown, "photos": photos}))
    if shown["diagrams"]:
        drawn = {**shown, "figures": figures(shown["diagrams"])}
        yield Section.of("流程图和实际路径", set_pages("_dossier_diagram.html", drawn))
    for start in range(0, len(shown["timeline"]), _CHUNK):
        some = {**shown, "timeline": shown["timeline"][start : start + _CHUNK], "first": start == 0}
        title = "办理经过" if start == 0 else f"办理经过（第 {start + 1} 条起）"
        yield Section.of(title, set_pages("_dossier_timeline.html", some))
    yield Section.of("核验清单", set_pages("_dossier_proof.html", shown))


def _front(set_pages: SetPages, shown: Mapping[str, Any], body: Sequence[Any]) -> bytes:
    """Set the cover and the contents, whose own length moves the page numbers in them."""
    from gridflow.documents.binding import Section

    length = 2
    while True:
        rows = list(_contents(body, length))
        pages = length + sum(len(section.wide) for section in body)
        pdf = set_pages("_dossier_front.html", {**shown, "contents": rows, "pages": pages})
        taken = len(Section.of("", pdf).wide)
        if taken == length:
            return pdf
        length = taken


def _contents(body: Sequence[Any], front: int) -> Iterator[dict[str, Any]]:
    page, parts, articles = front + 1, count(1), count(1)
    for section in body:
        order = f"{wording.chinese(next(parts))}、" if section.level == 1 else str(next(articles))
        row = {"order": order, "title": section.title, "number": section.number, "at": section.at, "page": page}
        yield {**row, "level": section.level, "organ": section.organ}
        page += len(section.wide)


def _leaves(sections: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for place, section in enumerate(sections):
        for page, wide in enumerate(section.wide):
            cover = place == 0 and page == 0
            yield {"title": section.title if place else "卷内目录", "wide": wide, "bare": cover}


def _enclosures(manifest: bytes, parts: Sequence[Part]) -> Iterator[Any]:
    from gridflow.documents.binding import Enclosure

    yield Enclosure("audit.json", manifest, "application/json", "办理记录和核验清单", "Source")
    for place, part in enumerate(parts, 1):
        title = f"{part.title}　{part.number}"
        yield Enclosure(_file_name(place, part), part.pdf, "application/pdf", title, "Supplement")


def _file_name(place: int, part: Part) -> str:
    return f"{place:02d}-{part.title}.pdf"
