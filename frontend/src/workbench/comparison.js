// Leads from the list of differences to the shape in both drawings, and from a shape to the list. Without this script
// each entry is a link to the shape in one drawing.

const sides = [...document.querySelectorAll("[data-side]")];
const rows = [...document.querySelectorAll("[data-element]")];

/** Mark an element in both drawings and in the list, and bring it into sight. */
function show(element, { list }) {
  for (const marked of document.querySelectorAll("[data-shown]")) marked.removeAttribute("data-shown");
  for (const side of sides) {
    const shape = side.querySelector(`.gf-differs[data-element-id="${CSS.escape(element)}"]`);
    shape?.setAttribute("data-shown", "");
    const seen = shape ?? side.querySelector(`[data-element-id="${CSS.escape(element)}"]`);
    if (seen) centre(side, seen);
  }
  const row = rows.find((one) => one.dataset.element === element);
  row?.setAttribute("data-shown", "");
  if (list) row?.scrollIntoView({ block: "nearest" });
}

/** Scroll a drawing, and nothing round it, until a shape is in the middle. */
function centre(side, shape) {
  const frame = side.getBoundingClientRect();
  const box = shape.getBoundingClientRect();
  side.scrollBy(
    box.left - frame.left - (frame.width - box.width) / 2,
    box.top - frame.top - (frame.height - box.height) / 2,
  );
}

/** Let one drawing follow the other. */
function together(one, other) {
  let led = false;
  one.addEventListener("scroll", () => {
    if (led) {
      led = false;
      return;
    }
    if (Math.abs(other.scrollLeft - one.scrollLeft) + Math.abs(other.scrollTop - one.scrollTop) < 2) return;
    other.dispatchEvent(new CustomEvent("led"));
    other.scrollTo(one.scrollLeft, one.scrollTop);
  });
  one.addEventListener("led", () => {
    led = true;
  });
}

for (const row of rows) {
  row.querySelector("a")?.addEventListener("click", (event) => {
    event.preventDefault();
    show(row.dataset.element, { list: false });
    document.querySelector("[data-drawings]").scrollIntoView({ block: "nearest" });
  });
}
for (const side of sides) {
  side.addEventListener("click", (event) => {
    const element = event.target.closest("[data-element-id]")?.dataset.elementId;
    if (element && rows.some((row) => row.dataset.element === element)) show(element, { list: true });
  });
}
if (sides.length === 2) {
  together(sides[0], sides[1]);
  together(sides[1], sides[0]);
}
if (rows[0]) show(rows[0].dataset.element, { list: false });
