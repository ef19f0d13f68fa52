// What can be drawn: only what the engine runs, so that nobody finds out at the check.
import ContextPadProvider from "bpmn-js/lib/features/context-pad/ContextPadProvider";
import ElementFactory from "bpmn-js/lib/features/modeling/ElementFactory";
import PaletteProvider from "bpmn-js/lib/features/palette/PaletteProvider";
import ReplaceMenuProvider from "bpmn-js/lib/features/popup-menu/ReplaceMenuProvider";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { tagOf } from "./model.js";

const TASK = { width: 120, height: 80 };
const timer = { eventDefinitionType: "bpmn:TimerEventDefinition" };
const message = { eventDefinitionType: "bpmn:MessageEventDefinition" };

/** What may come next, as it is offered by name. */
export const FOLLOWING = {
  userTask: { type: "bpmn:UserTask" },
  exclusiveGateway: { type: "bpmn:ExclusiveGateway" },
  endEvent: { type: "bpmn:EndEvent" },
  serviceTask: { type: "bpmn:ServiceTask" },
  businessRuleTask: { type: "bpmn:BusinessRuleTask" },
  callActivity: { type: "bpmn:CallActivity" },
  parallelGateway: { type: "bpmn:ParallelGateway" },
  timer: { type: "bpmn:IntermediateCatchEvent", ...timer },
  message: { type: "bpmn:IntermediateCatchEvent", ...message },
};

/** What may sit on a step. */
export const ATTACHED = {
  button: message,
  deadline: timer,
  repeated: { ...timer, cancelActivity: false },
  escalation: { eventDefinitionType: "bpmn:EscalationEventDefinition" },
  signal: { eventDefinitionType: "bpmn:SignalEventDefinition" },
  error: { eventDefinitionType: "bpmn:ErrorEventDefinition" },
};

/** Tell whether the engine runs what an element would become; `drawing` is what the check on the server goes by. */
export function runs(target, drawing) {
  const kind = tagOf(target.type);
  if (target.triggeredByEvent || target.isExpanded === false) return false;
  if (kind === "participant" || kind.startsWith("data")) return false;
  if (!drawing.kinds.includes(kind)) return false;
  const event = target.eventDefinitionType && tagOf(target.eventDefinitionType).replace("EventDefinition", "");
  return !event || (drawing.events[kind] ?? []).includes(event);
}

class Sizes extends ElementFactory {
  getDefaultSize(element, di) {
    const isTask = is(element, "bpmn:Task") || is(element, "bpmn:CallActivity");
    return isTask ? { ...TASK } : super.getDefaultSize(element, di);
  }
}
Sizes.$inject = ElementFactory.$inject;

class Replacements extends ReplaceMenuProvider {
  constructor(drawing, ...services) {
    super(...services);
    this._drawing = drawing;
  }

  _createEntries(target, options) {
    return super._createEntries(
      target,
      options.filter((option) => runs(option.target, this._drawing)),
    );
  }

  getPopupMenuHeaderEntries(target) {
    return target.type === "bpmn:Participant" ? {} : super.getPopupMenuHeaderEntries(target);
  }
}
Replacements.$inject = ["config.drawing", ...ReplaceMenuProvider.$inject];

const KINDS = [
  ["userTask", "activity", "bpmn-icon-user-task", "User task"],
  ["serviceTask", "activity", "bpmn-icon-service-task", "Service task"],
  ["businessRuleTask", "activity", "bpmn-icon-business-rule-task", "Business rule task"],
  ["callActivity", "activity", "bpmn-icon-call-activity", "Call activity"],
  ["exclusiveGateway", "gateway", "bpmn-icon-gateway-xor", "Exclusive gateway"],
  ["parallelGateway", "gateway", "bpmn-icon-gateway-parallel", "Parallel gateway"],
  ["timer", "event", "bpmn-icon-intermediate-event-catch-timer", "Timer intermediate catch event"],
  ["message", "event", "bpmn-icon-intermediate-event-catch-message", "Message intermediate catch event"],
];
const TOOLS = /^(hand|lasso|space|global-connect)-tool$|^tool-separator$|start-event$|end-event$|subprocess-expanded$/;

class Tools extends PaletteProvider {
  getPaletteEntries() {
    const entries = Object.fromEntries(Object.entries(super.getPaletteEntries()).filter(([name]) => TOOLS.test(name)));
    for (const [code, group, className, title] of KINDS) {
      const start = (event) => this._create.start(event, this._elementFactory.createShape({ ...FOLLOWING[code] }));
      entries[`create.${code}`] = {
        group,
        className,
        title: this._translate(title),
        action: { dragstart: start, click: start },
      };
    }
    const note = (event) =>
      this._create.start(event, this._elementFactory.createShape({ type: "bpmn:TextAnnotation" }));
    entries["create.note"] = {
      group: "artifact",
      className: "bpmn-icon-text-annotation",
      title: this._translate("Add text annotation"),
      action: { dragstart: note, click: note },
    };
    return entries;
  }
}
Tools.$inject = PaletteProvider.$inject;

const NEXT = ["userTask", "exclusiveGateway", "timer", "endEvent"];
const APPENDED = {
  userTask: ["bpmn-icon-user-task", "Append task"],
  exclusiveGateway: ["bpmn-icon-gateway-xor", "Append gateway"],
  timer: ["bpmn-icon-intermediate-event-catch-timer", "Append timer intermediate catch event"],
  endEvent: ["bpmn-icon-end-event-none", "Append end event"],
};
const REFUSED = [
  "append.append-task",
  "append.gateway",
  "append.intermediate-event",
  "append.end-event",
  "append.condition-intermediate-event",
  "append.compensation-activity",
];

class Pad extends ContextPadProvider {
  getContextPadEntries(element) {
    const all = super.getContextPadEntries(element);
    const entries = {};
    if (all["append.append-task"]) for (const code of NEXT) entries[`append.${code}`] = this._append(code);
    for (const [name, entry] of Object.entries(all)) if (!REFUSED.includes(name)) entries[name] = entry;
    if (entries.replace)
      entries.replace = { ...entries.replace, action: { click: (_, target) => this._change(target) } };
    return entries;
  }

  _append(code) {
    const [className, title] = APPENDED[code];
    const { type, ...options } = FOLLOWING[code];
    const shape = () => this._elementFactory.createShape({ type, ...options });
    const dragstart = (event, element) => this._create.start(event, shape(), { source: element });
    const hover = (_, element) => {
      this._appendPreview.create(element, type, options);
      return () => this._appendPreview.cleanUp();
    };
    const click = (_, element) => this._autoPlace.append(element, shape());
    return { group: "model", className, title: this._translate(title), action: { dragstart, click, hover } };
  }

  /** Open the menu without its search, whose count speaks English alone; it is short anyway. */
  _change(element) {
    const { left, bottom } = document.querySelector(".djs-context-pad.open").getBoundingClientRect();
    const position = { x: left, y: bottom + 5, cursor: { x: left, y: bottom } };
    this._popupMenu.open(element, "bpmn-replace", position, {
      title: this._translate("Change element"),
      width: 300,
      search: false,
    });
  }
}
Pad.$inject = ContextPadProvider.$inject;

/** Leaves behind, when a step becomes another kind, what the engine would not look at there. */
function FittingAttributes(drawing, eventBus) {
  eventBus.on("moddleCopy.canCopyProperty", 2000, ({ parent, propertyName }) => {
    const kinds = drawing.attributes[propertyName];
    if (kinds && parent.$type && !kinds.includes(tagOf(parent.$type))) return false;
    return undefined;
  });
}
FittingAttributes.$inject = ["config.drawing", "eventBus"];

export default {
  __init__: ["fittingAttributes"],
  fittingAttributes: ["type", FittingAttributes],
  elementFactory: ["type", Sizes],
  paletteProvider: ["type", Tools],
  contextPadProvider: ["type", Pad],
  replaceMenuProvider: ["type", Replacements],
};
