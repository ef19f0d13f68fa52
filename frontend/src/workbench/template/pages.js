// The pages of a document while its template is written: set by the server, shown as pictures, with what is wrong.
import { ask } from "../saving.js";

const PAUSE = 1_200;
const PATIENCE = 2_000;

/** Show the pages of what the source holds; returns `later`, after a pause in typing, and `soon`. */
export function showPages(place, source, words) {
  const root = document.querySelector("[data-template]");
  const part = (name) => root.querySelector(`[data-${name}]`);
  let waiting = 0;
  let running = false;
  let again = false;

  async function show() {
    again = running; // what was asked for meanwhile is shown afterwards
    if (running) return;
    running = true;
    part("said").textContent = words.setting;
    const ticking = tick(part("said"), words);
    try {
      const body = { path: place.dataset.path, text: source.text(), case: part("case").value };
      tell(await ask(place, root.dataset.preview, body), part, source, words);
    } catch {
      part("said").textContent = words.failed;
    } finally {
      clearInterval(ticking);
      running = false;
      if (again) show();
    }
  }

  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  };
  part("case").addEventListener("change", show);
  return { later, soon: show, cases: (list) => fill(part("case"), list) };
}

/** Say how long it has been going on; returns what ends it. */
function tick(said, words) {
  const asked = Date.now();
  return setInterval(() => {
    said.textContent = words.waiting.replace("{seconds}", Math.round((Date.now() - asked) / 1000));
  }, PATIENCE);
}

/** Show what the server answered: the pages, and what is wrong at which line. */
function tell(answer, part, source, words) {
  const findings = answer.findings ?? [];
  source.mark(new Set(findings.map((one) => one.line)));
  part("problems").replaceChildren(...findings.map((one) => problem(one, source, words)));
  part("said").textContent = answer.problem ?? counted(answer, words);
  part("said").dataset.tone = answer.problem ? "late" : "quiet";
  const line = /第 (\d+) 行/.exec(answer.problem ?? "");
  if (line && !findings.length) source.mark(new Set([Number(line[1])]));
  if (!answer.pages) return;
  part("pages").replaceChildren(...answer.pages.map((data, number) => picture(data, number + 1, words)));
  offer(part("pdf"), answer.pdf);
}

function counted(answer, words) {
  const said = answer.count > answer.pages.length ? words.first : words.pages;
  return said.replace("{count}", answer.count).replace("{shown}", answer.pages.length);
}

function picture(data, number, words) {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  image.alt = words.page.replace("{number}", number);
  return image;
}

/** Offer the PDF itself; the one before is let go. */
function offer(link, data) {
  if (link.href) URL.revokeObjectURL(link.href);
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  link.hidden = false;
}

function problem(finding, source, words) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "gf-template-problem";
  const where = finding.line ? `${words.line.replace("{line}", finding.line)} ` : "";
  const what = finding.element ? words.unknown.replace("{name}", finding.element) : finding.message;
  button.textContent = where + what;
  button.title = finding.remedy;
  button.addEventListener("click", () => finding.line && source.goTo(finding.line));
  item.append(button);
  return item;
}

function fill(select, cases) {
  for (const each of cases) select.add(new Option(`${each.number} ${each.title}`, each.number));
}
