// Beside the table: what the server says of it - the result of trying, cells that are wrong, gaps and overlaps.
import { cellsOf, columnName, columnsOf, element } from "./parts.js";

const list = (items) => element("ul", { class: "gf-table-list" }, ...items);
const quiet = (text) => element("p", { class: "gf-quiet" }, text);

function button(text, act) {
  const made = element("button", { class: "gf-link", type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}

/** Say a value in words: a list one below the other, a context by its columns. */
function shown(value, table, words) {
  if (value === null || value === undefined) return words.nothing;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (Array.isArray(value)) return list(value.map((each) => element("li", {}, shown(each, table, words))));
  if (typeof value !== "object") return String(value);
  const labels = new Map((table?.output ?? []).map((column) => [column.name, column.label || column.name]));
  const rows = Object.entries(value).flatMap(([name, each]) => [
    element("dt", {}, labels.get(name) ?? name),
    element("dd", {}, shown(each, table, words)),
  ]);
  return element("dl", { class: "gf-table-values" }, ...rows);
}

/** Say which rules hit and what they give. */
export function sayResult(answer, table, words) {
  const place = document.querySelector("[data-result]");
  if (answer.failed) return place.replaceChildren(element("p", { class: "gf-table-failed" }, answer.failed));
  const numbers = (table?.rule ?? []).flatMap((rule, at) => (answer.hits.includes(rule.id) ? [at + 1] : []));
  const hits = numbers.length ? words.hits.replace("{numbers}", numbers.join("、")) : words.no_hits;
  const result = element("div", { class: "gf-table-result" }, `${words.result}：`, shown(answer.value, table, words));
  place.replaceChildren(element("p", {}, hits), result);
}

/** Return the place of a wrong cell in words: the rule and the column, or the column's head. */
export function placeOf(table, id, words) {
  const columns = columnsOf(table);
  const name = (at) => columnName(columns[at], at + 1, words);
  const head = columns.findIndex((column) => column.id === id || column.inputExpression?.id === id);
  if (head >= 0) return words.head_place.replace("{column}", name(head));
  for (const [number, rule] of (table.rule ?? []).entries()) {
    const at = cellsOf(rule).findIndex((cell) => cell.id === id);
    if (at >= 0) return words.cell_place.replace("{rule}", number + 1).replace("{column}", name(at));
  }
  return "";
}

/** List the wrong cells; pressing one goes to it. */
export function sayProblems(problems, table, words, go) {
  const rows = problems.map((problem) => {
    const where = (table && placeOf(table, problem.cell, words)) || "";
    const text = where ? `${where}：${problem.message}` : problem.message;
    return element("li", {}, where ? button(text, () => go(problem.cell)) : text);
  });
  const place = document.querySelector("[data-problems]");
  place.replaceChildren(rows.length ? list(rows) : quiet(words.no_problems));
}

/** List gaps, each with a way to fill it, and overlaps, each with a way to see its rules. */
export function sayAnalysis(answer, words, { fill, point }) {
  const place = document.querySelector("[data-analysis]");
  if (answer.unanalysed) return place.replaceChildren(quiet(answer.unanalysed || words.not_analysed));
  const gaps = answer.gaps.map((gap) => {
    const add = button(words.add_rule, () => fill(gap));
    return element("li", {}, element("p", {}, gap.words), ...(fill ? [add] : []));
  });
  const overlaps = answer.overlaps.map((one) =>
    element(
      "li",
      {},
      button(one.words, () => point(one.rules)),
    ),
  );
  place.replaceChildren(
    element("h3", {}, words.gaps),
    gaps.length ? list(gaps) : quiet(words.no_gaps),
    element("h3", {}, words.overlaps),
    overlaps.length ? list(overlaps) : quiet(words.no_overlaps),
  );
}
