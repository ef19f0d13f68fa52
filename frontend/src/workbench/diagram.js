// The editor of a diagram: the drawing, the list of what is in it, the panel of what is selected, and what is wrong.
import "./diagram.css";
import { fillActs, removed } from "./diagram/acts.js";
import { keepFindings } from "./diagram/findings.js";
import { listElements } from "./diagram/outline.js";
import { fillPanel } from "./diagram/panel.js";
import { openStudio } from "./diagram/studio.js";
import { useTools } from "./diagram/tools.js";
import { missed } from "./diagram/translating.js";
import { address, namesOf } from "./feel.js";
import { ask, keepSaved, pageWords } from "./saving.js";
import { begunWith } from "./unsaved.js";

const EMPTY = {
  roles: [],
  forms: [],
  articles: [],
  documents: [],
  actions: [],
  limits: [],
  decisions: [],
  processes: [],
  messages: [],
  cases: [],
};

const place = document.querySelector("[data-editor]");
const part = (name) => place.querySelector(`[data-part=${name}]`);
const json = (name) => JSON.parse(document.querySelector(`[data-${name}]`).textContent);

async function answered(what) {
  const answer = await fetch(address(place, what), { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : {};
}

/** Return everything the parts of the page share; without an answer of the server the fields take any text. */
async function factsOf() {
  const known = await answered("knowledge");
  const names = await namesOf(place);
  const figures = await answered("limits");
  const cases = (known.cases ?? []).map(({ number, title }) => ({ code: number, title }));
  return {
    place,
    path: place.dataset.path,
    words: pageWords(),
    drawing: json("drawing"),
    readonly: "readonly" in place.dataset,
    knowledge: { ...EMPTY, ...known, figures: figures.rows ?? [], cases },
    variables: names
      .filter(({ name }) => /^\w+$/.test(name))
      .map(({ name, label }) => ({ code: name, title: label || name })),
    ask: (name, body) => ask(place, address(place, name), body),
  };
}

/** Say that the file cannot be drawn; as text it can still be put right. */
function refuse(words, problem) {
  part("canvas").replaceChildren();
  const line = Object.assign(document.createElement("p"), { textContent: `${words.unreadable} ${problem}` });
  line.setAttribute("role", "alert");
  part("canvas").append(line);
}

/** Join the parts: what is chosen in one is shown in all, what is changed in one is saved and checked. */
function join(studio, facts) {
  const open = (id, enter, list) => {
    studio.select(id);
    if (enter) panel.focus("name");
    if (list) part("outline").querySelector("[tabindex='0']")?.focus();
  };
  const remove = (id) => facts.readonly || removed(studio.registry.get(id), studio, { open });
  const told = () => {
    outline.draw();
    panel.marks();
  };
  const findings = keepFindings(part("findings"), studio, { ...facts, read: studio.xml, open, told });
  const panel = fillPanel(part("panel"), studio, { ...facts, marks: findings.told });
  const outline = listElements(part("outline"), studio, { ...facts, marksOf: findings.of, open, remove });
  const acts = facts.readonly ? () => undefined : fillActs(part("acts"), studio, { ...facts, open });
  const saved = keepSaved(place, () => {
    panel.commit();
    return studio.xml();
  });
  studio.on("selection.changed", () => {
    panel.show(studio.selected());
    acts();
  });
  studio.on("commandStack.changed", () => {
    saved.changed();
    findings.changed();
    acts();
  });
  part("panel").addEventListener("input", saved.changed);
  panel.show(studio.selected());
  acts();
  findings.look();
  begin(studio, open);
}

/** Begin at the element a link to this page names. */
function begin(studio, open) {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id && studio.registry.get(id)) open(id, false, true);
}

async function start() {
  const facts = await factsOf();
  const text = begunWith(place, document.querySelector("[data-text]").value);
  try {
    const studio = await openStudio(part("canvas"), text, facts);
    join(studio, facts);
    useTools(place, studio, facts);
    place.studio = studio;
    place.dataset.ready = "yes";
  } catch (problem) {
    refuse(facts.words, problem.message);
  }
}

window.gridflowMissed = missed;
start();
