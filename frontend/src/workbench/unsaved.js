// What an editor holds and the server has not: kept on this device until it has arrived, put back when the page is
// opened again. Each tab keeps its own copy, so that two tabs without a connection do not write over each other.

const PREFIX = "gridflow.draft."; // as the drafts of forms: dropped when somebody signs out, or after a week
const TAB = "gridflow.tab";

const tab = ownTab();
let begun = null; // the copy of another tab this page began with, until this one keeps or saves it

const base = (place) => PREFIX + place.dataset.draftKey;
const name = (place) => `${base(place)}#${tab}`;

/** Return the name of this tab; a tab made as its double finds none, and takes another. */
function ownTab() {
  try {
    const found = sessionStorage.getItem(TAB) ?? freshName();
    sessionStorage.removeItem(TAB);
    window.addEventListener("pagehide", () => sessionStorage.setItem(TAB, found));
    window.addEventListener("pageshow", () => sessionStorage.removeItem(TAB));
    return found;
  } catch {
    return freshName();
  }
}

function freshName() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2, 10);
}

/** Keep a text with the mark of what it was written from; false where the browser keeps nothing. */
export function keep(place, text, seen) {
  try {
    localStorage.setItem(name(place), JSON.stringify({ at: Date.now(), text, seen }));
    dropBegun();
    return true;
  } catch {
    return false;
  }
}

/** Forget what was kept: the server has it, or nobody wants it. */
export function forget(place) {
  drop(name(place));
  dropBegun();
}

/** Forget a copy of another tab. */
export function drop(copy) {
  try {
    localStorage.removeItem(copy);
  } catch {
    // Nothing was kept, so there is nothing to forget.
  }
}

/** Forget the copy this page began with, unless its tab is open still and has written since. */
function dropBegun() {
  if (begun && kept(begun.name)?.at === begun.at) drop(begun.name);
  begun = null;
}

/** Return the text to begin with: what this tab kept, else what another kept last, else what the server has. */
export function begunWith(place, text) {
  const found = "readonly" in place.dataset ? [] : copies(place).filter((copy) => differs(copy, text));
  const copy = found.find((one) => one.name === name(place)) ?? found[0];
  if (!copy) return text;
  begun = copy;
  place.dataset.seen = copy.seen;
  place.dataset.keptAt = String(copy.at);
  return copy.text;
}

/** Tell whether a copy has anything the server has not; drop it if not. */
function differs(copy, text) {
  if (copy.text !== text) return true;
  drop(copy.name);
  return false;
}

/** Return the copies this page did not begin with, the newest first. */
export function otherCopies(place) {
  return copies(place).filter((copy) => ![name(place), begun?.name].includes(copy.name) && copy.text !== begun?.text);
}

/** Let this tab begin with another copy the next time; what it kept itself becomes one to choose. */
export function beginNextWith(place, copy) {
  const own = localStorage.getItem(name(place));
  if (own) localStorage.setItem(`${base(place)}#${freshName()}`, own);
  localStorage.setItem(name(place), localStorage.getItem(copy));
  localStorage.removeItem(copy);
}

/** Return what is kept of a file, the newest first. */
function copies(place) {
  try {
    const names = Object.keys(localStorage).filter((each) => each.split("#")[0] === base(place));
    const found = names.flatMap((each) => (kept(each) ? [{ name: each, ...kept(each) }] : []));
    return found.sort((one, other) => other.at - one.at);
  } catch {
    return [];
  }
}

function kept(copy) {
  try {
    return JSON.parse(localStorage.getItem(copy));
  } catch {
    return null;
  }
}
