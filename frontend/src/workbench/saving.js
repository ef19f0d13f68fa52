// Saves what an editor holds: a draft after every pause, a whole edition when asked. Nothing typed is lost: what was
// written at the same time as somebody else is kept beside theirs, and the page says so.

const PAUSE = 2_000;

/** Return the words the page gives its script, in the language of the page. */
export function pageWords() {
  const place = document.querySelector("[data-words]");
  return place ? JSON.parse(place.textContent) : {};
}

/** Send JSON to an address of our own and return the answer, with `ok` beside what it says. */
export async function ask(place, address, body, method = "POST") {
  const answer = await fetch(address, {
    method,
    body: JSON.stringify(body),
    headers: { "X-CSRFToken": place.dataset.token, "Content-Type": "application/json", Accept: "application/json" },
  });
  return { ok: answer.ok, ...(await answer.json()) };
}

/**
 * Keep the file of an editor saved. `read` returns its text, or a promise of it. Returns `changed`, to be called at each
 * change, and `save`, which saves a whole edition at once.
 */
export function keepSaved(place, read) {
  const status = document.querySelector("[data-saved]");
  const words = status.dataset;
  let seen = place.dataset.seen;
  let waiting = 0;
  let dirty = false;
  let running = Promise.resolve();

  function tell(text, tone) {
    status.textContent = text;
    status.dataset.tone = tone;
  }

  async function send(draft) {
    clearTimeout(waiting);
    dirty = false;
    tell(words.saving, "quiet");
    try {
      const body = { path: place.dataset.path, text: await read(), seen, draft };
      const answer = await ask(place, place.dataset.files, body, "PUT");
      if (!answer.ok) {
        dirty = true;
        return tell(answer.problem ?? words.failed, "late");
      }
      seen = answer.seen;
      const said = answer.aside ? words.aside : draft ? words.drafted : words.kept;
      tell(said.replace("{number}", answer.number).replace("{at}", answer.at), answer.aside ? "late" : "done");
    } catch {
      dirty = true;
      tell(words.failed, "late");
    }
  }

  /** One after the other: a save must know the mark of the one before. */
  function save(draft = false) {
    running = running.then(() => send(draft));
    return running;
  }

  function changed() {
    if ("readonly" in place.dataset) return;
    dirty = true;
    tell(words.unsaved, "quiet");
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE, true);
  }

  document.querySelector("[data-save]")?.addEventListener("click", () => save());
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (!("readonly" in place.dataset)) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  return { changed, save };
}
