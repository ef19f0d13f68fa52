// Drafts: to the server while typing, on this device while there is no signal.
import { afterPause, send, typedValues } from "./forms.js";
import { dropAllFiles, dropFiles } from "./kept.js";

const PREFIX = "gridflow.draft.";
const KEPT_DAYS = 7;
const PATIENCE = 3000;
const DAY = 86400000;
const TOLD_ANEW = new Set(["file", "hidden", "datetime-local"]);

/** Say how things stand; a server that does not answer is no lost signal. */
function say(form, key, local) {
  const line = form.querySelector("[data-draft-words]");
  if (!line) return;
  const words = local && navigator.onLine ? line.dataset[`${key}Server`] : line.dataset[key];
  line.textContent = words || "";
  line.classList.toggle("gf-draft-local", Boolean(local));
}

function storageName(form) {
  return PREFIX + form.dataset.draftKey;
}

function keepHere(form) {
  localStorage.setItem(storageName(form), JSON.stringify({ at: Date.now(), values: typedValues(form) }));
}

function forget(form) {
  localStorage.removeItem(storageName(form));
}

const saving = new WeakMap();

function save(form) {
  if (!form.isConnected || form.dataset.sent || form.dataset.busy) return;
  saving.set(
    form,
    (saving.get(form) || Promise.resolve()).then(() => saveNow(form)),
  );
}

async function saveNow(form) {
  try {
    const answer = await send(form.dataset.draft, form);
    if (!answer.ok) throw new Error(String(answer.status));
    forget(form);
    delete form.dataset.unsent;
    say(form, "saved", false);
  } catch {
    say(form, form.dataset.unsent ? "unsent" : "local", true);
  }
}

const saveSoon = afterPause(1200, save);

function typed(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || event.target.type === "file") return;
  keepHere(form);
  saveSoon(form);
}

function put(control, values) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
  else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
  else if (values.length) control.value = values.shift();
}

/** Put back what this device kept; what is older than a day is offered first. */
function restore(form) {
  const kept = JSON.parse(localStorage.getItem(storageName(form)) || "null");
  if (!kept) return;
  if (Date.now() - kept.at > DAY) offer(form, kept);
  else fill(form, kept);
}

function offer(form, kept) {
  const line = form.querySelector("[data-draft-words]");
  if (!line) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "gf-plain" });
  button.textContent = line.dataset.older;
  button.addEventListener("click", () => fill(form, kept));
  line.replaceChildren(button);
}

function fill(form, kept) {
  const byName = new Map();
  for (const [name, value] of kept.values) byName.set(name, [...(byName.get(name) || []), value]);
  for (const control of form.elements) {
    if (!control.name || TOLD_ANEW.has(control.type)) continue;
    put(control, byName.get(control.name) || []);
  }
  say(form, "restored", false);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function forgetOld() {
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    const { at } = JSON.parse(localStorage.getItem(name)) || {};
    if (!at || Date.now() - at > KEPT_DAYS * DAY) localStorage.removeItem(name);
  }
}

async function forgetAll(event) {
  event.preventDefault();
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  await Promise.race([dropAllFiles(), new Promise((resolve) => setTimeout(resolve, 1000))]);
  event.target.submit();
}

/** A draft on its way arrives before the form itself, or it would come back to life after it. */
async function draftFirst(event) {
  const onItsWay = event.target.matches?.("form[data-draft]") && saving.get(event.target);
  if (!onItsWay || event.detail.verb !== "post") return;
  event.preventDefault();
  await Promise.race([onItsWay, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  event.detail.issueRequest(true);
}

/** The signal is back: send what was meant to go, save the rest. */
function backOnline() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (form.dataset.unsent) form.requestSubmit();
    else save(form);
  }
}

/** Somebody gives a draft up: nothing of it stays on this device. */
function discarded(event) {
  const key = event.target.dataset?.discard;
  if (!key) return;
  localStorage.removeItem(PREFIX + key);
  dropFiles({ dataset: { draftKey: key } });
}

function finished(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  const { successful, xhr } = event.detail;
  if (successful || xhr?.getResponseHeader("HX-Redirect")) {
    form.dataset.sent = "yes";
    forget(form);
    dropFiles(form);
  } else if (!xhr?.status) {
    form.dataset.unsent = "yes";
    keepHere(form);
    say(form, "unsent", true);
  }
}

/** Start keeping drafts of every form marked data-draft, also of forms that arrive later. */
export function keepDrafts() {
  forgetOld();
  document.querySelectorAll("form[data-draft]").forEach(restore);
  document.addEventListener("htmx:load", (event) => {
    event.detail.elt.querySelectorAll("form[data-draft]").forEach(restore);
  });
  document.addEventListener("input", typed);
  document.addEventListener("htmx:confirm", draftFirst);
  document.addEventListener("htmx:afterRequest", finished);
  document.addEventListener("submit", discarded);
  window.addEventListener("online", backOnline);
  document.querySelector("[data-sign-out]")?.addEventListener("submit", forgetAll);
}
