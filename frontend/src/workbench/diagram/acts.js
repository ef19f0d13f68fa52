// Adding, connecting, changing and deleting without a mouse: what the canvas does by dragging, by choosing from lists.
import { choice } from "./controls.js";
import { ATTACHED, FOLLOWING } from "./limits.js";
import { make } from "./make.js";
import { kindOf } from "./model.js";
import { titleOf } from "./titles.js";

const ENDS = ["endEvent"];

/** Fill the row of acts for the selected element, as it is now; `open` is told which element one goes on with. */
export function fillActs(place, studio, facts) {
  return () => place.replaceChildren(...actsOf(studio.selected(), studio, facts).filter(Boolean));
}

function actsOf(element, studio, facts) {
  const { words } = facts;
  const isNode = element.businessObject.$instanceOf("bpmn:FlowNode");
  const attaches = element.businessObject.$instanceOf("bpmn:Activity");
  const remove = make(
    "button",
    { type: "button", class: "btn btn-destroys", onclick: () => removed(element, studio, facts) },
    words.remove,
  );
  return [
    isNode && !ENDS.includes(kindOf(element))
      ? act(words.addAfter, words.add, following(words), (code) => append(element, code, studio, facts))
      : null,
    attaches
      ? act(words.attachTo, words.attach, attached(words), (code) => attach(element, code, studio, facts))
      : null,
    isNode && !ENDS.includes(kindOf(element))
      ? act(words.connectTo, words.connect, targets(element, studio, words), (code) =>
          connect(element, code, studio, facts),
        )
      : null,
    isNode
      ? act(words.changeTo, words.change, others(element, studio), (code) => become(element, code, studio, facts))
      : null,
    removable(element) ? make("div", { class: "gf-diagram-act" }, remove) : null,
  ];
}

function act(label, button, options, run) {
  if (!options.length) return null;
  const list = choice(label, options[0].code, options, () => "", { plain: true });
  list.querySelector("option")?.remove();
  const select = list.querySelector("select");
  return make(
    "div",
    { class: "gf-diagram-act" },
    list,
    make("button", { type: "button", class: "btn", onclick: () => run(select.value) }, button),
  );
}

const following = (words) => Object.keys(FOLLOWING).map((code) => ({ code, title: words[`add_${code}`] }));
const attached = (words) => Object.keys(ATTACHED).map((code) => ({ code, title: words[`add_${code}`] }));

function targets(element, studio, words) {
  const nodes = studio.registry.filter(
    (each) => each.businessObject?.$instanceOf?.("bpmn:FlowNode") && each.type !== "label",
  );
  return nodes
    .filter(
      (each) => each !== element && studio.get("bpmnRules").canConnect(element, each)?.type === "bpmn:SequenceFlow",
    )
    .map((each) => ({ code: each.id, title: titleOf(each, words) }));
}

function others(element, studio) {
  const entries = studio.get("replaceMenuProvider").getPopupMenuEntries(element);
  return Object.entries(entries).map(([code, entry]) => ({ code, title: entry.label }));
}

function append(element, code, studio, { open }) {
  const shape = studio.get("elementFactory").createShape({ ...FOLLOWING[code] });
  open(studio.get("autoPlace").append(element, shape).id, true);
}

function attach(element, code, studio, { open }) {
  const shape = studio.get("elementFactory").createShape({ type: "bpmn:BoundaryEvent", ...ATTACHED[code] });
  const taken = element.attachers?.length ?? 0;
  const position = { x: element.x + element.width - 24 - 40 * (taken % 3), y: element.y + element.height };
  open(studio.get("modeling").createShape(shape, position, element, { attach: true }).id, true);
}

function connect(element, code, studio, { open }) {
  open(studio.get("modeling").connect(element, studio.registry.get(code)).id, true);
}

function become(element, code, studio, { open }) {
  const made = studio.get("replaceMenuProvider").getPopupMenuEntries(element)[code].action();
  open((made ?? element).id, true);
}

/** Delete an element and go on with the one before it; what frames the drawing stays. */
export function removed(element, studio, { open }) {
  if (!removable(element)) return;
  const near = element.incoming?.[0]?.source ?? element.source ?? element.host;
  studio.get("modeling").removeElements([element]);
  open(near?.id, false, true);
}

const removable = (element) =>
  Boolean(element.parent) && !["participant", "process", "collaboration"].includes(kindOf(element));
