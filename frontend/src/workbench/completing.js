// Completion of names while an expression is typed: a list beneath the field, for keyboard, mouse and touch.

const MOST = 12;
const WORD = /[\p{L}_][\p{L}\p{N}_.]*$/u;
const ENOUGH = 2; // letters typed, from which on the first name is chosen at once
const KEYWORDS = /^(and|or|in|if|then|else|for|return|some|every|satisfies|between|not|true|false|null)$/;
const AWAY = ["ArrowLeft", "ArrowRight", "Home", "End"]; // the caret leaves the word
let made = 0;

/** Return the unfinished word before the caret; null inside a text in quotes or where nothing is being typed. */
function wordAt(input) {
  if (input.selectionStart !== input.selectionEnd) return null;
  const before = input.value.slice(0, input.selectionStart);
  if ((before.match(/(?<!\\)["“”]/g) ?? []).length % 2) return null;
  return before.match(WORD)?.[0] ?? "";
}

/** Return the names that fit a word, those that begin with it first; entries of contexts only once asked for. */
function fitting(names, word) {
  const wanted = word.toLowerCase();
  const begins = names.filter((one) => one.name.toLowerCase().startsWith(wanted));
  const says = names.filter((one) => !begins.includes(one) && (one.label ?? "").toLowerCase().includes(wanted));
  const whole = (one) => !one.name.includes(".") || word.includes(".") || wanted.length > 2;
  return [...begins, ...says].filter((one) => whole(one) && one.name !== word).slice(0, MOST);
}

/** Return which name is chosen at once: the first that begins as was typed, unless what was typed is whole already. */
function chosen(names, word, found) {
  if (word.length < ENOUGH || KEYWORDS.test(word) || names.some((one) => one.name === word)) return -1;
  return found[0]?.name.toLowerCase().startsWith(word.toLowerCase()) ? 0 : -1;
}

function option(id, one) {
  const item = document.createElement("li");
  item.id = id;
  item.role = "option";
  const name = Object.assign(document.createElement("span"), { textContent: one.name });
  const said = [one.label, one.source].filter(Boolean).join(" · ");
  item.append(name, Object.assign(document.createElement("small"), { textContent: said }));
  return item;
}

/** Give a field a list of the names that fit what is typed; `names` returns them, or a promise of them. */
export function completeNames(input, list, names) {
  made += 1;
  const own = `gf-names-${made}`;
  let shown = [];
  let at = -1;
  let taking = false;

  Object.assign(list, { id: own, role: "listbox", hidden: true });
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", own);
  if (input.tagName === "INPUT") Object.assign(input, { role: "combobox", ariaExpanded: "false", autocomplete: "off" });

  function mark(place) {
    at = place;
    for (const [number, item] of [...list.children].entries()) item.ariaSelected = String(number === at);
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function show(found, first = -1) {
    shown = found;
    list.replaceChildren(...found.map((one, number) => option(`${own}-${number}`, one)));
    list.hidden = !found.length;
    if (input.role === "combobox") input.ariaExpanded = String(!list.hidden);
    mark(first);
  }

  function take(one) {
    const end = input.selectionStart;
    input.setRangeText(one.name, end - (wordAt(input)?.length ?? 0), end, "end");
    show([]);
    taking = true;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    taking = false;
  }

  async function suggest(asked = false) {
    const word = wordAt(input);
    if (word === null || !(word || asked)) return show([]);
    const known = await names();
    if (wordAt(input) !== word || document.activeElement !== input) return;
    const found = fitting(known, word);
    show(found, chosen(known, word, found));
  }

  function pressed(event) {
    if (event.isComposing) return;
    if (event.key === " " && event.ctrlKey) suggest(true);
    else if (list.hidden || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    else if (event.key === "ArrowDown") mark((at + 1) % shown.length);
    else if (event.key === "ArrowUp") mark((Math.max(at, 0) - 1 + shown.length) % shown.length);
    else if (event.key === "Escape") show([]);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) take(shown[at]);
    else return AWAY.includes(event.key) ? show([]) : undefined;
    event.preventDefault();
    event.stopPropagation();
  }

  input.addEventListener("input", (event) => event.isComposing || taking || suggest());
  input.addEventListener("compositionend", () => suggest());
  input.addEventListener("keydown", pressed);
  for (const left of ["blur", "pointerdown"]) input.addEventListener(left, () => show([]));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const place = [...list.children].indexOf(event.target.closest("li"));
    if (place >= 0) take(shown[place]);
  });
}
