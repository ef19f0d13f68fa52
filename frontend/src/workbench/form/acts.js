// What one does with fields: put them elsewhere, add, copy, take away; each act is told to those who do not see it.
import { put, step } from "./changing.js";
import { called, every, freeKey, inner, keyName, keysBeside, mayStand, stand } from "./components.js";
import { said } from "./elements.js";
import { fresh } from "./kinds.js";

/** Return the acts on the chosen field; `tell` says what was done. */
export function fieldActs({ held, words }, tell) {
  const name = (component) => called(component, words.kinds);
  const say = (what, component) => tell(said(words.said[what], { name: name(component) }));

  function move(component, where, beside) {
    let done = false;
    held.rearrange((form) => {
      done = put(form, component, where, beside);
      return component;
    });
    if (done) tell(placed(held.form, component, words));
  }

  function walk(way) {
    const found = step(held.form, held.place, way);
    if (found) move(held.chosen(), ...found);
    else say("stays", held.chosen());
  }

  function bring(made, wanted, place) {
    held.rearrange((form) => {
      place(form);
      giveKey(form, made, wanted);
      return made;
    });
  }

  function add(kind) {
    const chosen = held.chosen();
    const made = newField(held.form, kind, words, chosen);
    bring(made, "field", (form) => insert(form, made, chosen));
    say("added", made);
  }

  function copy() {
    const chosen = held.chosen();
    const made = JSON.parse(JSON.stringify(chosen));
    bring(made, chosen[keyName(chosen)], (form) => {
      const { list, index } = stand(form, held.place);
      list.splice(index + 1, 0, made);
    });
    say("copied", made);
  }

  function remove() {
    const gone = held.chosen();
    if (!gone) return;
    held.rearrange((form) => {
      const { list, index } = stand(form, held.place);
      list.splice(index, 1);
      return list[index] ?? list[index - 1];
    });
    say("removed", gone);
  }

  return { move, walk, add, copy, remove };
}

/** Say where a field stands now. */
function placed(form, component, words) {
  const { holder, index, count } = every(form).find((each) => each.component === component);
  const group = holder && called(holder, words.kinds);
  const text = holder ? words.said.movedIn : words.said.moved;
  return said(text, { name: called(component, words.kinds), number: index + 1, count, group });
}

function newField(form, kind, words, chosen) {
  const named = { type: kind };
  if (kind === "text") return { ...named, text: words.said.newText };
  if (kind === "separator") return named;
  const basis = [chosen, ...every(form).map((each) => each.component)].find((each) => each?.properties?.basis);
  const label = said(words.said.newField, { kind: words.kinds[kind] });
  if (kind !== "group") named[keyName(named)] = "field";
  named.label = label;
  Object.assign(
    named,
    fresh(
      kind,
      words.firstChoices.map((each) => ({ ...each })),
    ),
  );
  named.properties = { basis: basis?.properties.basis ?? words.anyArticle };
  if (kind === "group") named.components = [];
  if (kind === "dynamiclist") named.components = [{ ...newField(form, "textfield", words, chosen), key: "item_text" }];
  return named;
}

/** Put a new field behind the chosen one, into it where it is an empty group, at the end where nothing is chosen. */
function insert(form, made, chosen) {
  const own = every(form).find((each) => each.component === chosen);
  if (!own) form.components.push(made);
  else if (inner(chosen)?.length === 0 && mayStand(made, chosen)) inner(chosen).push(made);
  else {
    const beside = mayStand(made, own.holder) ? own.component : own.holder;
    const list = mayStand(made, own.holder) && own.holder ? inner(own.holder) : form.components;
    list.splice(list.indexOf(beside) + 1, 0, made);
  }
}

/** Give a component, and what stands in it, keys that nothing beside them has. */
function giveKey(form, component, wanted) {
  const name = keyName(component);
  if (component[name]) component[name] = freeKey(wanted ?? component[name], keysBeside(form, component));
  if (component.type === "group") for (const each of inner(component)) giveKey(form, each, each[keyName(each)]);
}
