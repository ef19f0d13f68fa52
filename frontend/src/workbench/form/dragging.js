// Moving a row with a mouse or a finger: the list shows where it would go, Escape lets it stay.
import { at } from "./components.js";

const EDGE = 60;
const SPEED = 12;

/** Let rows be dragged by their grips; `move(component, where, beside)` is called where one is let go. */
export function dragRows(rows, held, move) {
  let drag = null;

  function clear() {
    for (const row of rows.querySelectorAll("[data-drop]")) delete row.dataset.drop;
    rows.querySelector(".gf-form-dragged")?.classList.remove("gf-form-dragged");
    drag = null;
  }

  function follow(event) {
    if (!drag) return;
    for (const row of rows.querySelectorAll("[data-drop]")) delete row.dataset.drop;
    const target = under(rows, event.clientY);
    drag.target = target && target.row !== drag.row ? target : null;
    if (drag.target) drag.target.row.dataset.drop = drag.target.where;
    const { top, bottom } = rows.getBoundingClientRect();
    if (event.clientY < Math.max(0, top) + EDGE) scroll(-SPEED);
    else if (event.clientY > Math.min(window.innerHeight, bottom) - EDGE) scroll(SPEED);
  }

  function scroll(by) {
    if (rows.scrollHeight > rows.clientHeight) rows.scrollBy(0, by);
    else window.scrollBy(0, by);
  }

  function drop() {
    if (!drag) return;
    const { row, target } = drag;
    const component = at(held.form, placeOf(row));
    const beside = target && at(held.form, placeOf(target.row));
    clear();
    if (beside) move(component, target.where, beside);
  }

  rows.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button > 0) return;
    event.preventDefault();
    drag = { row: grip.closest("li"), target: null };
    drag.row.classList.add("gf-form-dragged");
    grip.setPointerCapture(event.pointerId);
  });
  rows.addEventListener("pointermove", follow);
  rows.addEventListener("pointerup", drop);
  rows.addEventListener("pointercancel", clear);
  document.addEventListener("keydown", (event) => event.key === "Escape" && drag && clear());
}

function placeOf(row) {
  return row.querySelector("[data-place]").dataset.place;
}

/** Return the row under a height and whether one lands before, after or, in the middle of a group, within it. */
function under(rows, y) {
  for (const row of rows.children) {
    const box = row.getBoundingClientRect();
    if (y < box.top || y > box.bottom) continue;
    const share = (y - box.top) / box.height;
    const holds = row.dataset.holds === "yes";
    if (holds && share > 0.3) return { row, where: "into" };
    return { row, where: share < 0.5 ? "before" : "after" };
  }
  return null;
}
