// The buttons above the drawing and the keys that work outside of it.

import { arrange } from "./arranging.js";
import { usePasting } from "./pasting.js";

const ZOOM = { in: 1, out: -1 };

/** Let the buttons of the toolbar act on the drawing. */
export function useTools(place, studio, facts) {
  const stack = studio.get("commandStack");
  const button = (name) => place.querySelector(`[data-tool=${name}]`);
  const acts = {
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    fit: () => studio.fit(),
    in: () => studio.get("zoomScroll").stepZoom(ZOOM.in),
    out: () => studio.get("zoomScroll").stepZoom(ZOOM.out),
    search: () => setTimeout(() => studio.get("searchPad").toggle()),
    copy: () => studio.get("editorActions").trigger("copy"),
    paste: () => studio.get("editorActions").trigger("paste"),
    align: () => align(studio),
    arrange: () => arrangeAll(place, studio, facts),
    map: () => studio.get("minimap").toggle(),
  };
  for (const [name, act] of Object.entries(acts)) button(name)?.addEventListener("click", act);
  const able = () => {
    for (const [name, can] of [
      ["undo", stack?.canUndo()],
      ["redo", stack?.canRedo()],
      ["align", studio.get("selection").get().length > 1],
      ["copy", studio.get("selection").get().length > 0],
    ]) {
      button(name)?.setAttribute("aria-disabled", String(!can));
    }
  };
  studio.on("commandStack.changed", able);
  studio.on("selection.changed", able);
  able();
  studio.on("minimap.toggle", ({ open }) => button("map").setAttribute("aria-pressed", String(open)));
  usePasting(place, studio, facts.words, (text) => {
    place.querySelector("[data-part=said]").textContent = text;
  });
  if (stack) place.addEventListener("keydown", (event) => keys(event, acts));
  for (const toggle of place.querySelectorAll("[data-folds]")) fold(place, toggle, studio);
}

function align(studio) {
  const chosen = studio.get("selection").get();
  if (chosen.length < 2) return;
  const { left, top } = document.querySelector("[data-tool=align]").getBoundingClientRect();
  studio.get("popupMenu").open(chosen, "align-elements", { x: left, y: top + 48 });
}

/** Have the server lay the drawing out anew, and say how it went; what is drawn meanwhile is not lost. */
async function arrangeAll(place, studio, { words, ask }) {
  const said = place.querySelector("[data-part=said]");
  said.textContent = words.arranging;
  try {
    const { text } = await ask("layout", { path: place.dataset.path, text: await studio.xml() });
    const done = text && (await arrange(studio, text));
    said.textContent = done ? words.arranged : text ? words.foldedStays : words.notArranged;
    if (done) studio.begin();
  } catch {
    said.textContent = words.notArranged;
  }
}

/** What Ctrl does on the canvas it does from the list and the buttons too, except while one writes or marks a text. */
function keys(event, acts) {
  if (
    !(event.ctrlKey || event.metaKey) ||
    event.target.closest("input, textarea, select, [contenteditable], .djs-container")
  )
    return;
  const name = { z: event.shiftKey ? "redo" : "undo", y: "redo", c: "copy", v: "paste" }[event.key.toLowerCase()];
  if (!name || (name === "copy" && !getSelection().isCollapsed)) return;
  event.preventDefault();
  acts[name]();
}

function fold(place, toggle, studio) {
  toggle.addEventListener("click", () => {
    const side = place.querySelector(`#${toggle.getAttribute("aria-controls")}`);
    side.hidden = !side.hidden;
    toggle.setAttribute("aria-expanded", String(!side.hidden));
    studio.get("canvas").resized();
  });
}
