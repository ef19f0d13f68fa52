// Repeated groups: another row without asking the server.
import { prepareLists } from "./finding.js";

function add(button) {
  const group = button.closest("[data-rows]");
  const rows = group.querySelectorAll("[data-row]");
  const template = group.querySelector("template");
  const next = Number(group.dataset.next || rows.length);
  group.dataset.next = String(next + 1);
  const html = template.innerHTML.replaceAll("__index__", String(next));
  button.insertAdjacentHTML("beforebegin", html);
  const row = button.previousElementSibling;
  prepareLists(row);
  row.querySelector("input, select, textarea")?.focus();
}

function remove(button) {
  const group = button.closest("[data-rows]");
  button.closest("[data-row]").remove();
  group.querySelector("[data-add]")?.focus();
  group.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Let every data-rows group grow and shrink. */
export function addRows() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-add], [data-remove]");
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-add]")) add(button);
    else remove(button);
  });
}
