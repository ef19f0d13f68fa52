// The parts of the panel about events and about the ways out of a gateway.
import { choice, expression, line, tick } from "./controls.js";
import { make } from "./make.js";
import { eventKind, eventOf, kindOf, nameOf } from "./model.js";
import { inputs } from "./working.js";

const TIMERS = ["timeDate", "timeDuration", "timeCycle"];
const REFERRING = ["message", "signal", "error", "escalation"];
const DECIDING = ["exclusiveGateway", "inclusiveGateway"];

/** What an event waits for or throws; a sending or receiving task has a message of its own. */
export function event(element, kit) {
  const kind = ["sendTask", "receiveTask"].includes(kindOf(element)) ? "message" : eventKind(element);
  const own =
    kind && kind === "timer" ? timer(element, kit) : REFERRING.includes(kind) ? reference(element, kit, kind) : [];
  return [...own, ...(kindOf(element) === "boundaryEvent" ? boundary(element, kit, kind) : [])];
}

function timer(element, kit) {
  const { words, model } = kit;
  const definition = eventOf(element);
  const type = TIMERS.find((name) => definition[name]) ?? "timeDate";
  const text = definition[type]?.body ?? "";
  const put = (name, body) => {
    const cleared = Object.fromEntries(TIMERS.map((each) => [each, undefined]));
    model.write(element, definition, { ...cleared, [name]: model.formal(body, definition) });
  };
  const options = TIMERS.map((code) => ({ code, title: words[code] }));
  return [
    choice(
      words.timer,
      type,
      options,
      (name) => {
        put(name || type, text || "now()");
        kit.redraw("timer");
      },
      { name: "timer" },
    ),
    expression(words.timerText, text, (body) => put(type, body), { ...kit, name: "timer_text", hint: words.timerHint }),
  ];
}

function reference(element, kit, kind) {
  const { words, knowledge, model } = kit;
  const owner = eventOf(element) ?? element.businessObject;
  const write = (name) => {
    const old = owner[`${kind}Ref`];
    model.together(() => {
      model.write(element, owner, { [`${kind}Ref`]: name ? model.declared(element, kind, name) : undefined });
      model.forget(element, old);
    });
  };
  const list = knowledge.messages.filter((each) => each.kind === kind);
  const name = line(words[`${kind}Name`], nameOf(owner[`${kind}Ref`]), write, {
    name: "reference",
    list,
    hint: words[`${kind}Hint`],
  });
  if (kind !== "message" && kind !== "signal") return [name];
  const known = kind === "message" ? [{ name: "key" }] : [];
  return [name, make("p", { class: "gf-hint" }, words.carriedHint), ...inputs(element, kit, known)];
}

function boundary(element, kit, kind) {
  const { words, model } = kit;
  const owner = element.businessObject;
  const stops = owner.cancelActivity !== false;
  const change = (on) => {
    model.set(element, { cancelActivity: on, ...(on ? { "gridflow:with_host": undefined } : {}) });
    kit.redraw("interrupting");
  };
  const stay = (on) => model.set(element, { "gridflow:with_host": on ? "false" : undefined });
  return [
    kind === "error"
      ? null
      : tick(words.interrupting, stops, change, { hint: words.interruptingHint, name: "interrupting" }),
    stops
      ? null
      : tick(words.outlives, owner.get("gridflow:with_host") === "false", stay, {
          hint: words.outlivesHint,
          name: "outlives",
        }),
  ];
}

/** The condition of a flow, whether it is the default, and a trial with a case. */
export function condition(element, kit) {
  if (kindOf(element) !== "sequenceFlow") return null;
  const { words, model } = kit;
  const owner = element.businessObject;
  const source = element.source;
  if (!source || !DECIDING.includes(kindOf(source))) {
    const left = owner.conditionExpression ? [written(element, kit)] : [];
    return [make("p", { class: "gf-hint" }, words.conditionNone), ...left];
  }
  const isDefault = source.businessObject.default === owner;
  const change = (on) => {
    model.together(() => {
      model.set(source, { default: on ? owner : undefined });
      if (on && owner.conditionExpression) model.set(element, { conditionExpression: undefined });
    });
    kit.redraw("default");
  };
  const box = tick(words.isDefault, isDefault, change, { hint: words.defaultHint, name: "default" });
  return isDefault ? [box] : [box, written(element, kit), trial(kit, () => owner.conditionExpression?.body ?? "")];
}

function written(element, kit) {
  const { words, model } = kit;
  const owner = element.businessObject;
  const write = (text) => model.set(element, { conditionExpression: model.formal(text, owner) });
  return expression(words.condition, owner.conditionExpression?.body ?? "", write, {
    ...kit,
    name: "condition",
    hint: words.conditionHint,
  });
}

/** Return a field for a case number and a button that says what the expression gives for that case. */
function trial(kit, read) {
  const { words } = kit;
  const number = line(words.tryNumber, "", () => "", { name: "case", list: kit.knowledge.cases });
  number.addEventListener("input", (event) => event.stopPropagation()); // it is no change of the diagram
  const said = make("p", { role: "status", class: "gf-diagram-said" });
  const attempt = async () => {
    said.textContent = words.trying;
    const answer = await kit.ask("feel", {
      text: read(),
      kind: "expression",
      path: kit.path,
      case: number.querySelector("input").value.trim(),
    });
    said.textContent = outcome(answer, words);
  };
  const button = make("button", { type: "button", class: "btn", onclick: attempt }, words.tryIt);
  return make("div", { class: "gf-diagram-trial" }, number, button, said);
}

function outcome(answer, words) {
  if (answer.problems?.length) return answer.problems.map((each) => each.message).join(" ");
  if (answer.failed || answer.problem) return String(answer.failed || answer.problem);
  if (answer.value === true || answer.value === "true") return words.holds;
  if (answer.value === false || answer.value === "false") return words.holdsNot;
  return words.gives.replace("{value}", JSON.stringify(answer.value ?? null));
}
