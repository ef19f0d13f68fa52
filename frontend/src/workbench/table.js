// The editor of a file of decisions. The library shows and changes the table; what it means is said by the server.
import "./table/table.css";
import { COLON } from "../joints.js";
import { address } from "./feel.js";
import { ask, keepSaved, pageWords } from "./saving.js";
import { addRule, goTo, goToRule, showRules } from "./table/going.js";
import { library, misses } from "./table/library.js";
import { marker } from "./table/marks.js";
import { cellOf, tableOf } from "./table/parts.js";
import { placeOf, sayAnalysis, sayNoAnalysis, sayProblems, sayResult } from "./table/saying.js";
import { trying } from "./table/trying.js";
import { usersOf } from "./table/users.js";
import { decisionButtons, firstView, pointedRule, viewOfRule } from "./table/views.js";
import { begunWith } from "./unsaved.js";

const PAUSE = 400;

const words = pageWords();
const place = document.querySelector("[data-editor]");
const readonly = "readonly" in place.dataset;
const canvas = document.querySelector("[data-table]");
const xml = begunWith(place, document.querySelector("[data-text]").value);
const mark = marker(words);
const editor = library(canvas, xml, readonly);
const read = async () => (await editor.saveXML({ format: true })).xml;
const saving = keepSaved(place, read);
const tried = trying(place, editor, words, soon);
const sayUsers = usersOf(place, words);
let problems = [];
let waiting = 0;
let asked = 0;
let linked = []; // the rule somebody came to see, marked until something is changed

/** Ask the server what the table says now; only the last answer counts. */
async function judge() {
  const view = editor.getActiveView();
  if (!view || view.type === "drd") return;
  const turn = ++asked;
  const body = { path: place.dataset.path, text: await read(), decision: view.id, inputs: tried.values() };
  try {
    const answer = await ask(place, address(place, "table"), body);
    if (turn === asked) show(answer);
  } catch {
    if (turn === asked) show({ ok: false, problem: words.failed });
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(judge, PAUSE);
}

function show(answer) {
  const table = tableOf(editor);
  problems = answer.problems ?? [{ message: answer.problem }];
  mark("wrong", table ? problems.flatMap((problem) => cellOf(table, problem) ?? []) : []);
  mark("hit", answer.hits ?? []);
  mark("pointed", linked);
  if (table) sayResult({ hits: [], value: null, ...answer, failed: answer.failed || answer.problem }, table, words);
  sayProblems(problems, table, words, (id) => goTo(editor, id));
  if (!table || !answer.ok) sayNoAnalysis(words.not_analysed);
  else if (problems.length && answer.failed) sayNoAnalysis(words.wrong_first);
  else sayAnalysis(answer, words, { fill: readonly ? null : fillGap, point });
  tellCell();
}

function point(rules) {
  mark("pointed", rules);
  showRules(rules);
}

function fillGap(gap) {
  const number = addRule(editor, gap.cells);
  document.querySelector("[data-cell]").textContent = words.added.replace("{number}", number);
}

/** Say below the table what is wrong with the cell somebody stands on. */
function tellCell(id = editor.getActiveViewer()?.get("cellSelection", false)?.getCellSelection()) {
  const table = tableOf(editor);
  const wrong = table && problems.find((problem) => cellOf(table, problem) === id);
  document.querySelector("[data-cell]").textContent = wrong
    ? `${placeOf(table, wrong, words)}${COLON}${wrong.message}`
    : "";
}

function drawHistory() {
  const stack = editor.getActiveViewer()?.get("commandStack", false);
  for (const [name, can] of [
    ["undo", stack?.canUndo()],
    ["redo", stack?.canRedo()],
  ]) {
    const button = document.querySelector(`[data-${name}]`);
    if (button) button.disabled = !can;
  }
}

/** Follow what is done in one of the library's views. */
function follow({ viewer }) {
  viewer.on("commandStack.changed", ({ trigger }) => {
    drawHistory();
    if (!trigger || trigger === "clear") return;
    linked = [];
    saving.changed();
    tried.refresh();
    soon();
  });
  viewer.on("cellSelection.changed", ({ elementId }) => {
    tellCell(elementId);
    sayUsers(tableOf(editor), elementId);
  });
}

for (const name of ["undo", "redo"]) {
  const button = document.querySelector(`[data-${name}]`);
  button?.addEventListener("click", () => editor.getActiveViewer().get("commandStack")[name]());
}
editor.on("viewer.created", follow);
editor.on("views.changed", ({ activeView }) => {
  document.querySelector("[data-side]").hidden = !activeView || activeView.type === "drd";
  tried.refresh();
  drawHistory();
  soon();
});
decisionButtons(editor, words);

/** Say why the file cannot be shown; what cannot be shown is not saved either. */
function giveUp(why) {
  canvas.textContent = words.not_shown.replace("{why}", why);
  for (const button of document.querySelectorAll("[data-save], [data-undo], [data-redo]")) button.hidden = true;
}

/** Begin at the rule a link to this page names. */
function begin() {
  const rule = pointedRule();
  if (!tableOf(editor)?.rule?.some((each) => each.id === rule)) return;
  linked = [rule];
  mark("pointed", linked);
  goToRule(editor, rule);
}

async function open() {
  try {
    await editor.importXML(xml, { open: false });
    const view = viewOfRule(editor, pointedRule()) ?? firstView(editor);
    if (view) await editor.open(view);
    else giveUp(words.no_table);
    begin();
  } catch {
    giveUp(words.not_read);
  }
}

open().finally(() => {
  canvas.misses = misses;
  canvas.dataset.shown = "yes";
});
