// The list of everything in the diagram, in the order in which it comes: the way in for those who do not use the canvas.
import { filled, make } from "./make.js";
import { kindOf } from "./model.js";
import { inOrder, leaving } from "./order.js";
import { named, quoted, titleOf } from "./titles.js";

/** Show the list in `place` and keep it in step with the drawing; `open` is told what somebody chooses. */
export function listElements(place, studio, facts) {
  const { open, remove } = facts;
  let asked = false;
  let pressed = false; // a click must end on the entry it began on

  function draw() {
    if (pressed) return requestAnimationFrame(draw);
    asked = false;
    const focused = place.contains(document.activeElement);
    const chosen = studio.selected();
    const groups = inOrder(studio.registry).map(([lane, nodes]) => group(lane, nodes, facts));
    place.replaceChildren(...groups);
    return mark(chosen, focused);
  }

  /** Mark the selected element; exactly one entry can be reached by tab. */
  function mark(element, focus = false) {
    const options = [...place.querySelectorAll("[role=option]")];
    for (const each of options) each.setAttribute("aria-selected", String(each.dataset.element === element?.id));
    const current = options.find((each) => each.dataset.element === element?.id) ?? options[0];
    for (const each of options) each.tabIndex = each === current ? 0 : -1;
    if (current && focus) current.focus();
    if (element) current?.scrollIntoView({ block: "nearest" });
  }

  const press = (on) => () => {
    pressed = on;
  };
  place.addEventListener("pointerdown", press(true));
  document.addEventListener("pointerup", press(false));
  document.addEventListener("pointercancel", press(false));
  place.addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (chosen) open(chosen.dataset.element, false);
  });
  place.addEventListener("keydown", (event) => keys(event, place, open, remove));
  const later = () => {
    if (!asked) requestAnimationFrame(draw);
    asked = true;
  };
  for (const change of ["elements.changed", "shape.removed", "connection.removed"]) studio.on(change, later);
  studio.on("selection.changed", () => mark(studio.selected()));
  draw();
  return { draw: later };
}

/** Return a lane with its elements and their ways out. */
function group(lane, nodes, facts) {
  const { words } = facts;
  const title = lane ? titleOf(lane, words) : words.noLane;
  const options = nodes.flatMap((node) => [
    option(node, titleOf(node, words), named(node) && (words.kinds[kindOf(node)] ?? kindOf(node)), "node", facts),
    ...leaving(node).map((flow) => option(flow, wayOf(flow, words), "", "flow", facts)),
  ]);
  const first = lane ? option(lane, title, words.kinds.lane, "lane", facts) : null;
  return make("div", { role: "group", "aria-label": title }, first, ...options);
}

function wayOf(flow, words) {
  const { name } = flow.businessObject;
  return filled(name ? words.wayNamed : words.way, { name, target: quoted(flow.target, words) });
}

function option(element, name, kind, depth, { marksOf, words }) {
  const found = marksOf(element.id);
  const sign = found.length ? signed(found, words) : null;
  const place = { "data-element": element.id, "data-depth": depth, tabindex: "-1", "aria-selected": "false" };
  return make(
    "div",
    { role: "option", id: `outline-${element.id}`, ...place },
    make("span", { class: "gf-outline-name" }, name),
    kind ? [" ", make("small", {}, kind)] : null,
    sign,
  );
}

/** Return how many errors, or else warnings, an element has. */
function signed(found, words) {
  const severity = worst(found);
  const said = filled(severity === "error" ? words.errors : words.warnings, { number: found.length });
  return make("span", { class: "gf-outline-sign", "data-severity": severity }, " ", said);
}

function keys(event, place, open, remove) {
  const options = [...place.querySelectorAll("[role=option]")];
  const at = options.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 }[event.key];
  if (next !== undefined && options[next]) {
    event.preventDefault();
    open(options[next].dataset.element, false);
    options[next].focus();
  } else if (event.key === "Delete") {
    remove(options[at]?.dataset.element);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    open(options[at]?.dataset.element, true);
  }
}

const worst = (found) => (found.some((each) => each.severity === "error") ? "error" : "warning");
