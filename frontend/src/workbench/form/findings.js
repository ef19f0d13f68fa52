// What the check finds in a form beyond what the reader refuses: unknown names, articles of nobody.
import { ask } from "../saving.js";
import { every, keyName } from "./components.js";

/** Return a function that asks what is found in the form; `heard` is told of errors by place, "" for the whole form. */
export function checkForm({ place, addressOf, held }, heard) {
  let asked = 0;

  return async function check() {
    asked += 1;
    const mine = asked;
    try {
      const answer = await ask(place, addressOf("findings"), { path: place.dataset.path, text: held.text() });
      if (mine === asked) heard(byPlace(held.form, answer.findings ?? []));
    } catch {
      // Without a signal nothing is found; the whole revision is checked before it is sent for approval.
    }
  };
}

function byPlace(form, findings) {
  const all = every(form);
  const found = {};
  for (const { severity, element, message, remedy } of findings) {
    if (severity !== "error") continue;
    const own = all.find(({ component }) => component[keyName(component)] === element);
    found[own?.place ?? ""] ??= `${message}${remedy ?? ""}`;
  }
  return found;
}
