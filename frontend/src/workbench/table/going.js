// Ways through the table from outside it: to a cell, to rules, a new rule for a gap.
import { tableOf } from "./parts.js";

const inPlace = (id) => document.querySelector(`[data-table] [data-element-id="${CSS.escape(id)}"]`);

/** Go to a cell: bring it into sight and stand in it, or select what cannot be written in. */
export function goTo(editor, id) {
  const viewer = editor.getActiveViewer();
  const found = viewer.get("elementRegistry").get(id);
  const cell = inPlace(id);
  cell?.scrollIntoView({ block: "center", inline: "center" });
  const field = cell?.querySelector("[contenteditable]");
  if (field) field.focus();
  else if (found) viewer.get("selection", false)?.select(found);
}

/** Go to the first result of a rule. */
export function goToRule(editor, id) {
  const rule = tableOf(editor).rule.find((each) => each.id === id);
  goTo(editor, rule.outputEntry[0].id);
}

/** Bring the first of some rules into sight. */
export function showRules(ids) {
  if (ids.length) inPlace(ids[0])?.scrollIntoView({ block: "center" });
}

/** Add a rule that asks for what no rule asks for, by the text of the inputs; returns its number. */
export function addRule(editor, cells) {
  const viewer = editor.getActiveViewer();
  const modeling = viewer.get("modeling");
  const table = tableOf(editor);
  const row = modeling.addRow({ type: "dmn:DecisionRule" });
  for (const [at, column] of table.input.entries()) {
    const test = cells[column.inputExpression?.text?.trim() ?? ""];
    if (test) modeling.editCell(row.cells[at].businessObject, test);
  }
  const output = row.cells[table.input.length];
  if (output) goTo(editor, output.id);
  return table.rule.length;
}
