// The editor of document templates: what is typed is saved by itself, set as a document, and shown page by page.
import { keepSaved, pageWords } from "./saving.js";
import { listNames } from "./template/names.js";
import { showPages } from "./template/pages.js";
import { editSource } from "./template/source.js";
import { begunWith } from "./unsaved.js";

const place = document.querySelector("[data-editor]");
const words = pageWords();
const area = document.querySelector("[data-source]");
area.value = begunWith(place, area.value.replace(/^\n/, ""));
const source = editSource(area, words);
const saved = keepSaved(place, () => source.text());
const pages = showPages(place, source, words);

source.onChange(() => {
  saved.changed();
  pages.later();
});
pages.soon();
listNames(document.querySelector("[data-template]").dataset.printable, source, words, pages);
