// One press, one submission; long uploads show how far they are.

const SOON = 2000;
const WORTH_SHOWING = 200 * 1024;
const waiting = new WeakMap();

function line(form) {
  return form.querySelector("[data-draft-words]");
}

/** What takes longer than a moment says so. */
function sayLater(form) {
  const words = line(form);
  if (!words) return;
  waiting.set(
    form,
    setTimeout(() => {
      words.textContent = words.dataset.sending;
    }, SOON),
  );
}

function busy(form, on) {
  for (const button of form.querySelectorAll("button[type=submit]")) {
    if (on) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
  form.dataset.busy = on ? "yes" : "";
}

function refuseSecond(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.busy) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.busy = "yes";
  // After the other listeners: htmx reads the form before its buttons are switched off.
  setTimeout(() => busy(form, true));
  sayLater(form);
}

function showProgress(event) {
  const bar = event.target.querySelector?.("progress[data-upload]");
  if (!bar || !event.target.dataset.busy || !event.detail.lengthComputable || event.detail.total < WORTH_SHOWING)
    return;
  bar.hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
  const words = line(event.target);
  if (words) words.textContent = `${words.dataset.sending} ${Math.round((100 * bar.value) / bar.max)}%`;
}

function free(event) {
  const form = event.target.closest?.("form");
  if (!form || event.detail.xhr?.getResponseHeader("HX-Redirect")) return;
  clearTimeout(waiting.get(form));
  setTimeout(() => {
    busy(form, false);
    const bar = form.querySelector("progress[data-upload]");
    if (bar) bar.hidden = true;
  });
}

function toFirstError(event) {
  const summary = event.detail.elt.querySelector?.("[data-summary]");
  if (summary) summary.focus();
}

/** Guard every posting form against a second press. */
export function guardSubmits() {
  document.addEventListener("submit", refuseSecond, { capture: true });
  document.addEventListener("htmx:xhr:progress", showProgress);
  document.addEventListener("htmx:afterRequest", free);
  document.addEventListener("htmx:load", toFirstError);
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-busy=yes]")) busy(form, false);
  });
  document.querySelector("[data-summary]")?.focus();
}
