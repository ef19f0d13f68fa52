// Which steps count by a row of the limit table, beside it, with the way back to each.
import { address } from "../feel.js";
import { element } from "./parts.js";

const LIMIT = "limit";
const quoted = (text) => [...(text ?? "").matchAll(/"([^"]+)"/g)].map((found) => found[1]);

/** Return the names of the limits a row is for; null for any. */
function limitsIn(table, rule) {
  const at = table.input.findIndex((column) => column.inputExpression?.text?.trim() === "step");
  const text = rule.inputEntry[at]?.text?.trim();
  return !text || text === "-" ? null : quoted(text);
}

const isLimits = (table) => table?.$parent?.id === LIMIT;

const ruleOf = (table, id) =>
  table.rule?.find((rule) => [...rule.inputEntry, ...rule.outputEntry].some((cell) => cell.id === id));

function wayBack({ path, diagram, element: id, title }, words) {
  const href = `?path=${encodeURIComponent(path)}#${encodeURIComponent(id)}`;
  return element("li", {}, element("a", { href }, words.user.replace("{step}", title).replace("{diagram}", diagram)));
}

/** Return how to say which steps use the row of a cell; the server is asked once, and only for the limit table. */
export function usersOf(place, words) {
  const section = document.querySelector("[data-users-of]");
  const list = section.querySelector("[data-users]");
  let asked = null;

  const known = async () => {
    const answer = await fetch(address(place, "limits"), { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).users : [];
  };

  return async (table, cell) => {
    section.hidden = !isLimits(table);
    if (section.hidden || !cell) return;
    asked ??= known().catch(() => []);
    const rule = ruleOf(table, cell);
    if (!rule) return;
    const names = limitsIn(table, rule);
    const users = (await asked).filter(({ limit }) => names === null || names.includes(limit));
    const number = table.rule.indexOf(rule) + 1;
    const said = (users.length ? words.users : words.no_users).replace("{number}", number);
    const rows = users.length
      ? [element("ul", { class: "gf-table-list" }, ...users.map((user) => wayBack(user, words)))]
      : [];
    list.replaceChildren(element("p", { class: "gf-quiet" }, said), ...rows);
  };
}
