"""A foreign BPMN file as a draft in our own words: what has the same meaning for certain is put, all else is said."""

from dataclasses import dataclass

from lxml import etree

from gridflow.bpmn import lint, read, with_drawing
from gridflow.bpmn.linting.vocabulary import KINDS
from gridflow.bpmn.names import BIOC, BPMN, GRIDFLOW, NODES, SPIFF, XSI
from gridflow.bpmn.reading.elements import child_text, children, id_of, name_of, tag, text
from gridflow.bpmn.reading.source import parse
from gridflow.workbench.foreign.conditions import suggestion
from gridflow.workbench.foreign.drafts import Draft, code_of
from gridflow.workbench.foreign.meanings import Known, Meanings
from gridflow.workbench.foreign.notes import Notes, words_of
from gridflow.workbench.foreign.remarks import ASKS, LOST, TAKEN, Remark, clipped
from gridflow.workbench.foreign.vendors import PRODUCTS, WORDS

UNSUPPORTED = frozenset(
    {
        "activity-unsupported", "event-unsupported", "start-typed", "gateway-unsupported", "element-unsupported",
        "attribute-ignored", "data-associated", "data-store-unsupported", "data-on-task", "event-several",
    }
)  # fmt: skip
"""Rules that speak of what the standard has and this engine has not."""
OURS = frozenset({BPMN, GRIDFLOW, XSI, BIOC, ""})
PEOPLE = ("potentialOwner", "humanPerformer", "performer", "resourceRole")
WAITING = ("completionCondition", "loopCondition", "loopCardinality")


def diagram_draft(content: bytes, known: Known, code: str = "") -> Draft:
    """Return the draft of a foreign diagram, `code` being the process it takes the place of.

    Raises BpmnUnreadable for what no diagram file may be.
    """
    root = parse(content)
    notes = Notes()
    work = _Conversion(root, known, notes)
    work.convert(code)
    written = with_drawing(etree.tostring(root, encoding="utf-8", xml_declaration=True))
    diagram = read(written)
    nodes = diagram.nodes
    scripts = {id_of(each): child_text(each, "script") or "" for each in root.iter(f"{{{BPMN}}}scriptTask")}
    for finding in lint(diagram):
        if finding.rule in UNSUPPORTED:
            kind = KINDS.get(nodes[finding.element].kind, "元素") if finding.element in nodes else "元素"
            said = clipped(scripts.get(finding.element, ""))
            notes.remarks.append(
                Remark(LOST, finding.element, finding.name, kind, said, finding.message, finding.remedy)
            )
    return Draft(written, work.code, tuple(notes.remarks))


@dataclass(slots=True)
class _Conversion:
    root: etree._Element
    known: Known
    notes: Notes
    code: str = ""

    @property
    def meanings(self) -> Meanings:
        """What can be put into our own words."""
        return Meanings(self.known, self.notes)

    def convert(self, code: str) -> None:
        """Change the file in place, remark by remark."""
        self._identify()
        self._call(code)
        for element in list(self.root.iter(f"{{{BPMN}}}*")):
            self._attributes(element)
            self._conditions(element)
        for element in list(self.root.iter(f"{{{BPMN}}}extensionElements")):
            self._extensions(element)
        for element in list(self.root.iter(etree.Element)):
            self._strange(element)
        for lane in self.root.iter(f"{{{BPMN}}}lane"):
            self._lane(lane)
        etree.cleanup_namespaces(self.root, top_nsmap={"gridflow": GRIDFLOW, "spiffworkflow": SPIFF})

    # -------------------------------------------------------- ids

    def _identify(self) -> None:
        """Give an id to what has none: no drawing and no remark could point to it."""
        used = {each.get("id") for each in self.root.iter(etree.Element)}
        wanted = NODES | {"process", "sequenceFlow", "lane"}
        number = 0
        for element in self.root.iter(f"{{{BPMN}}}*"):
            if tag(element) in wanted and not (element.get("id") or "").strip():
                number += 1
                while f"unnamed_{number}" in used:
                    number += 1
                element.set("id", f"unnamed_{number}")
                self.notes.say(
                    TAKEN, element, "没有编号的元素", "", f"编号为 unnamed_{number}。", "换成说明动作的编号。"
                )

    def _call(self, code: str) -> None:
        """Call the only process as files here are called."""
        processes = children(self.root, "process")
        self.code = code or code_of(processes[0].get("id") or "" if processes else "") or "imported"
        if len(processes) != 1 or processes[0].get("id") == self.code:
            return
        old = processes[0].get("id")
        processes[0].set("id", self.code)
        for element in self.root.iter(etree.Element):
            for name in ("processRef", "bpmnElement"):
                if element.get(name) == old:
                    element.set(name, self.code)
        self.notes.say(TAKEN, processes[0], "流程编号", old or "", f"改为 {self.code}，与文件名一致。")

    # -------------------------------------------------------- attributes

    def _attributes(self, element: etree._Element) -> None:
        for key, value in list(element.attrib.items()):
            name = etree.QName(key)
            space = name.namespace or ""
            if space in OURS:
                continue
            del element.attrib[key]
            if not self.meanings.meant(element, name.localname, str(value)):
                self.notes.lost(element, space, name.localname, str(value))

    # -------------------------------------------------------- extension elements

    def _extensions(self, extensions: etree._Element) -> None:
        owner = extensions.getparent()
        for element in list(extensions.iterchildren(etree.Element)):
            name = etree.QName(element)
            ours = name.namespace == GRIDFLOW or (name.namespace == SPIFF and name.localname == "calledDecisionId")
            if ours or owner is None:
                continue
            extensions.remove(element)
            rest = [
                (str(key), str(value))
                for key, value in element.attrib.items()
                if not self.meanings.meant(owner, etree.QName(key).localname, str(value))
            ]
            inner = [each for each in element.iterdescendants(etree.Element) if not self.meanings.property(owner, each)]
            if rest or inner or text(element) or not len(element.attrib) + len(element):
                self.notes.lost(owner, name.namespace or "", name.localname, words_of(element))
        if owner is not None and not len(extensions):
            owner.remove(extensions)

    def _strange(self, element: etree._Element) -> None:
        """Take out what stands in the model in no place of the standard."""
        space, parent = etree.QName(element).namespace or "", element.getparent()
        inside = parent is not None and etree.QName(parent).namespace == BPMN and tag(parent) != "extensionElements"
        if parent is None or not inside:
            return
        if space in PRODUCTS:
            parent.remove(element)
            self.notes.lost(parent, space, etree.QName(element).localname, words_of(element))
        elif tag(element) in PEOPLE:
            parent.remove(element)
            self.notes.say(LOST, parent, "办理人", words_of(element), *WORDS["assignee"][1:])

    # -------------------------------------------------------- expressions and lanes

    def _conditions(self, element: etree._Element) -> None:
        for name in ("conditionExpression", *WAITING):
            for condition in children(element, name):
                said, language = text(condition) or "", (condition.get("language") or "").lower()
                if name == "loopCardinality" and said.isdecimal():
                    continue
                element.remove(condition)
                feel = suggestion(said) if name == "conditionExpression" and "groovy" not in language else ""
                why = "条件要用 FEEL 写，别的语言不自动翻译，草稿里先不写条件。"
                remedy = "核对建议后采用。" if feel else "在编辑器里按原意重写条件。"
                what = "流的条件" if name == "conditionExpression" else "多实例或循环的条件"
                self.notes.say(ASKS, element, what, said, why, remedy, feel)
        if tag(element) == "timerEventDefinition":
            said = " ".join(text(child) or "" for child in element.iterchildren(etree.Element))
            self.notes.say(
                ASKS,
                element,
                "定时",
                said,
                "时间要用 FEEL 写，按工作日计的要引用时限。",
                "在编辑器里重写时间，或引用时限表。",
            )

    def _lane(self, lane: etree._Element) -> None:
        name = name_of(lane)
        if lane.get(f"{{{GRIDFLOW}}}role"):
            return
        code = next((code for code, title in self.known.roles.items() if name in {code, title}), "")
        if code:
            lane.set(f"{{{GRIDFLOW}}}role", code)
            self.notes.say(TAKEN, lane, "泳道", name, f"角色 = {self.known.roles[code]}（{code}）")
        else:
            self.notes.say(
                ASKS, lane, "泳道", name, "泳道没有对应的角色，名称与本市的角色都不相同。", "给泳道选一个角色。"
            )
