// The fields of a form in their order, for pointer, touch and keys alike.
import { fieldActs } from "./acts.js";
import { step } from "./changing.js";
import { called, every, inner } from "./components.js";
import { dragRows } from "./dragging.js";
import { make } from "./elements.js";

const NARROW = "(max-width: 699px)";
const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

/** Show the list of fields in a part of the page: `draw` it, `mark` what is refused where, `tell` what was done. */
export function listFields(part, context) {
  const rows = part.querySelector("[data-form-rows]");
  let faults = {};
  const tell = (text) => {
    const live = part.querySelector("[data-form-live]");
    live.textContent = "";
    requestAnimationFrame(() => {
      live.textContent = text;
    });
  };
  const draw = () => show(part, rows, context, faults);
  const acts = fieldActs(context, tell);
  choose(rows, context, acts);
  if (!context.readonly) offer(part, rows, acts);
  if (!context.readonly) dragRows(rows, context.held, acts.move);
  const mark = (found) => {
    faults = found;
    draw();
  };
  return { draw, mark, tell };
}

function show(part, rows, { held, words }, faults) {
  if (rows.querySelector(".gf-form-dragged")) return; // a row in somebody's hand stays there
  const focused = rows.contains(document.activeElement);
  const found = every(held.form);
  rows.replaceChildren(...found.map((each) => row(each, held, words, faults[each.place])));
  part.classList.toggle("gf-form-none", !found.length);
  if (focused) rows.querySelector("[aria-current]")?.focus();
  for (const button of part.querySelectorAll("[data-move]"))
    button.disabled = !step(held.form, held.place, button.dataset.move);
  for (const button of part.querySelectorAll("[data-copy], [data-remove-field]")) button.disabled = !held.chosen();
}

/** Let rows be chosen; Alt and arrows move the chosen one. */
function choose(rows, { held, readonly }, acts) {
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-place]");
    if (!button) return;
    held.choose(button.dataset.place);
    const title = document.querySelector("[data-form-title]");
    const narrow = matchMedia(NARROW).matches;
    if (narrow) title.focus({ preventScroll: true });
    if (narrow || title.getBoundingClientRect().top < 0) title.scrollIntoView();
  });
  rows.addEventListener("keydown", (event) => {
    if (event.altKey && event.key in KEYS && !readonly) {
      event.preventDefault();
      return acts.walk(KEYS[event.key]);
    }
    if (event.key === "Delete" && !readonly) return acts.remove();
    const all = [...rows.querySelectorAll("[data-place]")];
    const now = all.indexOf(document.activeElement);
    const next = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || !all[next]) return undefined;
    event.preventDefault();
    held.choose(all[next].dataset.place);
    return rows.querySelector("[aria-current]")?.focus();
  });
}

/** Let the buttons below the list do the same, and add a field. */
function offer(part, rows, acts) {
  for (const button of part.querySelectorAll("[data-move]"))
    button.addEventListener("click", () => acts.walk(button.dataset.move));
  part.querySelector("[data-copy]").addEventListener("click", acts.copy);
  const kind = part.querySelector("[data-add-kind]");
  part.querySelector("[data-remove-field]").addEventListener("click", () => {
    acts.remove();
    (rows.querySelector("[aria-current]") ?? kind).focus();
  });
  part.querySelector("[data-add-field]").addEventListener("click", () => {
    acts.add(kind.value);
    document.getElementById("set-label")?.select();
    document.getElementById("set-label")?.focus();
  });
}

function row({ place, component, depth }, held, words, fault) {
  const chosen = place === held.place;
  const tags = [
    component.validate?.required && words.tags.required,
    component.properties?.class === "personal" && words.tags.personal,
    component.conditional?.hide && words.tags.conditional,
    fault && words.tags.fault,
  ].filter(Boolean);
  const label = make("span", { class: "gf-form-name" }, called(component, words.kinds));
  const about = make(
    "span",
    { class: "gf-form-about" },
    [words.kinds[component.type] ?? component.type, ...tags].join(" · "),
  );
  const button = make(
    "button",
    { type: "button", "data-place": place, tabindex: chosen ? "0" : "-1", "aria-current": chosen && "true" },
    label,
    about,
  );
  const grip = make("span", { class: "gf-form-grip", "aria-hidden": "true", "data-grip": true }, "⠿");
  const about_ = { "data-depth": Math.min(depth, 2), "data-holds": inner(component) && "yes" };
  return make("li", { class: fault && "gf-form-wrong", ...about_ }, grip, button);
}
