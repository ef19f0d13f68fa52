"""What the codes in the files of a procedure mean, so that differences are told in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from gridflow.bpmn.linting.vocabulary import EVENT_KINDS
from gridflow.bpmn.model import EventDefinition, Loop
from gridflow.cases.cell_words import Codes, Vocabulary, vocabulary
from gridflow.cases.due import amount_words
from gridflow.catalogue import Bundle, City
from gridflow.catalogue.errors import ArticleUnknown
from gridflow.checking.opening import decisions
from gridflow.feel import DecisionSet
from gridflow.formats import gettext as _
from gridflow.formats import retold
from gridflow.workbench.editing.dictionary import field_labels, loop_words
from gridflow.workbench.editing.knowing import diagrams, document_titles, file_names, form_titles
from gridflow.workbench.editing.verbs import verbs

DUE = re.compile(r"limit\.(\w+)\.due")
SHARE = re.compile(r"limit_share\(\s*limit\.(\w+)\.start\s*,\s*limit\.\1\.due\s*,\s*(0?\.\d+)\s*\)")
WORKDAYS = re.compile(r"workday_add\(\s*last\s*,\s*(\d+)\s*\)")
LISTS = frozenset({"shows", "exclude"})
"""Properties that name several steps."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """What codes mean, by the property that holds them; without a city they stay as they are."""

    titles: Mapping[str, Codes]
    labels: Codes
    """What the fields of forms ask for, by key."""
    cells: Vocabulary
    files: Mapping[str, str]
    """What people call the files, by path."""
    city: City | None = None

    def of(self, what: str, value: object) -> str:
        """Return what a property says, in words where they are known."""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, tuple):
            return _("、").join(self.of(what, one) for one in value)
        if isinstance(value, EventDefinition):
            return self._event(value)
        return self._loop(value) if isinstance(value, Loop) else self._text(what, str(value))

    def amount(self, number: str, unit: str) -> str:
        """Return how long a limit is, of the cells of its row."""
        if number == "null":
            return ""
        try:
            return amount_words(Decimal(number), unit.strip('"'))
        except InvalidOperation:
            return f"{number} {unit}"

    def _text(self, what: str, value: str) -> str:
        if what in ("article", "properties.basis") and self.city:
            return self._articles(self.city, value)
        if what == "remind" and value.replace(" ", "").isdigit():
            return _("用去 %(shares)s 时", shares=_("、").join(f"{each}%" for each in value.split()))
        if what in LISTS:
            return _("、").join(self.titles.get("step", {}).get(one, one) for one in value.split())
        return self.titles.get(what, {}).get(value, value)

    def _articles(self, city: City, codes: str) -> str:
        """Return what a city calls its articles; a code it does not know stands as it is."""
        try:
            return _("、").join(one.heading for one in city.articles(codes)) or codes
        except ArticleUnknown:
            return codes

    def _event(self, event: EventDefinition) -> str:
        words = retold(EVENT_KINDS.get(event.kind, event.kind))
        if event.kind == "timer":
            told = {"timeDate": _("到%(when)s"), "timeDuration": _("过%(when)s"), "timeCycle": _("反复，%(when)s")}
            when = told.get(event.timer or "", "%(when)s") % {"when": self._when(event.text or "")}
            return _("%(name)s：%(words)s", name=words, words=when)
        parts = [f"“{event.name or event.ref}”" if event.name or event.ref else "", event.text or ""]
        if event.payload:
            parts.append(_("带上 %(what)s", what=event.payload))
        if event.variable:
            parts.append(_("存为“%(name)s”", name=self.labels.get(event.variable, event.variable)))
        return _("，").join(filter(None, [words + parts[0], *parts[1:]]))

    def _when(self, text: str) -> str:
        """Return when a timer fires: the limits it reads by their titles, any other expression as it is."""
        limits = self.titles.get("limit", {})
        if found := DUE.fullmatch(text.strip()):
            return _("“%(limit)s”到期", limit=limits.get(found[1], found[1]))
        if found := SHARE.fullmatch(text.strip()):
            share = f"{(Decimal(found[2]) * 100).normalize():f}%"
            return _("“%(limit)s”用去 %(share)s", limit=limits.get(found[1], found[1]), share=share)
        if found := WORKDAYS.fullmatch(text.strip()):
            return _("每过 %(count)s 个工作日", count=found[1])
        return _(" %(formula)s ", formula=text)

    def _loop(self, loop: Loop) -> str:
        ways = {"parallel": _("同时办"), "sequential": _("依次办"), "standard": _("重复办")}
        parts = [ways.get(loop.kind, loop.kind)]
        if loop.collection:
            name = self.labels.get(loop.collection, loop.collection)
            parts.append(_("“%(list)s”里每一项办一次", list=name))
        if loop.item:
            parts.append(_("这一项叫“%(name)s”", name=self.labels.get(loop.item, loop.item)))
        if loop.output_collection:
            name = self.labels.get(loop.output_collection, loop.output_collection)
            parts.append(_("结果收进“%(list)s”", list=name))
        if loop.cardinality:
            parts.append(_("共 %(count)s 次", count=loop.cardinality))
        if loop.condition:
            parts.append(_("直到 %(condition)s", condition=loop.condition))
        if loop.maximum:
            parts.append(_("最多 %(count)s 次", count=loop.maximum))
        return _("，").join(parts)


NOTHING_KNOWN = Meanings({}, {}, Vocabulary({}, {}), {})


def meanings(session: Session, old: Bundle, new: Bundle) -> Meanings:
    """Return what the codes of two versions of a procedure mean; where they differ, what they mean in the newer."""
    titles: dict[str, dict[str, str]] = {}
    labels: dict[str, str] = {}
    for bundle in (old, new):
        asked = field_labels(bundle)
        for node in (node for drawn in diagrams(bundle).values() for node in drawn.nodes.values()):
            labels |= loop_words(node, asked)
        labels |= asked
        for what, known in _titles(bundle).items():
            titles.setdefault(what, {}).update(known)
    cells = vocabulary(session, new, titles["limit"])
    return Meanings(titles, labels, cells, {**file_names(old), **file_names(new)}, new.city_file)


def _titles(bundle: Bundle) -> dict[str, Mapping[str, str]]:
    drawn = diagrams(bundle).values()
    tables = DecisionSet.merge(map(decisions, bundle.decision_files.values()))
    processes = {one.id: one.name or one.id for each in drawn for one in each.processes.values()}
    made = {one.id: one.name or one.id for one in tables.decisions.values()}
    forms = form_titles(bundle)
    steps = {one.id: one.name for each in drawn for one in each.nodes.values() if one.name}
    return {
        "role": {one.code: one.title for one in bundle.city_file.roles.values()},
        "limit": bundle.manifest.limits, "form": forms, "document": document_titles(bundle), "action": verbs(),
        "decision": made, "called": {**made, **processes}, "step": {**forms, **steps},
    }  # fmt: skip
