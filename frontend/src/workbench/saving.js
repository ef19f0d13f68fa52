// Saves what an editor holds: a draft after every pause, a whole edition when asked. Nothing typed is lost: what was
// written at the same time as somebody else is kept beside theirs, what cannot be saved stays on this device and is
// tried again, and the page says so.
import { beginNextWith, drop, forget, keep, otherCopies } from "./unsaved.js";

const PAUSE = 2_000;
const AGAIN = 10_000;
const MOST_LEAVING = 60_000; // bytes a browser sends for a page that is gone
const INSTANT = {
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZone: "Asia/Shanghai",
};
const STALE = [400, 401]; // nobody is signed in any more, or somebody has signed in anew

/** Return the words the page gives its script, in the language of the page. */
export function pageWords() {
  const place = document.querySelector("[data-words]");
  return place ? JSON.parse(place.textContent) : {};
}

/** Send JSON to an address of our own and return the answer, with `ok` and `status` beside what it says. */
export async function ask(place, address, body, { method = "POST", leaving = false } = {}) {
  const text = JSON.stringify(body);
  const answer = await fetch(address, {
    method,
    body: text,
    keepalive: leaving && new Blob([text]).size < MOST_LEAVING,
    headers: { "X-CSRFToken": place.dataset.token, "Content-Type": "application/json", Accept: "application/json" },
  });
  const said = await answer.json();
  return { ok: answer.ok, status: answer.status, problem: said.message, ...said };
}

/** Save; where the page is older than the session, it is done with the token of the new one. */
async function put(place, body, leaving) {
  const send = () => ask(place, place.dataset.files, body, { method: "PUT", leaving });
  const answer = await send();
  if (!STALE.includes(answer.status)) return answer;
  const away = await renewed(place);
  return away ? { ok: false, away } : send();
}

/** Take the token of whoever is signed in now; says what stands in the way, if anything. */
async function renewed(place) {
  const page = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (page.redirected || page.status === 401) return "signedOut";
  const now = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-editor]")?.dataset;
  if (now?.draftKey !== place.dataset.draftKey) return "stranger";
  place.dataset.token = now.token;
  return "";
}

/** Return how the page says how its file stands; `act` is a link or a button beside the words. */
function telling(status) {
  return (text, tone, act) => {
    status.replaceChildren(text, ...(act ? [" ", act] : []));
    status.dataset.tone = tone;
  };
}

function made(tag, text, properties) {
  return Object.assign(document.createElement(tag), { textContent: text, ...properties });
}

const instant = (at) => new Intl.DateTimeFormat(document.documentElement.lang, INSTANT).format(at);

/** List the copies other tabs kept on this device; `turn` is told which of them somebody would go on with. */
function offerCopies(place, words, turn) {
  const list = document.querySelector("[data-copies]");
  const found = otherCopies(place);
  const own = Number(place.dataset.keptAt ?? 0);
  for (const [index, { name, at }] of found.entries()) {
    const last = index === 0 && at > own ? words.last : "";
    const row = made("li", `${words.another.replace("{at}", instant(at) + last)} `);
    const act = (text, run) => {
      const button = made("button", text, { type: "button", className: "gf-plain" });
      button.addEventListener("click", run);
      row.append(button, " ");
    };
    act(words.turn, () => turn(name));
    act(words.drop, () => {
      drop(name);
      row.remove();
    });
    list.append(row);
  }
  return found.length > 0 && own >= found[0].at ? words.last : "";
}

/** The file of one editor: what the server has of it, what waits to be saved, and what is tried again. */
class Saving {
  constructor(place, read) {
    const status = document.querySelector("[data-saved]");
    this.place = place;
    this.read = read;
    this.words = status.dataset;
    this.tell = telling(status);
    this.seen = place.dataset.seen;
    this.waiting = 0;
    this.dirty = false;
    this.owed = null; // what is tried again: whether it is a draft
    this.running = Promise.resolve();
  }

  /** One after the other: a save must know the mark of the one before. */
  save(draft = false, leaving = false) {
    this.running = this.running.then(() => this.send(draft, leaving));
    return this.running;
  }

  async send(draft, leaving) {
    const { place, seen, words } = this;
    clearTimeout(this.waiting);
    this.dirty = false;
    this.tell(words.saving, "quiet");
    const text = await this.read();
    const stays = keep(place, text, seen);
    try {
      const answer = await put(place, { path: place.dataset.path, text, seen, draft }, leaving);
      if (answer.ok) this.arrived(answer, draft);
      else if (answer.away) this.fail(draft, words[answer.away], stays, this.signInAnew(answer.away));
      else this.refuse(answer.problem, stays);
    } catch {
      this.fail(draft, words.failed, stays);
    }
  }

  arrived({ number, at, aside, seen }, draft) {
    this.seen = seen;
    this.owed = null;
    if (!this.dirty) forget(this.place);
    const said = aside ? this.words.aside : draft ? this.words.drafted : this.words.kept;
    this.tell(said.replace("{number}", number).replace("{at}", at), aside ? "late" : "done");
  }

  /** Say what the server does not take; it is taken once it is put right. */
  refuse(problem, stays) {
    this.dirty = true;
    this.owed = null;
    this.tell(`${problem} ${stays ? this.words.refused : this.words.nowhere}`, "late");
  }

  /** Say that nothing arrived, and try again by itself. */
  fail(draft, text, stays, act) {
    this.dirty = true;
    this.owed = { draft };
    this.tell(stays ? text : `${text} ${this.words.nowhere}`, "late", act);
    this.waiting = setTimeout(() => this.again(), AGAIN);
  }

  signInAnew(away) {
    if (away !== "signedOut") return null;
    return made("a", this.words.signInWords, { href: this.words.signIn, target: "_blank" });
  }

  again() {
    if (this.owed) this.save(this.owed.draft);
  }

  changed() {
    if ("readonly" in this.place.dataset) return;
    this.dirty = true;
    this.tell(this.words.unsaved, "quiet");
    clearTimeout(this.waiting);
    const draft = this.owed?.draft ?? true;
    this.waiting = setTimeout(() => this.save(draft), PAUSE);
  }

  /** Nobody may come back to this page: what is not saved stays on this device. */
  async leave() {
    if (this.dirty) keep(this.place, await this.read(), this.seen);
  }

  /** Say that the page begins with what was kept on this device, and let it be given up. */
  restored(at, last) {
    const giveUp = made("button", this.words.giveUp, { type: "button", className: "gf-plain" });
    giveUp.addEventListener("click", () => {
      forget(this.place);
      location.reload();
    });
    this.tell(this.words.restored.replace("{at}", instant(at) + last), "late", giveUp);
  }

  /** Go on with the copy of another tab; what this one holds stays on this device. */
  async turn(copy) {
    await this.running;
    try {
      if (this.dirty && !keep(this.place, await this.read(), this.seen)) throw new Error("full");
      beginNextWith(this.place, copy);
    } catch {
      return this.tell(this.words.nowhere, "late");
    }
    clearTimeout(this.waiting);
    this.owed = null;
    this.dirty = false;
    return location.reload();
  }
}

/** Save when asked, and before the page is left; try again when the connection or the person is back. */
function listen(saving, place) {
  document.querySelector("[data-save]")?.addEventListener("click", () => saving.save());
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (!("readonly" in place.dataset)) saving.save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!saving.dirty) return;
    event.preventDefault();
    saving.save(true, true);
  });
  window.addEventListener("pagehide", () => saving.leave());
  document.addEventListener("visibilitychange", () => document.hidden && saving.leave());
  for (const back of ["online", "focus"]) window.addEventListener(back, () => saving.again());
}

/**
 * Keep the file of an editor saved. `read` returns its text, or a promise of it. Returns `changed`, to be called at each
 * change, and `save`, which saves a whole edition at once.
 */
export function keepSaved(place, read) {
  const saving = new Saving(place, read);
  listen(saving, place);
  const { keptAt } = place.dataset;
  if (keptAt)
    saving.restored(
      Number(keptAt),
      offerCopies(place, saving.words, (copy) => saving.turn(copy)),
    );
  return { changed: () => saving.changed(), save: (draft, leaving) => saving.save(draft, leaving) };
}
