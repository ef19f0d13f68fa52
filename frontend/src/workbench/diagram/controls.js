// The fields of the panel: plain form controls that say what they hold when one leaves them.
import { noted } from "../../joints.js";
import { feelField } from "../feel.js";
import { freshId, make } from "./make.js";

/** Put a control under its label, with a hint above and room for what is wrong below. */
function labelled(label, control, { hint = "", name = "" } = {}) {
  const id = control.id || freshId("field");
  control.id = id;
  if (name) control.name = name;
  const told = hint ? make("p", { class: "gf-hint", id: `${id}-hint` }, hint) : null;
  const wrong = make("p", { class: "gf-diagram-wrong", id: `${id}-wrong`, role: "alert" });
  control.setAttribute("aria-describedby", [hint ? `${id}-hint` : "", `${id}-wrong`].join(" ").trim());
  return make("div", { class: "gf-diagram-field" }, make("label", { for: id }, label), told, control, wrong);
}

/** Call `write` once for each new value; what it returns is what is wrong. */
function committing(control, write) {
  let last = control.value;
  control.addEventListener("change", () => {
    if (control.value === last) return;
    const wrong = write(control.value.trim()) || "";
    if (!wrong) last = control.value;
    control.setAttribute("aria-invalid", String(Boolean(wrong)));
    const line = document.getElementById(`${control.id}-wrong`);
    if (line) line.textContent = wrong;
  });
  return control;
}

/** Make a field of one line; `list` are texts to choose from or to go beyond. */
export function line(label, value, write, { list = [], ...more } = {}) {
  const id = freshId("field");
  const input = make("input", {
    id,
    class: "form-control",
    value,
    autocomplete: "off",
    placeholder: more.placeholder,
    list: list.length > 0 && `${id}-list`,
  });
  const field = labelled(label, committing(input, write), more);
  if (list.length) field.append(make("datalist", { id: `${id}-list` }, choices(list)));
  return field;
}

/** Make a field of several lines. */
export function area(label, value, write, more = {}) {
  const input = make("textarea", { class: "form-control", rows: more.rows ?? 2, spellcheck: "false" });
  input.value = value;
  return labelled(label, committing(input, write), more);
}

/** Make a field for an expression, checked and completed while one types. */
export function expression(label, value, write, { place, ...more }) {
  const field = area(label, value, write, { rows: 1, ...more });
  feelField(field.querySelector("textarea"), { place, kind: "expression" });
  return field;
}

/** Make a list to choose one from; a value nobody knows stays in it. */
export function choice(label, value, options, write, more = {}) {
  const known = options.some((option) => option.code === value);
  const all = [
    { code: "", title: more.none ?? "—" },
    ...options,
    ...(known || !value ? [] : [{ code: value, title: value }]),
  ];
  const shown = more.plain
    ? all.map(({ code, title }) => make("option", { value: code, selected: code === value }, title))
    : choices(all, value);
  const select = make("select", { class: "form-select" }, shown);
  return labelled(label, committing(select, write), more);
}

/** Make a box to tick. */
export function tick(label, value, write, more = {}) {
  const box = make("input", {
    type: "checkbox",
    class: "form-check-input",
    id: freshId("field"),
    name: more.name ?? "",
  });
  box.checked = value;
  let last = value;
  box.addEventListener("change", () => {
    if (box.checked === last) return;
    last = box.checked;
    write(last);
  });
  const hint = more.hint ? make("p", { class: "gf-hint" }, more.hint) : null;
  return make("div", { class: "gf-diagram-tick" }, make("label", {}, box, " ", label), hint);
}

/** Make a field that holds several codes, each shown with its words and a way to take it out. */
export function several(label, value, options, write, { words, name = "", hint = "" }) {
  const codes = value.split(/\s+/).filter(Boolean);
  const left = options.filter((option) => !codes.includes(option.code));
  const rows = codes.map((code) => {
    const option = options.find((each) => each.code === code);
    const out = make(
      "button",
      { type: "button", class: "gf-plain", onclick: () => write(codes.filter((each) => each !== code).join(" ")) },
      words.takeOut,
    );
    out.setAttribute("aria-label", `${words.takeOut} ${code}`);
    return make(
      "li",
      {},
      make("span", {}, chosenTitle(option, code), option?.text ? make("small", {}, option.text) : null),
      out,
    );
  });
  const add = line(label, "", (code) => (code ? write([...codes, code].join(" ")) : ""), {
    list: left,
    hint,
    name,
    placeholder: words.addCode,
  });
  return make("div", { class: "gf-diagram-several" }, add, rows.length ? make("ul", {}, rows) : null);
}

function chosenTitle(option, code) {
  return option && option.title !== code && code ? noted(option.title, code) : (option?.title ?? code);
}

function choices(options, value = "") {
  return options.map((option) =>
    make("option", { value: option.code, selected: option.code === value }, chosenTitle(option, option.code) || ""),
  );
}
