// One press, one submission; long uploads show how far they are.

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
}

function showProgress(event) {
  const bar = event.target.querySelector?.("progress[data-upload]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
}

function free(event) {
  const form = event.target.closest?.("form");
  if (!form || event.detail.xhr?.getResponseHeader("HX-Redirect")) return;
  setTimeout(() => busy(form, false));
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
