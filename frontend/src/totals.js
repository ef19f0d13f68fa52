// Choices that stand for many things say how many are chosen: a town with its villages counts once.

/** Return how many things a box stands for: the number in brackets at the end of its label, else one. */
function worth(box) {
  return Number(/[（(](\d+)[）)]$/.exec(box.closest("label").textContent.trim())?.[1] ?? 1);
}

/** Return how many things the ticked boxes stand for; the code of a unit begins with that of the unit above. */
function total(field) {
  const ticked = [...field.querySelectorAll("input:checked")];
  const counted = ticked.filter((box) => !ticked.some((one) => one !== box && box.value.startsWith(one.value)));
  return counted.reduce((sum, box) => sum + worth(box), 0);
}

function say(field) {
  const said = field?.querySelector("[data-total]");
  if (said) said.textContent = said.dataset.total.replace("%(number)s", total(field));
}

/** Keep the sum below every field of counted choices. */
export function sumChosen() {
  const begin = (part) => {
    for (const said of part.querySelectorAll("[data-total]")) say(said.closest("fieldset"));
  };
  begin(document);
  document.addEventListener("htmx:load", (event) => event.detail.elt !== document.body && begin(event.detail.elt));
  document.addEventListener("change", (event) => say(event.target.closest?.("fieldset")));
}
