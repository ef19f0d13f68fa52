// On a phone all but the first of what was handed in before is folded, so that the form is near; without a script it stays open.
import htmx from "htmx.org/dist/htmx.esm.js";

const NARROW = window.matchMedia("(max-width: 599px)");

function fold(within) {
  if (!NARROW.matches) return;
  for (const part of within.querySelectorAll("details[data-fold-narrow][open]")) part.open = false;
}

/** Fold what is marked, on this page and in whatever is swapped into it. */
export function foldNarrow() {
  fold(document);
  htmx.onLoad(fold);
}
