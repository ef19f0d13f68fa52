// The decisions of a file as buttons above the table, the drawing of how they hang together first.
import { element } from "./parts.js";

/** Draw a button for each view of the editor where there is more than one decision. */
export function decisionButtons(editor, words) {
  const place = document.querySelector("[data-decisions]");

  function draw({ views, activeView }) {
    const decisions = views.filter((view) => view.type !== "drd");
    place.hidden = views.length < 3;
    const buttons = [...decisions, ...views.filter((view) => view.type === "drd")].map((view) => {
      const label = view.type === "drd" ? words.drawing : view.name || view.id;
      const current = view.id === activeView?.id ? "true" : undefined;
      const made = element("button", { class: "btn", type: "button", "aria-current": current }, label);
      made.addEventListener("click", () => editor.open(view));
      return made;
    });
    place.replaceChildren(...buttons);
  }

  editor.on("views.changed", draw);
}

/** Return the rule the address of the page points to. */
export const pointedRule = () => decodeURIComponent(location.hash.slice(1));

/** Return the view of the table that has a rule. */
export function viewOfRule(editor, id) {
  const has = (view) => view.element?.decisionLogic?.rule?.some((rule) => rule.id === id);
  return id ? editor.getViews().find((view) => view.type !== "drd" && has(view)) : undefined;
}

/** Return the view to open first: the first decision, whatever else the file draws. */
export function firstView(editor) {
  const views = editor.getViews();
  return views.find((view) => view.type !== "drd") ?? null;
}
