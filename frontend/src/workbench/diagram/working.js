// The parts of the panel about what is done without people: actions, decisions, calls, repetitions.
import { LISTED } from "../../joints.js";
import { choice, expression, line } from "./controls.js";
import { declaredData } from "./data.js";
import { make } from "./make.js";
import { kindOf } from "./model.js";
import { explanation } from "./sections.js";

const INPUT = "gridflow:Input";
const DECISION = "spiffworkflow:CalledDecisionId";

/** The action of a service task with its inputs. */
export function action(element, kit) {
  if (kindOf(element) !== "serviceTask") return null;
  const { words, knowledge, model } = kit;
  const value = element.businessObject.get("gridflow:action") ?? "";
  const pick = (code) => {
    model.set(element, { "gridflow:action": code || undefined });
    kit.redraw("action");
  };
  const known = knowledge.actions.find((each) => each.code === value)?.inputs ?? [];
  return [choice(words.action, value, knowledge.actions, pick, { name: "action" }), ...inputs(element, kit, known)];
}

/** Return the inputs of an action or a message as pairs of name and expression. */
export function inputs(element, kit, known = []) {
  const { words, model } = kit;
  const pairs = model.extensions(element, INPUT).map(({ name, value }) => ({ name, value }));
  const lacking = known.filter((each) => each.required && !pairs.some((pair) => pair.name === each.name));
  const shown = [...pairs, ...lacking.map((each) => ({ name: each.name, value: "", fresh: true }))];
  const keep = () =>
    model.extend(
      element,
      INPUT,
      shown.filter((pair) => !pair.fresh),
    );
  const rows = shown.map((pair, index) =>
    row(
      pair,
      index,
      kit,
      known,
      () => {
        pair.fresh = !pair.name && !pair.value;
        keep();
      },
      () => {
        shown.splice(index, 1);
        keep();
        kit.redraw("input-more");
      },
    ),
  );
  const more = () => {
    model.extend(element, INPUT, [...shown.filter((pair) => !pair.fresh), { name: freeName(shown, known), value: "" }]);
    kit.redraw(`input-${shown.length - lacking.length}-name`);
  };
  const button = make("button", { type: "button", class: "btn", name: "input-more", onclick: more }, words.inputMore);
  return [...rows, button];
}

function freeName(shown, known) {
  const free = known.find((each) => !shown.some((pair) => pair.name === each.name));
  return free?.name ?? `value_${shown.length + 1}`;
}

function row(pair, index, kit, known, changed, remove) {
  const { words } = kit;
  const of = (label) => `${label} ${index + 1}`;
  const list = known.map(({ name }) => ({ code: name, title: name }));
  const name = line(
    of(words.inputName),
    pair.name,
    (text) => {
      pair.name = text;
      changed();
    },
    { list, name: `input-${index}-name` },
  );
  const value = expression(
    of(words.inputValue),
    pair.value,
    (text) => {
      pair.value = text;
      changed();
    },
    { ...kit, name: `input-${index}-value` },
  );
  const out = make(
    "button",
    { type: "button", class: "gf-plain", "aria-label": `${words.takeOut} ${pair.name}`, onclick: remove },
    words.takeOut,
  );
  return make("div", { class: "gf-diagram-pair" }, name, value, out);
}

/** The decision of a rule task, the diagram of a call. */
export function called(element, kit) {
  const { words, knowledge, model } = kit;
  if (kindOf(element) === "businessRuleTask") {
    const value = model.extensions(element, DECISION)[0]?.value ?? "";
    const write = (code) => model.extend(element, DECISION, code ? [{ value: code }] : []);
    return [choice(words.decision, value.trim(), knowledge.decisions, write, { name: "decision" })];
  }
  if (kindOf(element) !== "callActivity") return null;
  const value = element.businessObject.calledElement ?? "";
  const write = (code) => {
    model.set(element, { calledElement: code || undefined });
    kit.redraw("called");
  };
  const found = knowledge.processes.find((each) => each.code === value);
  return [
    choice(words.called, value, knowledge.processes, write, { name: "called" }),
    found ? passed(found, kit) : null,
  ];
}

function passed(process, { words, variables }) {
  const titleOf = (name) => variables.find(({ code }) => code === name)?.title ?? name;
  const shown = (names) => (names ?? []).map((each) => titleOf(each.name ?? each)).join(LISTED) || "—";
  const facts = [
    [words.passedIn, process.inputs],
    [words.passedOut, process.outputs],
  ];
  return make(
    "dl",
    { class: "gf-diagram-facts" },
    facts.map(([term, names]) => make("div", {}, make("dt", {}, term), make("dd", {}, shown(names)))),
  );
}

/** How often an activity is done. */
export function repetition(element, kit) {
  if (!element.businessObject.$instanceOf("bpmn:Activity")) return null;
  const { words, model } = kit;
  const loop = element.businessObject.loopCharacteristics;
  const kind = !loop
    ? ""
    : loop.$type.includes("Standard")
      ? "standard"
      : loop.isSequential
        ? "sequential"
        : "parallel";
  const options = ["parallel", "sequential", "standard"].map((code) => ({ code, title: words[`loop_${code}`] }));
  const pick = (code) => {
    repeat(element, model, code);
    kit.redraw("loop");
  };
  const list = choice(words.loop, kind, options, pick, { name: "loop", none: words.loopOnce });
  if (!kind) return [list];
  return [list, ...(kind === "standard" ? standard(element, kit, loop) : instances(element, kit, loop))];
}

function repeat(element, model, kind) {
  const old = element.businessObject.loopCharacteristics;
  if (old && !old.$type.includes("Standard") && ["parallel", "sequential"].includes(kind)) {
    return model.write(element, old, { isSequential: kind === "sequential" });
  }
  const type = kind === "standard" ? "bpmn:StandardLoopCharacteristics" : "bpmn:MultiInstanceLoopCharacteristics";
  const attributes = kind === "standard" ? {} : { isSequential: kind === "sequential" };
  return model.set(element, {
    loopCharacteristics: kind ? model.create(type, attributes, element.businessObject) : undefined,
  });
}

function standard(element, kit, loop) {
  const { words, model } = kit;
  const write = (text) => model.write(element, loop, { loopCondition: model.formal(text, loop) });
  const most = (text) => model.write(element, loop, { loopMaximum: Number.parseInt(text, 10) || undefined });
  return [
    expression(words.loopCondition, loop.loopCondition?.body ?? "", write, { ...kit, name: "loop_condition" }),
    line(words.loopMaximum, String(loop.loopMaximum ?? ""), most, { name: "loop_maximum" }),
  ];
}

function instances(element, kit, loop) {
  const { words, model } = kit;
  const put = (properties) => model.write(element, loop, properties);
  const item = (name, text) => {
    const id = `${element.id}_${name === "inputDataItem" ? "each" : "result"}`;
    put({ [name]: text ? model.create("bpmn:DataInput", { id, name: text }, loop) : undefined });
  };
  const formal = (name) => (text) => put({ [name]: model.formal(text, loop) });
  const pointing = (name) => (text) => put({ [name]: model.variable(text) });
  const named = (found) => found?.name ?? found?.id ?? "";
  return [
    line(words.loopList, named(loop.loopDataInputRef), pointing("loopDataInputRef"), {
      name: "loop_list",
      list: kit.variables,
      hint: words.loopListHint,
    }),
    line(words.loopItem, named(loop.inputDataItem), (text) => item("inputDataItem", text), {
      name: "loop_item",
      hint: words.loopItemHint,
    }),
    line(words.loopResults, named(loop.loopDataOutputRef), pointing("loopDataOutputRef"), { name: "loop_results" }),
    line(words.loopResult, named(loop.outputDataItem), (text) => item("outputDataItem", text), { name: "loop_result" }),
    expression(words.loopCardinality, loop.loopCardinality?.body ?? "", formal("loopCardinality"), {
      ...kit,
      name: "loop_cardinality",
    }),
    expression(words.loopCompletion, loop.completionCondition?.body ?? "", formal("completionCondition"), {
      ...kit,
      name: "loop_completion",
      hint: words.loopCompletionHint,
    }),
  ];
}

/** What the process is called, and the data it takes and gives. */
export function process(element, kit) {
  const owner = processOf(element);
  if (!owner) return null;
  const { words, model } = kit;
  const write = (name) => model.write(element, owner, { name });
  return [
    line(words.processName, owner.name ?? "", write, {
      name: "process_name",
      hint: words.processId.replace("{id}", owner.id),
    }),
    explanation(element, kit, owner),
    ...declaredData(element, kit, owner),
  ];
}

/** Return the process a root or a pool shows, undefined for anything else. */
export function processOf(element) {
  const owner = element.businessObject;
  if (owner.$type === "bpmn:Participant") return owner.processRef;
  if (owner.$type === "bpmn:Process") return owner;
  if (owner.$type === "bpmn:Collaboration") return owner.participants?.find((each) => each.processRef)?.processRef;
  return undefined;
}
