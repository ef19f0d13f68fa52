// Live hiding: the server evaluates the conditions of the form and answers which fields to hide, which options fit.
import { afterPause, send, settle } from "./forms.js";

/** Return the options of a list, or the boxes, of one field; the blank option is none. */
function choices(form, name) {
  const marked = `[name="${CSS.escape(name)}"]`;
  return [...form.querySelectorAll(`${marked} option, input${marked}`)].filter((choice) => choice.value);
}

/** Take a choice away or give it back; one taken away is chosen no longer. */
function leave(choice, gone) {
  if (gone) {
    choice.selected = false;
    choice.checked = false;
  }
  choice.disabled = gone;
  settle(choice);
}

async function ask(form) {
  try {
    const answer = await send(form.dataset.visible, form);
    if (!answer.ok) return;
    const { hidden, fitting } = await answer.json();
    for (const field of form.querySelectorAll("[data-field]")) field.hidden = hidden.includes(field.dataset.field);
    for (const [name, values] of Object.entries(fitting)) {
      for (const choice of choices(form, name)) leave(choice, !values.includes(choice.value));
    }
  } catch {
    // Without a signal the fields stay as they are; the server asks for what is missing when the form arrives.
  }
}

const askSoon = afterPause(120, ask);

/** Watch every form marked data-visible; one with choices that depend on others is asked about at once. */
export function hideLive() {
  for (const form of document.querySelectorAll("form[data-visible]:has([data-depends])")) askSoon(form);
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-visible]");
    if (form) askSoon(form);
  });
}
