// The drawing itself: the library's modeler, or its viewer for those who may only look.

import OutlineModule from "bpmn-js/lib/features/outline";
import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import MinimapModule from "diagram-js-minimap";
import { fit } from "../../fitting.js";
import Arranging from "./arranging.js";
import SharedClipboard from "./clipboard.js";
import Identifiers from "./identifiers.js";
import Limits from "./limits.js";
import FreePlaces from "./placing.js";
import { translating } from "./translating.js";
import { gridflow, KeptNames, keepNames, spiffworkflow } from "./vocabulary.js";

const EDITING = [MinimapModule, Limits, Identifiers, KeptNames, FreePlaces, Arranging, SharedClipboard];
const PALETTE = 120; // the room it takes
const READABLE = 0.5;
const FIRST = 0.75;

/** Draw `xml` in `place` and return what the rest of the page needs of it. */
export async function openStudio(place, xml, { drawing, readonly }) {
  const language = translating(document.documentElement.lang);
  const options = { container: place, moddleExtensions: { gridflow, spiffworkflow }, drawing };
  const modeler = readonly
    ? new NavigatedViewer({ ...options, additionalModules: [language, OutlineModule] })
    : new Modeler({ ...options, additionalModules: EDITING.concat(language) });
  modeler.on("import.parse.complete", ({ warnings }) => keepNames(modeler.get("moddle"), warnings));
  const { warnings } = await modeler.importXML(xml);
  for (const tool of place.querySelectorAll(".djs-palette .entry")) tool.title = tool.ariaLabel; // for the pointer too
  const studio = studioOf(modeler, readonly ? undefined : PALETTE);
  studio.begin();
  return { ...studio, warnings };
}

function studioOf(modeler, left) {
  const registry = modeler.get("elementRegistry");
  const selection = modeler.get("selection");
  const canvas = modeler.get("canvas");
  return {
    modeler,
    registry,
    get: (name) => modeler.get(name, false),
    on: (name, listener) => modeler.on(name, listener),
    fit: () => fit(canvas, left),
    /** Begin with the whole drawing, or where it begins if the whole is too small to read. */
    begin() {
      fit(canvas, left);
      const first = registry.find((element) => element.type === "bpmn:StartEvent");
      if (canvas.zoom() >= READABLE || !first) return;
      canvas.zoom(FIRST);
      canvas.scrollToElement(first, { top: 80, right: 60, bottom: 80, left: 40 + (left ?? 0) });
    },
    xml: async () => (await modeler.saveXML({ format: true })).xml,
    /** Return what is selected; with nothing or several things selected, the drawing as a whole. */
    selected: () =>
      selection.get().length === 1 ? (selection.get()[0].labelTarget ?? selection.get()[0]) : canvas.getRootElement(),
    /** Select an element and bring it into sight; without one, nothing. */
    select(id) {
      const element = id && registry.get(id);
      if (!element || element === canvas.getRootElement()) return selection.select([]);
      selection.select(element);
      return canvas.scrollToElement(element, { top: 60, right: 60, bottom: 60, left: 40 + (left ?? 20) });
    },
  };
}
