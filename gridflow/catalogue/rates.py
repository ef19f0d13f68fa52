"""The rates of the page of figures, as `processes/_rates.toml` describes them."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridflow.catalogue.sections import Section

PATH = "processes/_rates.toml"


@dataclass(frozen=True, slots=True)
class Handed:
    """Forms handed in: of one kind, with certain answers."""

    form: str
    answers: Mapping[str, tuple[str, ...]]
    """Any of the values, by field."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share whose parts are counted; either of a limit kept, or of forms handed in."""

    title: str
    note: str
    """What is divided by what."""
    basis: str
    limit: str | None
    of: Handed | None
    counted: Handed | None
    """Where it names no form of its own, those of `of` that also have its answers."""


def read_rates(files: Mapping[str, bytes]) -> tuple[Rate, ...]:
    """Read the rates in their order; none without the file."""
    if PATH not in files:
        return ()
    whole = Section.read(PATH, files[PATH])
    rates = tuple(_rate(section) for _name, section in whole.sections("rates"))
    whole.done()
    return rates


def _rate(section: Section) -> Rate:
    limit, of = section.text("limit", "") or None, section.section("of", required=False)
    counted = section.section("counted", required=False)
    if (limit is None) != bool(of):
        raise section.invalid("每个比率写明 limit，或者 of 和 counted，二者取一。")
    base = _handed(of, "") if of else None
    return _done(section, Rate(
        title=section.text("title"), note=section.text("note"), basis=" ".join(section.texts("basis")), limit=limit,
        of=base, counted=_counted(counted, base) if base else None,
    ))  # fmt: skip


def _counted(section: Section, base: Handed) -> Handed:
    found = _handed(section, base.form)
    return found if found.form != base.form else Handed(base.form, {**base.answers, **found.answers})


def _handed(section: Section, form: str) -> Handed:
    form = section.text("form", form)
    return Handed(form, {key: section.texts(key) for key in section.left()})


def _done(section: Section, rate: Rate) -> Rate:
    section.done()
    return rate
