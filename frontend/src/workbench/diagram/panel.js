// The panel of the selected element: its parts as plain forms, drawn anew when the element changes elsewhere.
import { condition, event } from "./events.js";
import { make } from "./make.js";
import { kindOf, Model } from "./model.js";
import { basis, explained, filling, general, people, time } from "./sections.js";
import { named, titleOf } from "./titles.js";
import { action, called, process, processOf, repetition } from "./working.js";

const PARTS = { general, condition, event, people, filling, action, called, time, basis, repetition, explained };

/** Fill the panel for what is selected. Returns `commit`, which takes over what is still being typed, and `focus`. */
export function fillPanel(place, studio, facts) {
  const model = new Model(studio.modeler);
  let shown = null;
  let writing = false;

  /** Redraw after a field whose neighbours depend on it, and lead the eye back to it. */
  const kit = { ...facts, model, redraw: (name) => draw(name) };

  function show(element) {
    shown = element;
    draw();
  }

  function draw(name = place.contains(document.activeElement) ? document.activeElement.name : "") {
    const parts = shown ? partsOf(shown, kit, facts) : [];
    place.replaceChildren(...parts);
    if (facts.readonly) for (const part of place.querySelectorAll("fieldset")) part.disabled = true;
    if (name) place.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
  }

  /** Keep the heading in step with the field that is being written. */
  function name() {
    place.querySelector("#panel-title")?.replaceWith(heading(shown, facts.words));
  }

  place.addEventListener(
    "change",
    () => {
      writing = true;
    },
    true,
  );
  place.addEventListener("change", () => {
    writing = false;
  });
  studio.on("elements.changed", ({ elements }) => {
    if (!shown || !elements.some((each) => each === shown || each === shown.label)) return;
    if (writing) name();
    else draw();
  });
  return {
    show,
    marks: () => shown && place.querySelector("[data-marks]")?.replaceChildren(...[facts.marks(shown)].filter(Boolean)),
    commit: () =>
      place.contains(document.activeElement) &&
      document.activeElement.dispatchEvent(new Event("change", { bubbles: true })),
    focus: (name) => place.querySelector(`[name="${CSS.escape(name)}"]`)?.focus(),
  };
}

function partsOf(element, kit, facts) {
  const root = processOf(element);
  const { words } = facts;
  const marks = make("div", { "data-marks": true }, facts.marks(element));
  if (root) return [heading(element, words), marks, part(words.part_process, process(element, kit))];
  const made = Object.entries(PARTS).map(([name, build]) => part(words[`part_${name}`], build(element, kit)));
  return [heading(element, words), marks, ...made].filter(Boolean);
}

/** Say what is shown; the words for what nobody named say its kind already. */
function heading(element, words) {
  const root = processOf(element);
  const name = root ? root.name : named(element);
  const kind = root ? words.kinds.process : (words.kinds[kindOf(element)] ?? kindOf(element));
  const said = name ? [`${name} `, make("small", {}, kind)] : [root ? kind : titleOf(element, words)];
  return make("h2", { id: "panel-title" }, ...said);
}

function part(title, controls) {
  const found = (controls ?? []).flat().filter(Boolean);
  return found.length
    ? make("fieldset", { class: "gf-diagram-part" }, title ? make("legend", {}, title) : null, ...found)
    : null;
}
