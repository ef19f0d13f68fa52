// Fields for expressions: checked on the server after a pause, names completed, an expression tried over values.

import { completeNames } from "./completing.js";
import { ask } from "./saving.js";

const PAUSE = 400;
const known = new Map();
let made = 0;

function words() {
  const place = document.querySelector("[data-feel-words]");
  return place ? JSON.parse(place.textContent) : {};
}

/** Return the address of what the server knows about the revision an editor belongs to: `feel`, `names`, `table` … */
export function address(place, what) {
  return new URL(what, new URL(place.dataset.files, location.href)).pathname;
}

/** Fetch what an expression of the editor's file may use, once for a page: `names` and `functions`. */
function usable(place) {
  const from = `${address(place, "names")}?path=${encodeURIComponent(place.dataset.path)}`;
  if (!known.has(from)) {
    const none = { names: [], functions: [] };
    const fetched = fetch(from, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : none))
      .catch(() => none);
    known.set(from, fetched);
  }
  return known.get(from);
}

/** Fetch the names an expression of the editor's file may use, with type, label and source. */
export async function namesOf(place) {
  return (await usable(place)).names;
}

/** Evaluate an expression over `values`, or over what a `case` shows; answers value, type, failed, notes, problems. */
export function tryExpression(place, text, { kind = "expression", ...over } = {}) {
  return ask(place, address(place, "feel"), { path: place.dataset.path, text, kind, ...over });
}

function said(problem) {
  const { position = "{message}" } = words();
  return position.replace("{message}", problem.message.replace(/。$/, "")).replace("{place}", problem.position + 1);
}

/** Put what stands beneath a field after it: the list of names, and the message that tells what is wrong. */
function beneath(input) {
  made += 1;
  const under = Object.assign(document.createElement("div"), { className: "gf-feel" });
  const list = Object.assign(document.createElement("ul"), { className: "gf-feel-names" });
  list.ariaLabel = words().names ?? "";
  const message = Object.assign(document.createElement("p"), { className: "gf-wrong", hidden: true });
  Object.assign(message, { id: `gf-feel-${made}`, role: "status" });
  under.append(list, message);
  input.after(under);
  const described = [input.getAttribute("aria-describedby"), message.id].filter(Boolean).join(" ");
  input.setAttribute("aria-describedby", described);
  return { under, list, message };
}

/**
 * Turn a field into one for an expression: checked after each pause, names completed. `kind` is expression, unary (a
 * table cell) or value. `names` defaults to those of the editor's file as it is saved; `more` returns names that are
 * known to the editor only. Returns `check`, for a value set by a script, and `remove`.
 */
export function feelField(input, { place, kind = "expression", names = null, more = () => [] } = {}) {
  const { under, list, message } = beneath(input);
  let waiting = 0;
  let asked = 0;

  function tell(problem) {
    message.hidden = !problem;
    message.textContent = problem ? said(problem) : "";
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.dispatchEvent(new CustomEvent("feel", { bubbles: true, detail: { problem: problem ?? null } }));
  }

  async function check() {
    clearTimeout(waiting);
    asked += 1;
    const mine = asked;
    const text = input.value;
    if (!text.trim()) return tell(null);
    try {
      const { problems = [] } = await tryExpression(place, text, { kind, more: more() });
      if (mine === asked && input.isConnected) tell(problems[0]);
    } catch {
      if (mine === asked) tell(null); // the file is checked as a whole before it is published
    }
  }

  input.classList.add("gf-code");
  input.spellcheck = false;
  completeNames(input, list, async () => [
    ...more().map((name) => ({ name })),
    ...((await names) ?? (await namesOf(place))),
    ...(await usable(place)).functions,
  ]);
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  });
  if (input.value) check();
  return { check, remove: () => under.remove() };
}
