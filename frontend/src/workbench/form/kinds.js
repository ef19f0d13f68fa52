// The kinds of field a form may have, what each can be told, and what a fresh one says.

const INPUT = ["label", "key", "kind", "required", "help"];
const BASED = ["basis", "class"];
const GIVEN = ["default", "again", "readonly", "disabled"];

function input(content, { own = [], bounds = [], given = GIVEN } = {}) {
  return { main: [...INPUT, ...own], content, basis: BASED, conditions: ["hide", ...bounds], given };
}

const choice = (content) =>
  input(["choices", ...content], { own: content.length ? ["unit"] : [], bounds: ["only", "except", "reason"] });

/** The properties of each kind, by the part of the pane they stand in. */
export const KINDS = {
  textfield: input(["minLength", "maxLength", "pattern", "autocomplete"], { own: ["unit"] }),
  textarea: input(["minLength", "maxLength"], { given: [...GIVEN, "picture"] }),
  number: input(["min", "max", "decimalDigits", "increment"], { own: ["unit"], bounds: ["least", "most"] }),
  datetime: input(["subtype"], { bounds: ["earliest", "latest"] }),
  select: choice([]),
  radio: choice([]),
  checklist: choice(["minItems", "maxItems"]),
  taglist: choice(["minItems", "maxItems"]),
  checkbox: input([]),
  filepicker: input(["accept", "multiple", "minItems", "maxItems"], { given: [] }),
  group: { main: ["label", "help"], content: [], basis: ["basis"], conditions: ["hide"], given: [] },
  dynamiclist: {
    main: ["label", "key", "required", "help"],
    content: ["minItems", "maxItems", "defaultRepetitions"],
    basis: ["basis"],
    conditions: ["hide"],
    given: ["again"],
  },
  text: { main: ["text"], content: [], basis: [], conditions: ["hide"], given: [] },
  separator: { main: [], content: [], basis: [], conditions: [], given: [] },
};

/** Where a property stands in a component and how it is asked for. */
export const PROPERTIES = {
  label: { way: ["label"], as: "line" },
  text: { way: ["text"], as: "lines" },
  key: { as: "key" },
  kind: { as: "kind" },
  required: { way: ["validate", "required"], as: "flag" },
  help: { way: ["properties", "help"], as: "lines" },
  unit: { way: ["properties", "unit"], as: "line" },
  minLength: { way: ["validate", "minLength"], as: "count" },
  maxLength: { way: ["validate", "maxLength"], as: "count" },
  pattern: { way: ["validate", "pattern"], as: "one" },
  autocomplete: { way: ["properties", "autocomplete"], as: "line" },
  min: { way: ["validate", "min"], as: "number" },
  max: { way: ["validate", "max"], as: "number" },
  decimalDigits: { way: ["decimalDigits"], as: "count" },
  increment: { way: ["increment"], as: "number" },
  subtype: { way: ["subtype"], as: "one" },
  choices: { as: "choices" },
  minItems: { way: ["validate", "minItems"], as: "count" },
  maxItems: { way: ["validate", "maxItems"], as: "count" },
  defaultRepetitions: { way: ["defaultRepetitions"], as: "count" },
  accept: { way: ["accept"], as: "accept" },
  multiple: { way: ["multiple"], as: "flag" },
  basis: { way: ["properties", "basis"], as: "basis" },
  class: { way: ["properties", "class"], as: "class" },
  hide: { way: ["conditional", "hide"], as: "condition" },
  only: { way: ["properties", "only"], as: "formula" },
  except: { way: ["properties", "except"], as: "formula" },
  reason: { way: ["properties", "reason"], as: "line" },
  least: { way: ["properties", "least"], as: "formula" },
  most: { way: ["properties", "most"], as: "formula" },
  earliest: { way: ["properties", "earliest"], as: "formula" },
  latest: { way: ["properties", "latest"], as: "formula" },
  default: { way: ["defaultValue"], as: "default" },
  again: { way: ["properties", "again"], as: "flag" },
  readonly: { way: ["readonly"], as: "flag" },
  disabled: { way: ["disabled"], as: "flag" },
  picture: { way: ["properties", "picture"], as: "flag" },
};

/** The kinds one may be turned into another of: those with a value. */
export const VALUED = Object.keys(KINDS).filter((kind) => KINDS[kind].main.includes("kind"));

const TYPED = ["textfield", "textarea", "filepicker"];

/** Return the class a kind has where nothing is said. */
export function usualClass(kind) {
  return TYPED.includes(kind) ? "text" : "public";
}

const FRESH = {
  textfield: () => ({ validate: { maxLength: 200 } }),
  textarea: () => ({ validate: { maxLength: 2000 } }),
  number: () => ({ decimalDigits: 0, validate: { min: 0 } }),
  datetime: () => ({ subtype: "date" }),
  filepicker: () => ({ multiple: true }),
  dynamiclist: () => ({ defaultRepetitions: 1 }),
};
const CHOICES = ["select", "radio", "checklist", "taglist"];

/** Return what a fresh component of a kind says beside its name and basis; `choices` are its first choices. */
export function fresh(kind, choices) {
  if (CHOICES.includes(kind)) return { values: choices };
  return FRESH[kind]?.() ?? {};
}

const ALWAYS = ["type", "id", "layout", "key", "label", "description", "conditional", "properties", "validate"];

/** Return a component as another kind: what both kinds know stays, the rest goes. */
export function turned(component, kind, choices) {
  const known = Object.values(KINDS[kind]).flat();
  const made = JSON.parse(JSON.stringify(component));
  for (const [name, { way }] of Object.entries(PROPERTIES)) {
    if (way && !known.includes(name)) drop(made, way);
  }
  const ways = [...ALWAYS, ...known.map((name) => PROPERTIES[name].way?.[0])];
  if (known.includes("choices")) ways.push("values", "valuesKey", "searchable");
  for (const name of Object.keys(made)) if (!ways.includes(name)) delete made[name];
  delete made.defaultValue;
  if (known.includes("choices") && !made.values && !made.valuesKey) made.values = choices;
  if (kind === "datetime") made.subtype ??= "date";
  if (kind === "filepicker" && made.properties?.class === "public") delete made.properties.class;
  made.type = kind;
  return made;
}

function drop(component, [name, ...rest]) {
  if (!rest.length) delete component[name];
  else if (component[name]) {
    drop(component[name], rest);
    if (!Object.keys(component[name]).length) delete component[name];
  }
}
