"""What has the same meaning here for certain, put into our own words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from gridflow.bpmn.names import BPMN, GRIDFLOW, HUMAN_TASKS, SPIFF
from gridflow.bpmn.reading.elements import tag
from gridflow.workbench.foreign.drafts import CODE
from gridflow.workbench.foreign.notes import Notes
from gridflow.workbench.foreign.remarks import LOST, TAKEN

VARIABLE = re.compile(r"(?:[$#]\{\s*)?=?\s*([a-z_][a-z0-9_]*)\s*\}?\Z")
"""A variable alone, as each product writes it."""

_REPEATED: Mapping[str, str] = {"loopDataInputRef": "保存名单的变量", "inputDataItem": "每一份的变量名"}


@dataclass(frozen=True, slots=True)
class Known:
    """What the procedure and its city have."""

    roles: Mapping[str, str]
    """Titles by code."""
    forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meanings:
    """Puts attributes of other products on elements as ours."""

    known: Known
    notes: Notes

    def meant(self, element: etree._Element, word: str, value: str) -> bool:
        """Put an attribute of another product into our words; False where that is not certain."""
        kind = tag(element)
        if word in {"formKey", "formId", "formRef", "externalReference"} and kind in HUMAN_TASKS:
            return self._form(element, value)
        if word == "candidateGroups" and kind in HUMAN_TASKS:
            return self._role(element, value)
        if word in {"decisionRef", "decisionId"} and kind == "businessRuleTask":
            return self._decision(element, value)
        if word == "processId" and kind == "callActivity":
            return self._called(element, value)
        if word in {"collection", "inputCollection"} and kind == "multiInstanceLoopCharacteristics":
            return self._repeated(element, "loopDataInputRef", value)
        if word in {"elementVariable", "inputElement"} and kind == "multiInstanceLoopCharacteristics":
            return self._repeated(element, "inputDataItem", value)
        return False

    def _form(self, element: etree._Element, value: str) -> bool:
        name = re.split(r"[:/]", value.strip())[-1]
        code = re.sub(r"(?:[-_]schema)?\.(?:json|form|html)\Z", "", name).replace("-", "_")
        if not CODE.match(code):
            return False
        if code != element.get("id"):
            element.set(f"{{{GRIDFLOW}}}form", code)
        there = code in self.known.forms
        remedy = "" if there else f"表单 {code} 还没有，请新建。"
        self.notes.say(TAKEN, element, "表单", value, f"表单 = {code}", remedy)
        return True

    def _role(self, element: etree._Element, value: str) -> bool:
        named = [each.strip(" \"'") for each in value.strip(" =[]").split(",") if each.strip(" \"'")]
        if len(named) != 1 or named[0] not in self.known.roles:
            why = "一个环节只由一个角色办理。" if len(named) > 1 else "本市没有这个角色。"
            self.notes.say(LOST, element, "候选组", value, why, "在环节上从本市的角色中选一个。")
            return True
        element.set(f"{{{GRIDFLOW}}}role", named[0])
        self.notes.say(TAKEN, element, "候选组", value, f"角色 = {self.known.roles[named[0]]}（{named[0]}）")
        return True

    def _decision(self, element: etree._Element, value: str) -> bool:
        code = value.strip()
        if not re.match(r"[A-Za-z_][\w-]*\Z", code):
            return False
        extensions = element.find(f"{{{BPMN}}}extensionElements")
        if extensions is None:
            extensions = etree.Element(f"{{{BPMN}}}extensionElements")
            element.insert(0, extensions)
        etree.SubElement(extensions, f"{{{SPIFF}}}calledDecisionId").text = code
        self.notes.say(TAKEN, element, "决策表", value, f"决策表 = {code}")
        return True

    def _called(self, element: etree._Element, value: str) -> bool:
        if not re.match(r"[A-Za-z_][\w-]*\Z", value.strip()):
            return False
        element.set("calledElement", value.strip())
        self.notes.say(TAKEN, element, "被调用的流程", value, f"调用的流程图 = {value.strip()}")
        return True

    def _repeated(self, element: etree._Element, name: str, value: str) -> bool:
        found = VARIABLE.match(value.strip())
        if not found or element.find(f"{{{BPMN}}}{name}") is not None:
            return False
        there = element.find(f"{{{BPMN}}}loopDataInputRef")
        made = etree.Element(f"{{{BPMN}}}{name}")
        at = 0 if there is None else element.index(there) + 1
        element.insert(at if name == "inputDataItem" else 0, made)
        if name == "inputDataItem":
            made.set("name", found[1])
        else:
            made.text = found[1]
        self.notes.say(TAKEN, element, "多实例的变量", value, f"{_REPEATED[name]} = {found[1]}")
        return True

    def property(self, owner: etree._Element, element: etree._Element) -> bool:
        """Take the form that SpiffArena names in a property."""
        if element.get("name") != "formJsonSchemaFilename" or tag(owner) not in HUMAN_TASKS:
            return element.get("name") == "formUiSchemaFilename"
        return self._form(owner, element.get("value") or "")
