// Beside the table: what the server says of it - the result of trying, cells that are wrong, gaps and overlaps.
import { COLON, LISTED } from "../../joints.js";
import { cellOf, columnName, columnsOf, element } from "./parts.js";

const list = (items) => element("ul", { class: "gf-table-list" }, ...items);
const quiet = (text) => element("p", { class: "gf-quiet" }, text);

function button(text, act) {
  const made = element("button", { class: "gf-plain gf-table-go", type: "button" }, text);
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
  const hits = numbers.length ? words.hits.replace("{numbers}", numbers.join(LISTED)) : words.no_hits;
  const result = element("div", {}, `${words.result}${COLON}`, shown(answer.value, table, words));
  place.replaceChildren(...(table ? [element("p", {}, hits)] : []), result);
}

/** Return the place of a problem in words: the rule and the column, or the column's head. */
export function placeOf(table, problem, words) {
  const columns = columnsOf(table);
  const at = columns.findIndex((column) => column.id === problem.column);
  if (at < 0) return "";
  const column = columnName(columns[at], at + 1, words);
  const text = problem.row ? words.cell_place : words.head_place;
  return text.replace("{rule}", problem.row).replace("{column}", column);
}

/** List the wrong cells; pressing one goes to it. */
export function sayProblems(problems, table, words, go) {
  const rows = problems.map((problem) => {
    const where = table ? placeOf(table, problem, words) : "";
    const text = where ? `${where}${COLON}${problem.message}` : problem.message;
    return element("li", {}, where ? button(text, () => go(cellOf(table, problem))) : text);
  });
  const place = document.querySelector("[data-problems]");
  place.replaceChildren(rows.length ? list(rows) : quiet(words.no_problems));
}

/** List gaps, each with a way to fill it, overlaps and dead rules, each with a way to see them, and what is not known. */
export function sayAnalysis(answer, words, { fill, point }) {
  const { gaps = [], overlaps = [], never = [], unknown = [], complete = true } = answer;
  const pointing = (text, rules) =>
    element(
      "li",
      {},
      button(text, () => point(rules)),
    );
  const gapRows = gaps.map((gap) =>
    element("li", {}, element("p", {}, gap.words), ...(fill ? [button(words.add_rule, () => fill(gap))] : [])),
  );
  const certain = complete && !unknown.length;
  const parts = [
    [words.gaps, gapRows, certain && words.no_gaps],
    [words.overlaps, overlaps.map((one) => pointing(one.words, one.rules)), certain && words.no_overlaps],
    [words.never, never.map((one) => pointing(one.words, [one.rule])), ""],
    [words.unknown, unknown.map((one) => pointing(one.words, [one.rule])), ""],
  ];
  const said = parts.flatMap(([head, rows, none]) => {
    if (!rows.length && !none) return [];
    return [element("h3", {}, head), rows.length ? list(rows) : quiet(none)];
  });
  if (!complete) said.push(quiet(words.not_complete));
  document.querySelector("[data-analysis]").replaceChildren(...said);
}

/** Say why there is no analysis. */
export function sayNoAnalysis(why) {
  document.querySelector("[data-analysis]").replaceChildren(quiet(why));
}
