// The diagram of a case with the path it took. The watermark of the library stays as its licence asks.
import "./viewer.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { fit } from "./fitting.js";

const READABLE = 0.45;

function mark(canvas, registry, ids, name) {
  for (const id of ids) if (registry.get(id)) canvas.addMarker(id, name);
}

/** Show the whole drawing; where that would be too small to read, the place where the case stands. */
function begin(canvas, registry, drawing) {
  fit(canvas);
  if (canvas.zoom() >= READABLE) return;
  const here = [...drawing.active, ...drawing.taken].map((id) => registry.get(id)).find(Boolean);
  canvas.zoom(READABLE);
  if (here) canvas.scrollToElement(here, { top: 80, right: 60, bottom: 80, left: 60 });
}

async function show(place) {
  const answer = await fetch(place.dataset.diagram, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const drawing = await answer.json();
  const picture = place.querySelector("img");
  const viewer = new NavigatedViewer({ container: place });
  await viewer.importXML(drawing.xml);
  picture?.remove();
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  mark(canvas, registry, drawing.flows, "gf-taken");
  mark(canvas, registry, drawing.taken, "gf-taken");
  mark(canvas, registry, drawing.active, "gf-active");
  begin(canvas, registry, drawing);
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "fit") fit(canvas);
      else viewer.get("zoomScroll").stepZoom(Number(button.dataset.zoom));
    });
  }
}

for (const place of document.querySelectorAll("[data-diagram]")) show(place);
