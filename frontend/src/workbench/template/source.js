// The source of a template: a plain text area with numbered lines, indentation by Tab, and search.

const INDENT = "  ";

/** Make an editor of a text area; returns how to read it, write into it, and go to a line. */
export function editSource(area, words) {
  const listeners = [];
  const changed = () => {
    number(area);
    for (const each of listeners) each();
  };
  number(area);
  area.addEventListener("input", changed);
  area.addEventListener("scroll", () => {
    lines().scrollTop = area.scrollTop;
  });
  indentByTab(area, changed);
  searchIn(area, words);
  return {
    text: () => area.value,
    onChange: (listener) => listeners.push(listener),
    goTo: (line) => select(area, ...spanOf(area.value, line)),
    insert: (text) => {
      if (area.readOnly) return;
      area.focus();
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      changed();
    },
    mark: (bad) => number(area, bad),
  };
}

const lines = () => document.querySelector("[data-lines]");

/** Number the lines; those in `bad` stand out. */
function number(area, bad = new Set()) {
  const count = area.value.split("\n").length;
  const rows = [];
  for (let line = 1; line <= count; line += 1) rows.push(bad.has(line) ? `${line} !` : String(line));
  lines().textContent = rows.join("\n");
  lines().scrollTop = area.scrollTop;
}

/** Return where a line begins and ends. */
function spanOf(text, line) {
  let start = 0;
  for (let each = 1; each < line; each += 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  return [start, end < 0 ? text.length : end];
}

/** Select a part of the text and bring it into the middle. */
function select(area, start, end) {
  area.focus();
  area.setSelectionRange(start, end);
  const line = area.value.slice(0, start).split("\n").length;
  const height = Number.parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = (line - 1) * height - area.clientHeight / 2;
}

/** Let Tab indent; after Escape it leaves the field, as everywhere else. */
function indentByTab(area, changed) {
  let leaves = false;
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      leaves = true;
      return;
    }
    if (event.key !== "Tab" || leaves || area.readOnly || event.ctrlKey || event.altKey) {
      if (event.key !== "Shift") leaves = false;
      return;
    }
    event.preventDefault();
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const old = area.value.slice(from, area.selectionEnd);
    const rows = old.split("\n").map((row) => (event.shiftKey ? row.replace(/^ {1,2}/, "") : INDENT + row));
    const whole = area.selectionStart !== area.selectionEnd || event.shiftKey;
    if (whole) area.setRangeText(rows.join("\n"), from, area.selectionEnd, "select");
    else area.setRangeText(INDENT, area.selectionStart, area.selectionEnd, "end");
    changed();
  });
  area.addEventListener("blur", () => {
    leaves = false;
  });
}

/** Find a text, the next place each time, round again at the end. */
function searchIn(area, words) {
  const form = document.querySelector("[data-search]");
  const status = form.querySelector("[data-found]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = form.querySelector("input").value.toLowerCase();
    const text = area.value.toLowerCase();
    const count = wanted ? text.split(wanted).length - 1 : 0;
    if (!count) {
      status.textContent = wanted ? words.none : "";
      return;
    }
    let at = text.indexOf(wanted, area.selectionEnd);
    if (at < 0) at = text.indexOf(wanted);
    const nth = text.slice(0, at).split(wanted).length;
    status.textContent = words.found.replace("{place}", nth).replace("{count}", count);
    select(area, at, at + wanted.length);
  });
}
