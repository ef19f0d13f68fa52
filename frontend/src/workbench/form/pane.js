// The pane of the chosen field: every property its kind may have, and what is wrong with it.
import { basis, classes } from "./basis.js";
import { choices } from "./choices.js";
import { called, get, stand } from "./components.js";
import { condition } from "./conditions.js";
import { defaults } from "./defaults.js";
import { make } from "./elements.js";
import { asked, ENTRIES, list } from "./entries.js";
import { key } from "./key.js";
import { KINDS, PROPERTIES, turned, VALUED } from "./kinds.js";

const FOLDED = ["conditions", "given"];
const SPECIAL = { basis, choices, class: classes, condition, default: defaults, key, kind };

function kind(context) {
  const { words, held, component } = context;
  const options = VALUED.map((name) => [name, words.kinds[name]]);
  const picked = (event) =>
    held.rearrange((form) => {
      const { list: beside, index } = stand(form, held.place);
      beside[index] = turned(component, event.target.value, words.firstChoices);
      return beside[index];
    });
  return asked(context, "kind", list(options, component.type, picked));
}

function section(context, name, properties) {
  if (!properties.length) return null;
  const made = properties.map((one) => {
    const property = PROPERTIES[one];
    return (SPECIAL[property.as] ?? ENTRIES[property.as])(context, one, property);
  });
  const title = make("h3", {}, context.words.parts[name]);
  if (!FOLDED.includes(name)) return make("section", { class: "gf-form-part" }, title, ...made);
  const open = properties.some((one) => get(context.component, PROPERTIES[one].way) !== undefined);
  return make("details", { class: "gf-form-part", open }, make("summary", {}, title), ...made);
}

/** Show the properties of the chosen field in a part of the page; `faults` are what the server refuses, by place. */
export function showPane(pane, context, faults) {
  const { words, held } = context;
  const component = held.chosen();
  const title = pane.querySelector("h2");
  const body = pane.querySelector("[data-form-properties]");
  if (held.place) pane.querySelector("[data-form-fault]").textContent = faults[held.place] ?? "";
  if (!component) {
    title.textContent = words.said.noField;
    body.replaceChildren();
    return;
  }
  title.textContent = called(component, words.kinds);
  const parts = Object.entries(KINDS[component.type] ?? {});
  const here = { ...context, component };
  body.replaceChildren(...parts.map(([name, properties]) => section(here, name, properties)).filter(Boolean));
  if (!parts.length) body.textContent = words.said.unknownKind;
}
