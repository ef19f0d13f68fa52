// How each property of a field is asked for: a line, a number, a mark, one of a few, an expression.
import { get, set } from "./components.js";
import { make } from "./elements.js";

/** Lay a name and a hint around a control. */
export function asked(context, name, control, words = context.words.properties[name]) {
  const id = control.id || `set-${name}`;
  control.id = id;
  const hint = words[1] ? make("p", { class: "gf-hint", id: `${id}-hint` }, words[1]) : null;
  if (hint) control.setAttribute("aria-describedby", hint.id);
  return make("div", { class: "gf-field" }, make("label", { class: "gf-label", for: id }, words[0]), hint, control);
}

/** Lay a name and a hint around several controls. */
export function askedTogether(context, name, ...controls) {
  const [title, help] = context.words.properties[name];
  const hint = help ? make("p", { class: "gf-hint" }, help) : null;
  return make("fieldset", { class: "gf-field" }, make("legend", { class: "gf-label" }, title), hint, ...controls);
}

function write(context, name, way, value) {
  context.held.edit((component) => set(component, way, value), name);
}

function line(context, name, { way }) {
  const typed = (event) => write(context, name, way, event.target.value || undefined);
  const value = get(context.component, way) ?? "";
  return asked(context, name, make("input", { class: "form-control", value, autocomplete: "off", oninput: typed }));
}

function lines(context, name, { way }) {
  const typed = (event) => write(context, name, way, event.target.value || undefined);
  const area = make("textarea", { class: "form-control gf-form-few", rows: 2, oninput: typed });
  area.value = get(context.component, way) ?? "";
  return asked(context, name, area);
}

function number(context, name, { way }, step = "any") {
  const typed = ({ target }) => {
    if (target.validity.badInput) return;
    write(context, name, way, target.value === "" ? undefined : Number(target.value));
  };
  const value = get(context.component, way) ?? "";
  const limits = step === "1" ? { min: 0, inputmode: "numeric" } : {};
  const kind = { type: "number", step, class: "form-control gf-form-short", value, oninput: typed, ...limits };
  return asked(context, name, make("input", kind));
}

/** Make a box to tick with its words. */
export function box(label, hint, attributes) {
  const words = make("span", {}, label, hint ? make("span", { class: "gf-form-why" }, hint) : null);
  return make("label", { class: "gf-choice" }, make("input", attributes), words);
}

function flag(context, name, { way }) {
  const [label, hint] = context.words.properties[name];
  const ticked = (event) => write(context, name, way, event.target.checked || undefined);
  const checked = get(context.component, way) === true;
  return box(label, hint, { type: "checkbox", id: `set-${name}`, checked, onchange: ticked });
}

/** Make a list to choose one of: [value, label] each. */
export function list(options, chosen, onchange, attributes = {}) {
  const select = make("select", { class: "form-select", onchange, ...attributes });
  for (const [value, label] of options) select.append(make("option", { value, selected: value === chosen }, label));
  return select;
}

function one(context, name, { way }) {
  const chosen = get(context.component, way) ?? "";
  const options = [...context.words.options[name]];
  if (chosen && !options.some(([value]) => value === chosen)) options.push([chosen, chosen]);
  const picked = (event) => write(context, name, way, event.target.value || undefined);
  return asked(context, name, list(options, chosen, picked));
}

/** Return the text of an expression without the sign that marks it as one. */
export function plain(text) {
  return String(text ?? "").replace(/^\s*=\s*/, "");
}

/** Make a field for an expression; `changed` hears it marked as one, undefined where nothing is left. */
export function expression(name, text, changed) {
  const area = make("textarea", { class: "form-control gf-form-formula", id: `set-${name}`, rows: 1 });
  area.spellcheck = false;
  area.value = plain(text);
  area.addEventListener("input", () => changed(area.value.trim() ? `=${area.value.trim()}` : undefined));
  return area;
}

function formula(context, name, { way }) {
  const changed = (text) => write(context, name, way, text);
  const area = expression(name, get(context.component, way), changed);
  const laid = asked(context, name, area);
  context.feel(area);
  return laid;
}

function accept(context, name, { way }) {
  const now = String(get(context.component, way) ?? "");
  const chosen = now.split(",").map((each) => each.trim().replace(/^\./, "").toLowerCase());
  const boxes = context.words.options.accept.map(([type, label]) =>
    box(label, "", { type: "checkbox", value: type, checked: chosen.includes(type), onchange: ticked }),
  );
  function ticked() {
    const left = boxes.map((each) => each.querySelector("input")).filter((each) => each.checked);
    write(context, name, way, left.map((each) => `.${each.value}`).join(",") || undefined);
  }
  return askedTogether(context, name, make("div", { class: "gf-choices gf-choices-few" }, ...boxes));
}

/** The simple ways to ask, by name. */
export const ENTRIES = {
  line,
  lines,
  flag,
  one,
  formula,
  accept,
  number,
  count: (context, name, property) => number(context, name, property, "1"),
};
