// Live hiding: the server evaluates the conditions of the form and answers which fields to hide.
import { afterPause, send } from "./forms.js";

async function ask(form) {
  try {
    const answer = await send(form.dataset.visible, form);
    if (!answer.ok) return;
    const hidden = new Set((await answer.json()).hidden);
    for (const field of form.querySelectorAll("[data-field]")) field.hidden = hidden.has(field.dataset.field);
  } catch {
    // Without a signal the fields stay as they are; the server asks for what is missing when the form arrives.
  }
}

const askSoon = afterPause(120, ask);

/** Watch every form marked data-visible. */
export function hideLive() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-visible]");
    if (form) askSoon(form);
  });
}
