// What stands in a field before anybody types: nothing, something fixed, or what an expression gives.
import { make } from "./elements.js";
import { asked, askedTogether, box, expression, list, plain } from "./entries.js";

const SEVERAL = ["checklist", "taglist"];

function modeOf({ defaultValue: value }) {
  if (value === undefined) return "none";
  return typeof value === "string" && value.trimStart().startsWith("=") ? "formula" : "fixed";
}

/** Ask for the default of a field. */
export function defaults(context) {
  const { words, component, held } = context;
  const body = make("div", {});
  const write = (value, mark = "default") =>
    held.edit((one) => {
      if (value === undefined) delete one.defaultValue;
      else one.defaultValue = value;
    }, mark);
  const draw = (mode) => {
    const area = mode === "formula" ? expression("default", plain(component.defaultValue), write) : null;
    body.replaceChildren(...(mode === "none" ? [] : [area ? asked(context, "formula", area) : fixed(context, write)]));
    if (area) context.feel(area);
  };
  const mode = modeOf(component);
  const radios = words.options.default.map(([name, label]) => {
    const picked = () => {
      if (name === "none") write(undefined, "");
      if (name === "fixed") write(first(component), "");
      if (name === "formula") write(undefined, "");
      draw(name);
    };
    return box(label, "", { type: "radio", name: "default", value: name, checked: name === mode, onchange: picked });
  });
  draw(mode);
  return askedTogether(context, "default", make("div", { class: "gf-choices gf-choices-few" }, ...radios), body);
}

/** Return a value of the right type to begin with, undefined where none is better than another. */
function first({ type, values }) {
  if (type === "checkbox") return true;
  if (SEVERAL.includes(type)) return [];
  return type === "select" || type === "radio" ? values?.[0]?.value : undefined;
}

function fixed(context, write) {
  const { component } = context;
  const { type, values, defaultValue: now } = component;
  if (type === "checkbox") {
    const ticked = (event) => write(event.target.checked);
    return box(context.words.said.ticked, "", { type: "checkbox", checked: now === true, onchange: ticked });
  }
  if (values && SEVERAL.includes(type)) return some(component, write);
  if (values) {
    const options = values.map((each) => [each.value, each.label]);
    return asked(
      context,
      "fixed",
      list(options, now, (event) => write(event.target.value)),
    );
  }
  const number = type === "number";
  const typed = ({ target }) => {
    if (target.validity.badInput) return;
    if (SEVERAL.includes(type)) write(target.value.split(/\s+/).filter(Boolean));
    else write(target.value === "" ? undefined : number ? Number(target.value) : target.value);
  };
  const value = Array.isArray(now) ? now.join(" ") : (now ?? "");
  const kind = number ? { type: "number", step: "any" } : { type: "text" };
  return asked(
    context,
    "fixed",
    make("input", { class: "form-control", value, autocomplete: "off", oninput: typed, ...kind }),
  );
}

function some(component, write) {
  const boxes = component.values.map(({ value, label }) => {
    const checked = (component.defaultValue ?? []).includes(value);
    return box(label, "", { type: "checkbox", value, checked, onchange: ticked });
  });
  function ticked() {
    const left = boxes.map((each) => each.querySelector("input")).filter((each) => each.checked);
    write(left.map((each) => each.value));
  }
  return make("div", { class: "gf-choices gf-choices-few" }, ...boxes);
}
