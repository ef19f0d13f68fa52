// "Try it": one field for each input column; what is typed goes with every question to the server.
import { address, tryExpression } from "../feel.js";
import { columnName, element, tableOf, valuesOf } from "./parts.js";
import { sayResult } from "./saying.js";

const KINDS = { date: "date", time: "time", dateTime: "datetime-local", "date and time": "datetime-local" };
const INSTANTS = new Set(Object.keys(KINDS));
const ZONE = "+08:00";
const AHEAD = 8 * 3_600_000;

/** Return what a column asks for: the text its value goes by. */
const textOf = (column) => column.inputExpression?.text?.trim() ?? "";

/** Make the field of a column: what may be typed depends on its type. */
function field(table, number, id, words) {
  const type = table.input[number].inputExpression?.typeRef ?? "";
  if (type === "boolean") {
    const options = { "": words.unset, true: words.yes, false: words.no };
    const choices = Object.entries(options).map(([value, label]) => element("option", { value }, label));
    return element("select", { id, class: "form-select", "data-type": type }, ...choices);
  }
  const kind = KINDS[type] ?? "text";
  const made = element("input", { id, type: kind, class: "form-control", autocomplete: "off", "data-type": type });
  if (type === "number") made.inputMode = "decimal";
  if (kind === "datetime-local" || kind === "time") made.step = "1";
  return made;
}

/** Make the suggestions for a column, of the values that occur in it. */
function suggestions(table, number, input) {
  const values = input.type === "text" ? valuesOf(table, number) : [];
  if (!values.length) return [];
  input.setAttribute("list", `${input.id}-values`);
  return [element("datalist", { id: `${input.id}-values` }, ...values.map((value) => element("option", { value })))];
}

/** Write an instant as the server reads it: browsers leave out seconds that are none, and say no zone. */
function instant(text) {
  const whole = text.replace(/(^|T)(\d\d:\d\d)$/, "$1$2:00");
  return `@${whole}${whole.includes("T") ? ZONE : ""}`;
}

/** Write an instant of the server as a field takes it: without its zone, by our clock. */
function here(text) {
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(text)) return text.replace(/@.*$/, "");
  return new Date(new Date(text).getTime() + AHEAD).toISOString().slice(0, 19);
}

/** Return what a field holds as the server reads it; nothing typed is null. */
function typedIn(input) {
  const text = input.value.trim();
  if (!text) return null;
  if (input.dataset.type === "boolean") return text === "true";
  if (input.dataset.type === "number" && Number.isFinite(Number(text))) return Number(text);
  return INSTANTS.has(input.dataset.type) ? instant(text) : text;
}

/** Put a value of the server into a field. */
function fill(input, value) {
  const text = value === null || value === undefined ? "" : typeof value === "object" ? "" : String(value);
  input.value = INSTANTS.has(input.dataset.type) ? here(text) : text;
}

/** Offer the newest cases of the procedure where a number is asked for. */
async function offerCases(form, place) {
  const answer = await fetch(address(place, "knowledge"), { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { cases = [] } = await answer.json();
  const rows = cases.map((one) => element("option", { value: one.number }, one.title));
  form.append(element("datalist", { id: "try-cases" }, ...rows));
  form.elements.number.setAttribute("list", "try-cases");
}

/** Return what the fields depend on: where it is the same, they need not be drawn again. */
function signOf(table) {
  const told = (one, at) => [
    one.id,
    one.label,
    one.inputExpression?.text,
    one.inputExpression?.typeRef,
    valuesOf(table, at),
  ];
  return JSON.stringify((table?.input ?? []).map(told));
}

const columnsIn = (form) => [...form.querySelectorAll("[data-column]")];

/** Draw a field for each thing the columns ask for; what was typed for it stays. */
function drawFields(form, table, words) {
  const typed = Object.fromEntries(columnsIn(form).map((input) => [input.dataset.column, input.value]));
  const texts = table.input.map(textOf);
  const rows = table.input.flatMap((column, number) => {
    if (!texts[number] || texts.indexOf(texts[number]) < number) return [];
    const input = field(table, number, `try-${number}`, words);
    input.dataset.column = texts[number];
    input.value = typed[texts[number]] ?? "";
    const label = element("label", { class: "gf-label", for: input.id }, columnName(column, number + 1, words));
    return [element("div", { class: "gf-field" }, label, input, ...suggestions(table, number, input))];
  });
  form.replaceChildren(...rows);
}

/** Take the value of each column from a case; returns what stands in the way, if anything. */
async function fillFrom(place, form, number) {
  for (const input of columnsIn(form)) {
    const answer = await tryExpression(place, input.dataset.column, { case: number });
    if (!answer.ok || answer.failed) return answer.problem ?? answer.failed;
    fill(input, answer.value);
  }
  return "";
}

/** Try the whole expression of a decision without a table on a case. */
async function tryWhole(place, editor, number, words) {
  const text = editor.getActiveView().element.decisionLogic?.text ?? "";
  const answer = await tryExpression(place, text, { case: number });
  sayResult({ hits: [], ...answer, failed: answer.problem ?? answer.failed }, null, words);
}

/** Let a case be named in `byCase`; `take` is told its number. */
function askForCase(byCase, place, words, tell, take) {
  byCase.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = byCase.elements.number.value.trim();
    if (number) take(number).catch(() => tell(words.failed));
    else tell(words.no_case);
  });
  byCase.addEventListener("focusin", () => offerCases(byCase, place), { once: true });
}

/** Keep the fields of the table that is open; `changed` is told when somebody types. */
export function trying(place, editor, words, changed) {
  const form = document.querySelector("[data-try]");
  const said = document.querySelector("[data-case-said]");
  let shown = "";

  function tell(text) {
    said.textContent = text;
  }

  /** Draw the fields again where the columns or the values of the table are others now. */
  function refresh() {
    const table = tableOf(editor);
    const sign = signOf(table);
    if (sign === shown) return;
    shown = sign;
    if (table?.input?.length) drawFields(form, table, words);
    else form.replaceChildren(element("p", { class: "gf-quiet" }, words.no_inputs));
  }

  /** Ask for the value of each column in a case, or for that of the whole expression where there is no table. */
  async function takeFrom(number) {
    tell(words.asking);
    if (!tableOf(editor)) return tryWhole(place, editor, number, words).then(() => tell(""));
    const problem = await fillFrom(place, form, number);
    tell(problem || words.taken.replace("{number}", number));
    if (!problem) changed();
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  askForCase(document.querySelector("[data-try-case]"), place, words, tell, takeFrom);
  const values = () => Object.fromEntries(columnsIn(form).map((input) => [input.dataset.column, typedIn(input)]));
  return { refresh, values };
}
