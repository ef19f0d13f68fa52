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

/** The list beneath one field: which names it shows, and which of them is marked. */
class Names {
  constructor(input, list, names) {
    made += 1;
    this.id = `gf-names-${made}`;
    this.input = input;
    this.list = list;
    this.names = names;
    this.shown = [];
    this.at = -1;
    this.taking = false;
  }

  /** Tell assistive technology that the field has a list. */
  declare() {
    const { input, list, id } = this;
    Object.assign(list, { id, role: "listbox", hidden: true });
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    if (input.tagName === "INPUT")
      Object.assign(input, { role: "combobox", ariaExpanded: "false", autocomplete: "off" });
  }

  mark(place) {
    const { input, list } = this;
    this.at = place;
    for (const [number, item] of [...list.children].entries()) item.ariaSelected = String(number === place);
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[place].id);
    list.children[place].scrollIntoView({ block: "nearest" });
  }

  show(found, first = -1) {
    const { input, list } = this;
    this.shown = found;
    list.replaceChildren(...found.map((one, number) => option(`${this.id}-${number}`, one)));
    list.hidden = !found.length;
    if (input.role === "combobox") input.ariaExpanded = String(!list.hidden);
    this.mark(first);
  }

  take(one) {
    const { input } = this;
    const end = input.selectionStart;
    input.setRangeText(one.name, end - (wordAt(input)?.length ?? 0), end, "end");
    this.show([]);
    this.taking = true;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    this.taking = false;
  }

  async suggest(asked = false) {
    const word = wordAt(this.input);
    if (word === null || !(word || asked)) return this.show([]);
    const known = await this.names();
    if (wordAt(this.input) !== word || document.activeElement !== this.input) return;
    const found = fitting(known, word);
    this.show(found, chosen(known, word, found));
  }

  pressed(event) {
    if (event.isComposing) return;
    const { at, list, shown } = this;
    if (event.key === " " && event.ctrlKey) this.suggest(true);
    else if (list.hidden || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    else if (event.key === "ArrowDown") this.mark((at + 1) % shown.length);
    else if (event.key === "ArrowUp") this.mark((Math.max(at, 0) - 1 + shown.length) % shown.length);
    else if (event.key === "Escape") this.show([]);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) this.take(shown[at]);
    else return AWAY.includes(event.key) ? this.show([]) : undefined;
    event.preventDefault();
    event.stopPropagation();
  }

  clicked(event) {
    const place = [...this.list.children].indexOf(event.target.closest("li"));
    if (place >= 0) this.take(this.shown[place]);
  }
}

/** Give a field a list of the names that fit what is typed; `names` returns them, or a promise of them. */
export function completeNames(input, list, names) {
  const shown = new Names(input, list, names);
  shown.declare();
  input.addEventListener("input", (event) => event.isComposing || shown.taking || shown.suggest());
  input.addEventListener("compositionend", () => shown.suggest());
  input.addEventListener("keydown", (event) => shown.pressed(event));
  for (const left of ["blur", "pointerdown"]) input.addEventListener(left, () => shown.show([]));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => shown.clicked(event));
}
