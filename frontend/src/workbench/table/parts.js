// What a decision table is made of, read from the model of the library.

/** Return the table of what is open, or null. */
export function tableOf(editor) {
  const logic = editor.getActiveView()?.element?.decisionLogic;
  return logic?.$type === "dmn:DecisionTable" ? logic : null;
}

/** Return what people call a column. */
export function columnName(column, number, words) {
  const text = column.label || column.inputExpression?.text || column.name || "";
  return text.trim() || words.column.replace("{number}", number);
}

/** Return the cells of a rule in the order of the columns: inputs, then outputs. */
function cellsOf(rule) {
  return [...(rule.inputEntry ?? []), ...(rule.outputEntry ?? [])];
}

/** Return the columns of a table in order. */
export function columnsOf(table) {
  return [...(table.input ?? []), ...(table.output ?? [])];
}

/** Return the id of what a problem is about: a cell, or the head of a column. */
export function cellOf(table, problem) {
  const at = columnsOf(table).findIndex((column) => column.id === problem.column);
  const rule = problem.row && table.rule?.[problem.row - 1];
  return rule ? cellsOf(rule)[at]?.id : problem.column;
}

/** Return the texts or numbers that occur in an input column or its list of allowed values. */
export function valuesOf(table, number) {
  const texts = (table.rule ?? []).map((rule) => rule.inputEntry?.[number]?.text ?? "");
  texts.push(table.input[number].inputValues?.text ?? "");
  const wanted = table.input[number].inputExpression?.typeRef === "number" ? /-?\d+(?:\.\d+)?/g : /(?<=")[^"]+(?=")/g;
  const found = texts.flatMap((text) => text.match(wanted) ?? []);
  return [...new Set(found)].filter((text) => !/^\s*,\s*$/.test(text));
}

/** Make an element with classes and children in one line. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
