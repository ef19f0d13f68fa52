// The choices of a field: written in the form, row by row, or taken from a register.
import { freeKey } from "./components.js";
import { make, said } from "./elements.js";
import { asked, box, list } from "./entries.js";

/** Ask where the choices come from, and what they are. */
export function choices(context) {
  const { words, component } = context;
  const [title, hint] = words.properties.choices;
  const area = make("fieldset", { class: "gf-field" });
  const kept = { values: component.values, valuesKey: component.valuesKey };
  const draw = () => {
    const parts = component.valuesKey ? [source(context)] : rows(context, draw);
    area.replaceChildren(
      make("legend", { class: "gf-label" }, title),
      make("p", { class: "gf-hint" }, hint),
      wheres(context, kept, draw),
      ...parts,
    );
  };
  draw();
  return area;
}

function wheres(context, kept, draw) {
  const { words, component, held } = context;
  const turn = (register) => () => {
    kept[register ? "values" : "valuesKey"] = component[register ? "values" : "valuesKey"];
    held.edit((one) => {
      delete one[register ? "values" : "valuesKey"];
      delete one.defaultValue;
      if (register) one.valuesKey = kept.valuesKey ?? words.options.sources[0][0];
      else one.values = kept.values ?? words.firstChoices.map((each) => ({ ...each }));
    });
    draw();
  };
  const radio = (register) =>
    box(words.options.from[Number(register)][1], "", {
      type: "radio",
      name: "choices-from",
      checked: Boolean(component.valuesKey) === register,
      onchange: turn(register),
    });
  return make("div", { class: "gf-choices gf-choices-few" }, radio(false), radio(true));
}

function source(context) {
  const { words, component, held } = context;
  const options = [...words.options.sources];
  if (!options.some(([value]) => value === component.valuesKey))
    options.push([component.valuesKey, component.valuesKey]);
  const picked = (event) => held.edit((one) => Object.assign(one, { valuesKey: event.target.value }), "source");
  return asked(context, "source", list(options, component.valuesKey, picked));
}

function rows(context, draw) {
  const { words, component, held } = context;
  const values = component.values ?? [];
  const change = (run, focus) => {
    held.edit((one) => {
      one.values ??= [];
      run(one.values);
    });
    draw();
    document.getElementById(focus)?.focus();
  };
  const add = () =>
    change((all) => {
      const value = freeKey(
        "option_1",
        all.map((each) => each.value),
      );
      all.push({ value, label: said(words.said.choice, { number: all.length + 1 }) });
    }, `choice-label-${values.length}`);
  const made = values.map((each, index) => row(context, each, index, values.length, change, add));
  return [
    make("ol", { class: "gf-form-choices" }, ...made),
    make("button", { type: "button", class: "btn", onclick: add }, words.buttons.addChoice),
  ];
}

function row(context, option, index, count, change, add) {
  const { said: words } = context.words;
  const swap = (other) => () =>
    change((all) => all.splice(index, 1, ...all.splice(other, 1, all[index])), `choice-label-${other}`);
  const remove = () => change((all) => all.splice(index, 1), `choice-label-${Math.max(0, index - 1)}`);
  const told = (text) => said(text, { number: index + 1 });
  return make(
    "li",
    {},
    half(context, option, index, "label", add),
    half(context, option, index, "value", add),
    sign("↑", told(words.choiceUp), swap(index - 1), index === 0),
    sign("↓", told(words.choiceDown), swap(index + 1), index === count - 1),
    sign("×", told(words.choiceRemove), remove, count === 1),
  );
}

/** Make the field of one half of a choice, its label or its value; enter adds another choice. */
function half({ words, held }, option, index, name, add) {
  const typed = (event) =>
    held.edit((one) => {
      one.values[index][name] = event.target.value;
    }, `choice ${name} ${index}`);
  const entered = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    add();
  };
  return make("input", {
    class: "form-control",
    id: `choice-${name}-${index}`,
    value: option[name] ?? "",
    autocomplete: "off",
    "aria-label": said(words.said[name === "label" ? "choiceLabel" : "choiceValue"], { number: index + 1 }),
    oninput: typed,
    onkeydown: entered,
    placeholder: words.said[name === "label" ? "labelHere" : "valueHere"],
  });
}

function sign(shown, told, run, off) {
  const more = { class: "btn gf-form-sign", "aria-label": told, disabled: off, onclick: run };
  return make("button", { type: "button", ...more }, shown);
}
