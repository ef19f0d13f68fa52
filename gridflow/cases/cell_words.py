"""The cells of decision tables in words: what a code means is looked up where people choose or read it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gridflow.cases.papers import document_title
from gridflow.cases.states import STATES
from gridflow.catalogue import Bundle
from gridflow.formats import gettext as _
from gridflow.forms import Field, Form
from gridflow.registers.queries import category_names

Codes = Mapping[str, str]
_LITERAL = re.compile(r'"([^"]*)"')
_LITERALS = re.compile(r'"[^"]*"(?:\s*,\s*"[^"]*")*')
_OR_NOTHING = re.compile(rf"{_LITERALS.pattern}\s*,\s*null")
_EXCEPT = re.compile(rf"not\(({_LITERALS.pattern})\)")
_BEGINS = re.compile(r'starts with\(\?, ("[^"]*")\)')
_COMPARED = re.compile(r"(<=|>=|<|>)\s*(\S+)")
_EXPLAINED = re.compile(r"(\w+) ([^\s、，）]+)", re.ASCII)
_IN_HEADING = re.compile(r"（(\w+ [^（）]+)）$", re.ASCII)
_CODE = re.compile(r"[-\w]+", re.ASCII)
_NAME = re.compile(r"[a-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading and what its codes mean."""

    heading: str
    codes: Codes

    def words(self, cell: str) -> str:
        """Return a cell as people read it; an expression stays one, its texts in words."""
        plain = {"true": _("是"), "false": _("否"), "null": _("没有"), "? = null": _("没有"), "? != null": _("有")}
        if cell in plain:
            return plain[cell]
        if _LITERALS.fullmatch(cell):
            return self._listed(cell)
        if _OR_NOTHING.fullmatch(cell):
            unset = _("未定")
            return _("、").join((self._listed(cell), unset))
        if found := _EXCEPT.fullmatch(cell):
            return _("除 %(words)s 以外", words=self._listed(found[1]))
        if found := _BEGINS.fullmatch(cell):
            return _("属于 %(words)s", words=self._listed(found[1]))
        if found := _COMPARED.fullmatch(cell):
            return f"{_signs()[found[1]]} {found[2]}"
        return _LITERAL.sub(lambda text: self.codes.get(text[1], text[0]), self.codes.get(cell, cell))

    def _listed(self, texts: str) -> str:
        return _("、").join(self._word(text) for text in _LITERAL.findall(texts))

    def _word(self, code: str) -> str:
        return self.codes.get(code, f'"{code}"' if _CODE.fullmatch(code) else code)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the codes of a procedure mean, by the variable that holds them."""

    fields: Mapping[str, Codes]
    """The choices of the forms."""
    ends: Mapping[str, Codes]
    """By how the name of a variable ends: receiving_role, closing_state."""

    def column(self, label: str, expression: str) -> Column:
        """Return a column; a heading may explain its codes itself: 单位（WD 工作日、H 小时）."""
        explained = _IN_HEADING.search(label)
        codes = {"": _("没有")}
        for name in _NAME.findall(expression):
            codes |= self._of(name)
        if explained:
            codes |= dict(reversed(_EXPLAINED.findall(explained[1])))
        if expression == "unit":
            codes |= _units()
        return Column(label[: explained.start()] if explained else label or expression, codes)

    def _of(self, name: str) -> Codes:
        like = [codes for key, codes in self.fields.items() if key.endswith(f"_{name}")]
        ends = [codes for end, codes in self.ends.items() if name.endswith(end)]
        return {code: word for codes in (*like, *ends, self.fields.get(name, {})) for code, word in codes.items()}


def vocabulary(session: Session, bundle: Bundle, limits: Codes) -> Vocabulary:
    """Return what the codes of a procedure mean: its forms and papers, the limits, roles and registers of its city."""
    fields: dict[str, Codes] = {}
    for content in bundle.forms.values():
        for field in _fields(Form.read(content).components):
            known = {option.value: option.label for option in field.options}
            fields[field.key] = {**fields.get(field.key, {}), **known}
    titles = {path.rpartition("/")[2].removesuffix(".html"): text for path, text in bundle.templates.items()}
    return Vocabulary(
        fields,
        {
            "category": category_names(session, bundle.city),
            "level": _levels(),
            "step": limits,
            "_state": {code: _(word) for code, word in STATES.items()},
            "_role": {code: role.title for code, role in bundle.city_file.roles.items()},
            "_tier": _tiers(),
            "_document": {name: document_title(text, name) for name, text in titles.items()},
            "proposed_unit": {f"-{code}": each.name for code, each in bundle.city_file.departments.items()},
        },
    )


def _fields(components: Sequence[Field]) -> Iterator[Field]:
    for field in components:
        yield field
        yield from _fields(field.components)


def _levels() -> Codes:
    words = (_("一级（即办）"), _("二级（一般）"), _("三级（较复杂）"), _("四级（复杂重点）"), _("五级（紧急突发）"))
    return {f"L{number}": word for number, word in enumerate(words, 1)}


def _tiers() -> Codes:
    return {"village": _("村（社区）"), "town": _("镇街"), "county": _("区县"), "city": _("市级"), "none": _("不用")}


def _units() -> Codes:
    """Return the units of limits, which are the program's own and so have their English."""
    return {"WD": _("工作日"), "WH": _("工作小时"), "H": _("小时"), "M": _("分钟")}


def _signs() -> Codes:
    return {"<": _("小于"), "<=": _("至多"), ">": _("大于"), ">=": _("至少")}
