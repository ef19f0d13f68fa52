// The inbox on a wide screen: a task opens at the right, and the keys j k Enter c work the list.
import htmx from "htmx.org/dist/htmx.esm.js";

const WIDE = window.matchMedia("(min-width: 1100px)");

function mark(link) {
  for (const row of document.querySelectorAll(".gf-row-open")) row.classList.remove("gf-row-open");
  link.closest(".gf-row").classList.add("gf-row-open");
}

function sayOffline() {
  const words = document.querySelector(".gf-pane").dataset.offline;
  const said = Object.assign(document.createElement("p"), { className: "gf-empty", textContent: words });
  said.setAttribute("role", "alert");
  document.querySelector("#task").replaceChildren(said);
}

async function open(link) {
  mark(link);
  try {
    await htmx.ajax("GET", link.href, { target: "#task", select: "#task", swap: "outerHTML" });
  } catch {
    sayOffline(); // the request did not get through
    return;
  }
  history.replaceState(null, "", link.dataset.place);
  document.querySelector("#task h1")?.focus({ preventScroll: true });
}

function step(by) {
  const links = [...document.querySelectorAll("a[data-open]")];
  const here = links.findIndex((link) => link === document.activeElement || link.closest(".gf-row-open"));
  const focused = links.indexOf(document.activeElement);
  const next = links[Math.min(links.length - 1, Math.max(0, (focused >= 0 ? focused : here) + by))];
  next?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  c: () => document.querySelector("#task [data-key-c]")?.click(),
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = KEYS[event.key];
  if (!act || !document.querySelector("a[data-open], [data-key-c]")) return;
  event.preventDefault();
  act();
}

/** Open tasks beside the list where there is room; the list stands where the open one is seen. */
export function openInPane() {
  document.querySelector(".gf-row-open")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-open]");
    if (
      !link ||
      !WIDE.matches ||
      !document.querySelector(".gf-pane #task") ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey
    )
      return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", pressed);
}
