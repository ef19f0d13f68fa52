// The library of decision tables, in Chinese: one editor or viewer of a whole file.
import Modeler from "dmn-js/lib/Modeler";
import Viewer from "dmn-js/lib/NavigatedViewer";
import chinese from "./chinese.json";

// Without "Any": no type says the same, and the library has that word for a hit policy as well.
const TYPES = ["string", "number", "boolean", "date", "time", "dateTime", "dayTimeDuration", "yearMonthDuration"];
const VIEWS = ["drd", "decisionTable", "literalExpression", "boxedExpression"];

/** What the dictionary lacks, for the tests: each would stand on the page in English. */
export const misses = new Set();

/** Put a text of the library into the language of the page; `own` are names of the file, which stay. */
function translator(own) {
  const inChinese = document.documentElement.lang.startsWith("zh");
  return (text, values = {}) => {
    if (inChinese && text && !(text in chinese) && !own.includes(text)) misses.add(text);
    const said = (inChinese && chinese[text]) || text;
    return said.replace(/{([^}]+)}/g, (whole, key) => values[key.trim()] ?? whole);
  };
}

/** Return the names of types a file uses beside the usual ones. */
function typesOf(xml) {
  const used = [...xml.matchAll(/typeRef="([^"]+)"/g)].map((found) => found[1]);
  return [...new Set(used)].filter((type) => !TYPES.includes(type));
}

/** Keep the library's lists and menus open: pressing them would else move the focus to the page around them. */
function keepMenus(event) {
  const menu = event.target.closest(".context-menu, .dms-select-options");
  if (menu && !event.target.closest("input, textarea, select, button, a, [contenteditable]")) event.preventDefault();
}

/** Make the editor of a file, or with `readonly` its viewer. */
export function library(container, xml, readonly) {
  const types = typesOf(xml);
  const common = { dataTypes: [...TYPES, ...types] };
  const translate = { translate: ["value", translator(types)] };
  const views = VIEWS.map((view) => [view, { additionalModules: [translate] }]);
  container.addEventListener("mousedown", keepMenus, true);
  const Kind = readonly ? Viewer : Modeler;
  return new Kind({ container, common, ...Object.fromEntries(views) });
}
