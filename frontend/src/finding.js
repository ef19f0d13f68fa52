// A long list gets a field above it: what is typed there leaves only the choices that hold it.
import { settle } from "./forms.js";
import { COLON } from "./joints.js";

/** Return every choice of a list: its options but the blank one, or its boxes. */
function choices(list) {
  return [...list.querySelectorAll("option, input")].filter((choice) => choice.value);
}

/** Return the heading a box stands under; a list has hundreds of boxes, and none of them repeats it. */
function heading(box) {
  let before = box.previousElementSibling;
  while (before && !before.matches(".gf-choices-of")) before = before.previousElementSibling;
  return before?.textContent ?? "";
}

/** Return the words a choice is found by: its own and those of its group. */
function words(choice) {
  const box = choice.closest("label");
  return box ? `${heading(box)}${box.textContent}` : `${choice.parentElement.label ?? ""}${choice.textContent}`;
}

function find(list, typed) {
  const wanted = typed.trim().toLowerCase().split(/\s+/);
  for (const choice of choices(list)) {
    const text = words(choice).toLowerCase();
    if (wanted.every((word) => text.includes(word))) delete choice.dataset.apart;
    else choice.dataset.apart = "";
    settle(choice);
  }
  return choices(list).filter((choice) => !choice.disabled && !("apart" in choice.dataset));
}

function field(list) {
  const made = document.createElement("input");
  made.type = "search";
  made.className = "form-control gf-find";
  made.autocomplete = "off";
  made.placeholder = list.dataset.find;
  const name = list.labels?.[0] ?? list.closest("fieldset")?.querySelector("legend");
  made.setAttribute("aria-label", `${list.dataset.find}${COLON}${name?.textContent.trim() ?? ""}`);
  return made;
}

/** Put the field above a list; Enter takes the first choice left. */
function prepare(list) {
  const said = Object.assign(document.createElement("p"), { className: "gf-hint", role: "status" });
  const typed = field(list);
  let found = choices(list);
  typed.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing of the form is filled in: no mark to take away, no draft to keep
    found = find(list, typed.value);
    said.textContent = found.length ? "" : list.dataset.none;
  });
  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!found.length || !typed.value.trim()) return;
    if (list.matches("select")) list.value = found[0].value;
    else found[0].checked = true;
    found[0].dispatchEvent(new Event("change", { bubbles: true }));
  });
  list.before(typed, said);
}

/** Make the lists marked data-find within a part of the page searchable. */
export function prepareLists(part) {
  part.querySelectorAll("[data-find]").forEach(prepare);
}

/** Make every such list searchable, those that arrive later too. */
export function findChoices() {
  prepareLists(document);
  document.addEventListener("htmx:load", ({ detail }) => detail.elt !== document.body && prepareLists(detail.elt));
}
