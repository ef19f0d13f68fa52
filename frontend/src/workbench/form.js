// The form designer: fields on the left, what the chosen one says in the middle, how it will look on the right.
import "../styles/form.css";
import { address, feelField, namesOf } from "./feel.js";
import { holdForm } from "./form/changing.js";
import { called, every, keyName, keysAbove } from "./form/components.js";
import { checkForm } from "./form/findings.js";
import { listFields } from "./form/list.js";
import { showPane } from "./form/pane.js";
import { showPreview } from "./form/preview.js";
import { keepSaved, pageWords } from "./saving.js";
import { begunWith } from "./unsaved.js";

const SAVED = 4_000;

const place = document.querySelector("[data-editor]");
const part = (name) => document.querySelector(`[data-form-${name}]`);
const words = pageWords();
const readonly = "readonly" in place.dataset;

const addressOf = (name) => address(place, name);

let faults = {};
const file = JSON.parse(begunWith(place, JSON.parse(part("file").textContent)));
file.components ??= [];
const held = holdForm(file, tell);
const saving = keepSaved(place, () => held.text());

let known = {};
let formulas = [];
let waiting = 0;
const learning = fetch(addressOf("knowledge"))
  .then((answer) => answer.json())
  .then((answer) => {
    known = answer;
  })
  .catch(() => {});

const context = {
  held,
  words,
  place,
  readonly,
  saving,
  addressOf,
  firstKeys: new Set(every(held.form).map((each) => each.component[keyName(each.component)])),
  knowledge: () => known,
  whenKnown: (run) => learning.then(() => run(known)),
  feel: (input) => formulas.push(feelField(input, { place, names: names() })),
};
const fields = listFields(part("list"), context);
const check = checkForm(context, mark);
const redraw = showPreview(part("preview"), part("closed"), held, (refused) => {
  if (Object.keys(refused).length) mark(refused);
  else check();
});

/** Show what is wrong where, "" being the form as a whole. */
function mark(found) {
  if (JSON.stringify(found) === JSON.stringify(faults)) return;
  faults = found;
  fields.mark(found);
  part("fault").textContent = held.place ? (found[held.place] ?? "") : "";
  part("whole").textContent = found[""] ?? "";
}

/** Return what an expression here may name: the fields above, as they stand in this page, then what the server knows. */
async function names() {
  const own = keysAbove(held.form, held.place).map((each) => ({
    name: each[keyName(each)],
    label: each.label,
    source: words.kinds[each.type],
  }));
  const others = await namesOf(place);
  return [...own, ...others.filter(({ name }) => !own.some((each) => each.name === name))];
}

/** Check expressions again once the server has the form they stand in. */
function checkSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    for (const each of formulas) each.check();
  }, SAVED);
}

function tell(what, how) {
  fields.draw();
  if (what !== "value") formulas = [];
  if (what !== "value") showPane(part("pane"), context, faults);
  else part("title").textContent = called(held.chosen(), words.kinds);
  if (how === "back") fields.tell(words.said.takenBack);
  for (const [name, can] of [
    ["undo", held.canUndo()],
    ["redo", held.canRedo()],
  ])
    if (part(name)) part(name).disabled = !can;
  if (what === "choice") return;
  saving.changed();
  redraw();
  checkSoon();
}

function back(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || readonly) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) held.redo();
  else held.undo();
}

part("undo")?.addEventListener("click", held.undo);
part("redo")?.addEventListener("click", held.redo);
document.addEventListener("keydown", back);

const wanted = every(held.form).find((each) => each.component[keyName(each.component)] === location.hash.slice(1));
if (wanted && location.hash) held.place = wanted.place;
fields.draw();
showPane(part("pane"), context, faults);
place.dataset.ready = "yes";
