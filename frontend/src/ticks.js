// One press ticks every box of a form, or none when all are ticked.

function boxes(button) {
  return [...button.form.querySelectorAll("input[type=checkbox]")];
}

/** Show the buttons that tick all, and let them work; without this script each box is ticked by itself. */
export function tickAll() {
  for (const button of document.querySelectorAll("[data-tick-all]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-tick-all]");
    if (!button) return;
    const all = boxes(button).every((box) => box.checked);
    for (const box of boxes(button)) box.checked = !all;
  });
}
