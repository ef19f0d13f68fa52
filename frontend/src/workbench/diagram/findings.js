// What the check says of the drawing as it stands, on the shapes and in a list: a mark has a form, not only a colour.
import { getMid } from "diagram-js/lib/layout/LayoutUtil";
import { getBBox } from "diagram-js/lib/util/Elements";
import { COLON } from "../../joints.js";
import { filled, make } from "./make.js";
import { named } from "./titles.js";

const PAUSE = 1_200;
const TYPE = "gridflow-finding";

/** Keep the findings in step with the drawing. Returns `of` an element, `changed` to be called at each change. */
export function keepFindings(place, studio, { words, ask, read, path, told, open }) {
  const overlays = studio.get("overlays");
  let found = [];
  let waiting = 0;
  let asked = 0;

  async function look() {
    const mine = ++asked;
    const answer = await ask("findings", { path, text: await read() }).catch(() => null);
    if (!answer) return; // without a connection what was said last stands
    if (mine !== asked) return;
    found = answer.findings ?? [];
    mark();
    place.replaceChildren(...listed(found, answer.problem, { words, studio, open }));
    told();
  }

  const of = (id) => found.filter((each) => each.element === id);

  function mark() {
    overlays.remove({ type: TYPE });
    for (const id of new Set(found.map((each) => each.element))) {
      const element = studio.registry.get(id);
      if (!element || element === studio.get("canvas").getRootElement()) continue;
      const sign = signOf(of(id), words);
      sign.addEventListener("click", () => open(id, false));
      overlays.add(id, TYPE, { position: spot(element), html: sign });
    }
  }

  function changed() {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  }

  return {
    of,
    changed,
    look,
    told: (element) => (of(element.businessObject.id).length ? lines(of(element.businessObject.id), words) : null),
  };
}

/** Return the whole list, each with a way to its element. */
function listed(found, problem, { words, studio, open }) {
  const where = ({ element, name }) => {
    const drawn = studio.registry.get(element);
    const aside = drawn && !named(drawn) ? [" ", make("small", { class: "gf-quiet" }, element)] : [];
    const shown = drawn
      ? make("button", { type: "button", class: "gf-plain", onclick: () => open(element, true) }, name || element)
      : make("b", {}, name || element);
    return [shown, ...aside];
  };
  const entries = found.map((each) => {
    const said = [make("p", {}, each.message), make("p", { class: "gf-quiet" }, each.remedy)];
    return make("li", { "data-severity": each.severity }, severity(each, words), " ", ...where(each), ...said);
  });
  const none = problem ? make("p", { role: "alert" }, problem) : make("p", {}, words.noFindings);
  const body = found.length ? make("ul", { class: "gf-finding-list" }, entries) : none;
  return [make("h2", {}, filled(words.findings, counts(found))), body];
}

/** Return the findings of one element as they stand above its form. */
function lines(found, words) {
  const said = (each) => [
    severity(each, words),
    make("p", {}, each.message),
    make("p", { class: "gf-quiet" }, each.remedy),
  ];
  return make(
    "ul",
    { class: "gf-finding-list" },
    found.map((each) => make("li", { "data-severity": each.severity }, said(each))),
  );
}

function severity(each, words) {
  return make("span", { class: "gf-finding-kind", "data-severity": each.severity }, words[each.severity]);
}

function signOf(found, words) {
  const worst = found.some((each) => each.severity === "error") ? "error" : "warning";
  const said = found.map((each) => `${words[each.severity]}${COLON}${each.message}`).join("\n");
  return make(
    "button",
    {
      type: "button",
      class: "gf-finding-sign",
      "data-severity": worst,
      title: said,
      "aria-label": said,
      tabindex: "-1",
    },
    worst === "error" ? "✕" : "!",
  );
}

/** Return where the mark goes: the corner of a shape, the middle of a flow. */
function spot(element) {
  if (!element.waypoints) return { top: -12, right: 12 };
  const box = getBBox(element);
  const { x, y } = getMid(element);
  return { top: y - box.y - 12, left: x - box.x - 12 };
}

function counts(found) {
  const errors = found.filter((each) => each.severity === "error").length;
  return { errors, warnings: found.length - errors };
}
