// The form being designed: every change can be taken back, whoever shows the form hears of it.
import { at, every, inner, mayStand, placeOf, stand, written } from "./components.js";

const MOST = 200;
const BURST = 1_000;

/**
 * Hold a form. `tell(what)` hears "form" after a change of the list of fields, "value" after one of a property,
 * "choice" when another field is chosen.
 */
export function holdForm(form, tell) {
  const past = [];
  const future = [];
  let last = { mark: "", at: 0 };
  const held = { form, place: form.components.length ? "0" : "" };

  const now = () => ({ text: written(held.form), place: held.place });

  function remember(mark) {
    const goesOn = mark && mark === last.mark && Date.now() - last.at < BURST;
    if (!goesOn) past.push(now());
    if (past.length > MOST) past.shift();
    future.length = 0;
    last = { mark, at: Date.now() };
  }

  function back(from, to) {
    if (!from.length) return false;
    to.push(now());
    const { text, place } = from.pop();
    held.form = JSON.parse(text);
    held.place = at(held.form, place) ? place : (every(held.form)[0]?.place ?? "");
    last = { mark: "", at: 0 };
    tell("form", "back");
    return true;
  }

  /** Change a property of the chosen component; changes with one mark in one burst are taken back together. */
  held.edit = (run, mark = "") => {
    remember(`${held.place} ${mark}`);
    run(at(held.form, held.place));
    tell("value");
  };
  /** Change the list of fields; `run` returns the component to be chosen next. */
  held.rearrange = (run) => {
    remember("");
    const chosen = run(held.form);
    held.place = (chosen && placeOf(held.form, chosen)) || every(held.form)[0]?.place || "";
    tell("form");
  };
  held.choose = (place) => {
    if (place === held.place) return;
    held.place = place;
    last.mark = "";
    tell("choice");
  };
  held.chosen = () => at(held.form, held.place);
  held.text = () => written(held.form);
  held.undo = () => back(past, future);
  held.redo = () => back(future, past);
  held.canUndo = () => past.length > 0;
  held.canRedo = () => future.length > 0;
  return held;
}

/** Put a component before another, after it or into it; returns whether it may stand there. */
export function put(form, component, where, beside) {
  if (every({ components: [component] }).some((each) => each.component === beside)) return false;
  const there = every(form).find((each) => each.component === beside);
  const holder = where === "into" ? beside : there.holder;
  if (!mayStand(component, holder)) return false;
  const from = stand(form, placeOf(form, component));
  from.list.splice(from.index, 1);
  const list = holder ? inner(holder) : form.components;
  const index = where === "into" ? list.length : list.indexOf(beside) + (where === "after" ? 1 : 0);
  list.splice(index, 0, component);
  return true;
}

/** Return where a step in a direction leads: [where, beside] for `put`, null where there is none. */
export function step(form, place, way) {
  const all = every(form);
  const own = all.find((each) => each.place === place);
  if (!own) return null;
  const { list, index } = stand(form, place);
  const near = { up: list[index - 1], down: list[index + 1], in: list[index - 1], out: own.holder }[way];
  if (!near) return null;
  if (way === "in") return inner(near) && mayStand(own.component, near) ? ["into", near] : null;
  const above = all.find((each) => each.component === near);
  return mayStand(own.component, above.holder) ? [way === "up" ? "before" : "after", near] : null;
}
