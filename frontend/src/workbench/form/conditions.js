// When a field is shown, in words: a field above and what was chosen there become the condition that hides it.
import { keyName, keysAbove } from "./components.js";
import { make } from "./elements.js";
import { ENTRIES, list } from "./entries.js";

const SEVERAL = ["checklist", "taglist"];

/** Ask for the condition that hides a field, and offer to write it from what was chosen above. */
export function condition(context, name, property) {
  const laid = ENTRIES.formula(context, name, property);
  const above = keysAbove(context.held.form, context.held.place).filter(
    (each) => each.type === "checkbox" || each.values,
  );
  if (above.length) laid.append(builder(context, above, laid.querySelector("textarea")));
  return laid;
}

function builder(context, above, formula) {
  const { words } = context;
  const chosen = () => above.find((each) => each[keyName(each)] === field.value);
  const fields = above.map((each) => [each[keyName(each)], each.label ?? each[keyName(each)]]);
  const offer = () => value.replaceChildren(...choices(chosen(), words));
  const field = list(fields, "", offer, { "aria-label": words.said.shownField });
  const way = list(Object.entries(words.shown), "is", () => {}, { "aria-label": words.said.shownWay });
  const value = list([], "", () => {}, { "aria-label": words.said.shownValue });
  const write = () => {
    formula.value = hidden(chosen(), way.value, value.value);
    formula.dispatchEvent(new Event("input", { bubbles: true }));
  };
  offer();
  const button = make("button", { type: "button", class: "btn", onclick: write }, words.buttons.writeCondition);
  const row = make("div", { class: "gf-form-condition" }, field, way, value, button);
  return make("details", { class: "gf-form-fold" }, make("summary", {}, words.said.shownWhen), row);
}

function choices(component, words) {
  const made =
    component.type === "checkbox"
      ? [["true", words.said.isTicked]]
      : component.values.map((each) => [each.value, each.label]);
  return made.map(([value, label]) => make("option", { value }, label));
}

/** Return the condition under which a field is hidden that is shown where another is, or is not, something. */
function hidden(component, way, value) {
  const key = component[keyName(component)];
  const wanted = component.type === "checkbox" ? "true" : JSON.stringify(value);
  if (!SEVERAL.includes(component.type)) return `${key} ${way === "is" ? "!=" : "="} ${wanted}`;
  const holds = `list contains(${key}, ${wanted})`;
  return way === "is" ? `${key} = null or not(${holds})` : `${key} != null and ${holds}`;
}
