// What an editor holds and the server has not: kept on this device until it has arrived, put back when the page is
// opened again.

const PREFIX = "gridflow.draft."; // as the drafts of forms: dropped when somebody signs out, or after a week

const name = (place) => PREFIX + place.dataset.draftKey;

/** Keep a text with the mark of what it was written from; false where the browser keeps nothing. */
export function keep(place, text, seen) {
  try {
    localStorage.setItem(name(place), JSON.stringify({ at: Date.now(), text, seen }));
    return true;
  } catch {
    return false;
  }
}

/** Forget what was kept: the server has it. */
export function forget(place) {
  try {
    localStorage.removeItem(name(place));
  } catch {
    // Nothing was kept, so there is nothing to forget.
  }
}

/** Return the text to begin with: what was kept on this device, else what the server has. */
export function begunWith(place, text) {
  const found = "readonly" in place.dataset ? null : kept(place);
  if (!found) return text;
  if (found.text === text) {
    forget(place);
    return text;
  }
  place.dataset.seen = found.seen;
  place.dataset.keptAt = String(found.at);
  return found.text;
}

function kept(place) {
  try {
    return JSON.parse(localStorage.getItem(name(place)));
  } catch {
    return null;
  }
}
