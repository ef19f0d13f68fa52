// What several parts need to know about a form: its typed values, without files and secrets.

const SECRET = new Set(["csrf_token", "_request", "password"]);

/** Return [name, value] pairs of everything typed or chosen, in document order. */
export function typedValues(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SECRET.has(name));
}

/** Send typed values to an address of our own; rejects when there is no signal. */
export function send(address, form) {
  const body = new URLSearchParams(typedValues(form));
  const token = form.querySelector("[name=csrf_token]");
  return fetch(address, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token ? token.value : "", Accept: "application/json" },
  });
}

/** Show or hide a choice, an option or a box: one that does not fit or was not looked for; with it an empty group. */
export function settle(choice) {
  (choice.closest("label") ?? choice).hidden = choice.disabled || "apart" in choice.dataset;
  const group = choice.closest("optgroup");
  if (group) group.hidden = [...group.children].every((each) => each.hidden);
}

/** Return a function that runs once the calls have paused for a while. */
export function afterPause(milliseconds, run) {
  const waiting = new WeakMap();
  return (subject) => {
    clearTimeout(waiting.get(subject));
    waiting.set(
      subject,
      setTimeout(() => run(subject), milliseconds),
    );
  };
}
