// Where copies land: at the pointer while that is what somebody works with, else beside what was copied, or in the
// middle of what is seen.

import { getBBox } from "diagram-js/lib/util/Elements";
import { filled } from "./make.js";

const BESIDE = 30;
const NEAR = 10;
const MOST = 20; // copies of one thing that step aside of each other
const HOLDING = ["bpmn:Participant", "bpmn:Lane", "bpmn:SubProcess"];

/** Let copies land without the pointer too; `say` is told what became of them. */
export function usePasting(place, studio, words, say) {
  const actions = studio.get("editorActions");
  if (!actions?.isRegistered("paste")) return;
  const pointed = pointing(place, studio.get("canvas").getContainer());
  actions.unregister("paste");
  actions.register("paste", () => {
    studio.get("copyPaste").paste();
    if (!pointed() && studio.get("dragging").context()) say(land(studio, words));
  });
}

/** Return a way to ask whether somebody works with the mouse over the drawing: no key but a shortcut came since. */
function pointing(place, canvas) {
  let over = false;
  const enter = (event) => {
    over = event.pointerType === "mouse";
  };
  const leave = () => {
    over = false;
  };
  canvas.addEventListener("pointermove", enter);
  canvas.addEventListener("pointerleave", leave);
  place.querySelector("[data-tool=paste]").addEventListener("pointerup", enter);
  document.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || leave(), true);
  return () => over;
}

/** Carry what hangs at the pointer to its place and let go of it there, by the rules that hold for the pointer. */
function land(studio, words) {
  const dragging = studio.get("dragging");
  const { context } = dragging.context().data;
  const { point, target } = spotOf(studio);
  dragging.hover({ element: target, gfx: studio.registry.getGraphics(target) });
  dragging.move(new MouseEvent("mousemove", onPage(studio, point)), true);
  dragging.end();
  if (!context.canExecute) return words.notPasted;
  const pasted = studio
    .get("selection")
    .get()
    .filter((each) => !each.labelTarget);
  studio.get("canvas").scrollToElement(pasted[0], { top: 60, right: 60, bottom: 60, left: 160 });
  return filled(words.pasted, { number: pasted.length });
}

function onPage(studio, { x, y }) {
  const { x: left, y: top, scale } = studio.get("canvas").viewbox();
  const frame = studio.get("canvas").getContainer().getBoundingClientRect();
  return { clientX: frame.left + (x - left) * scale, clientY: frame.top + (y - top) * scale };
}

/** Return where the middle of the copies goes, and what they become parts of. */
function spotOf(studio) {
  const tree = studio.get("clipboard").get();
  const shown = Object.values(tree)
    .flat()
    .filter((each) => !each.hidden);
  const first = tree[0].find((each) => !each.labelTarget && !each.waypoints);
  const middle = middleOf(getBBox(shown));
  const original = studio.registry.get(first.id);
  const seen = studio.get("canvas").viewbox();
  const beside = original?.parent && holds(seen, middle);
  const from = beside ? middle : within(middleOf(seen), framing(studio));
  const apart = { x: middleOf(first).x - middle.x, y: middleOf(first).y - middle.y };
  const step = stepOf(original);
  let point = beside ? moved(from, step) : from;
  for (let tried = 0; tried < MOST && taken(studio, moved(point, apart)); tried += 1) point = moved(point, step);
  return { point, target: beside ? (original.host ?? original.parent) : holder(studio, point) };
}

/** Return which way copies step aside: what sits on an edge stays on it. */
function stepOf(original) {
  const { host } = original ?? {};
  if (!host) return { x: BESIDE, y: BESIDE };
  const { y } = middleOf(original);
  return y <= host.y || y >= host.y + host.height ? { x: BESIDE, y: 0 } : { x: 0, y: BESIDE };
}

function taken(studio, { x, y }) {
  const near = (each) => Math.hypot(middleOf(each).x - x, middleOf(each).y - y) < NEAR;
  return studio.registry.find((each) => each.width && !each.waypoints && !each.labelTarget && near(each));
}

/** Return the innermost frame round a point, else the drawing. */
function holder(studio, point) {
  const frames = studio.registry.filter((each) => frame(each) && holds(each, point));
  const area = ({ width, height }) => width * height;
  return frames.sort((one, other) => area(one) - area(other))[0] ?? studio.get("canvas").getRootElement();
}

/** Return the pool everything must stand in, if there is one. */
function framing(studio) {
  return studio.registry.find((each) => each.type === "bpmn:Participant");
}

const frame = (each) =>
  !each.collapsed && !each.labelTarget && HOLDING.some((type) => each.businessObject?.$instanceOf?.(type));
const middleOf = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
const moved = ({ x, y }, by) => ({ x: x + by.x, y: y + by.y });
const holds = (box, { x, y }) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
const within = ({ x, y }, box) =>
  box
    ? {
        x: Math.min(Math.max(x, box.x), box.x + box.width),
        y: Math.min(Math.max(y, box.y), box.y + box.height),
      }
    : { x, y };
