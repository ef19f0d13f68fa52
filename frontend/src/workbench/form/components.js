// A form as the file holds it: components by place, "2", or "2.0" for the first of a group. What nobody edits stays.

const NAME = /^[a-z][a-z0-9_]{0,59}$/;
const HOLDS = { group: (kind) => kind !== "group", dynamiclist: (kind) => kind !== "group" && kind !== "dynamiclist" };

/** Return the components a component holds, null for one that holds none. */
export function inner(component) {
  return component.type in HOLDS && Array.isArray(component.components) ? component.components : null;
}

/** Return the list a place stands in, and where in it. */
export function stand(form, place) {
  const steps = place.split(".").map(Number);
  const index = steps.pop();
  let list = form.components;
  for (const step of steps) list = list[step].components;
  return { list, index };
}

/** Return the component at a place, undefined where there is none. */
export function at(form, place) {
  if (!place) return undefined;
  const { list, index } = stand(form, place);
  return list?.[index];
}

/** Return every component with its place, what holds it and how deep it lies, in document order. */
export function every(form) {
  const found = [];
  const walk = (list, above, holder, depth) => {
    for (const [index, component] of list.entries()) {
      const place = `${above}${index}`;
      found.push({ place, component, holder, depth, index, count: list.length });
      if (inner(component)) walk(inner(component), `${place}.`, component, depth + 1);
    }
  };
  walk(form.components, "", null, 0);
  return found;
}

/** Return where a component stands now. */
export function placeOf(form, component) {
  return every(form).find((each) => each.component === component)?.place ?? "";
}

/** Return the name under which a component's value goes; a repeated group has a path. */
export function keyName(component) {
  return component.type === "dynamiclist" ? "path" : "key";
}

/** Return what people call a component. */
export function called(component, kinds) {
  return component.label || component.text || component[keyName(component)] || kinds[component.type] || component.type;
}

/** Tell whether a component may stand within another, null for the form itself. */
export function mayStand(component, holder) {
  return !holder || Boolean(HOLDS[holder.type]?.(component.type));
}

/** Return the keys that may not be used twice with a component: those of its row, or of the form with its groups. */
export function keysBeside(form, component) {
  const all = every(form);
  const own = all.find((each) => each.component === component);
  const row = own?.holder?.type === "dynamiclist" ? own.holder : null;
  const same = (each) => (each.holder?.type === "dynamiclist" ? each.holder : null) === row;
  return all
    .filter((each) => each.component !== component && same(each))
    .map((each) => each.component[keyName(each.component)]);
}

/** Return every key above a place: what an expression there may use. */
export function keysAbove(form, place) {
  const all = every(form);
  const own = all.findIndex((each) => each.place === place);
  const holder = all[own]?.holder;
  const seen = all.slice(0, own).filter((each) => each.holder?.type !== "dynamiclist" || each.holder === holder);
  return seen.map((each) => each.component).filter((each) => each[keyName(each)]);
}

/** Tell whether a text can be a key. */
export function isName(text) {
  return NAME.test(text);
}

/** Return a key like another that is not used beside it. */
export function freeKey(wanted, taken) {
  const stem = wanted.replace(/_\d+$/, "");
  let number = 1;
  let key = wanted;
  while (taken.includes(key)) {
    number += 1;
    key = `${stem.slice(0, 55)}_${number}`;
  }
  return key;
}

/** Return a property, by its way through nested objects. */
export function get(component, way) {
  return way.reduce((value, name) => value?.[name], component);
}

/** Set a property, undefined to take it out; an object it leaves empty goes too. */
export function set(component, way, value) {
  const [name, ...rest] = way;
  if (rest.length) {
    const nested = component[name] ?? {};
    set(nested, rest, value);
    if (Object.keys(nested).length) component[name] = nested;
    else delete component[name];
  } else if (value === undefined) delete component[name];
  else component[name] = value;
}

/** Write a form as its file is written. */
export function written(form) {
  return `${JSON.stringify(form, null, 2)}\n`;
}
