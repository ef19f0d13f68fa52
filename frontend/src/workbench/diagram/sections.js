// What the panel shows of an element: one part a noun, each only where the engine looks at it.
import { COLON, COMMA, LISTED } from "../../joints.js";
import { area, choice, expression, line, several, tick } from "./controls.js";
import { idProblem, rename } from "./identifiers.js";
import { make } from "./make.js";
import { eventKind, eventOf, kindOf } from "./model.js";
import { titleOf } from "./titles.js";

/** Name and id; a note has its text alone. */
export function general(element, kit) {
  const { words, model } = kit;
  const owner = element.businessObject;
  if (kindOf(element) === "textAnnotation") {
    return [area(words.noteText, owner.text ?? "", (text) => model.set(element, { text }), { name: "text" })];
  }
  const newId = (id) =>
    idProblem(id, { moddle: model.moddle, ...kit }) || rename(element, id, model, kit.knowledge.forms);
  const hint = kindOf(element) === "sequenceFlow" ? "" : words.idHint;
  return [
    owner.$descriptor.propertiesByName.name &&
      area(words.name, owner.name ?? "", (name) => model.set(element, { name }), { name: "name", rows: 1 }),
    line(words.id, owner.id, newId, { name: "id", hint }),
  ];
}

/** What there is to say about it. */
export function explained(element, kit) {
  if (kindOf(element) === "textAnnotation") return null;
  return [explanation(element, kit, element.businessObject)];
}

/** Return the field for the explanation of an element or of its process. */
export function explanation(element, { words, model }, owner) {
  const write = (text) => {
    const documentation = text ? [model.create("bpmn:Documentation", { text }, owner)] : [];
    model.write(element, owner, { documentation });
  };
  return area(words.documentation, owner.documentation?.[0]?.text ?? "", write, { name: "documentation", rows: 3 });
}

/** Who does it. */
export function people(element, kit) {
  const { words } = kit;
  if (isLane(element)) return [role(element, kit), feel(element, kit, "unit", words.unit, words.unitHint)];
  if (!offered(element)) return null;
  return [
    role(element, kit),
    feel(element, kit, "unit", words.unit, words.unitHint),
    feel(element, kit, "person", words.person, words.personHint),
    codes(element, kit, "exclude", words.exclude, stepsOf(kit), words.excludeHint),
  ];
}

/** What a person fills and sees. */
export function filling(element, kit) {
  const { words, knowledge, model } = kit;
  const may = attribute(element, kit);
  if (!offered(element) || isLane(element)) return null;
  const write = (name) => (value) => model.set(element, { [`gridflow:${name}`]: value || undefined });
  return [
    line(words.form, may.value("form"), write("form"), {
      name: "form",
      list: knowledge.forms,
      hint: words.formHint.replace("{id}", element.id),
    }),
    feel(element, kit, "title", words.title, words.titleHint),
    may.has("shows") ? codes(element, kit, "shows", words.shows, stepsOf(kit), words.showsHint) : null,
    feel(element, kit, "matter", words.matter, words.matterHint),
    may.has("afresh")
      ? tick(words.afresh, may.value("afresh") === "true", (on) => write("afresh")(on ? "true" : ""), {
          hint: words.afreshHint,
          name: "afresh",
        })
      : null,
  ];
}

/** Its limit and reminders. */
export function time(element, kit) {
  const { words, knowledge, model } = kit;
  const may = attribute(element, kit);
  const write = (name) => (value) => model.set(element, { [`gridflow:${name}`]: value || undefined });
  const writeLimit = (value) => {
    write("limit")(value);
    kit.redraw("limit");
  };
  return [
    may.has("limit") ? choice(words.limit, may.value("limit"), knowledge.limits, writeLimit, { name: "limit" }) : null,
    figures(element, kit),
    may.has("remind")
      ? line(words.remind, may.value("remind"), write("remind"), { name: "remind", hint: words.remindHint })
      : null,
  ];
}

/** Show how long the limits of an element are, each row with the way to it in the table. */
function figures(element, { place, words, knowledge }) {
  const names = limitsOf(element);
  const rows = knowledge.figures.filter(({ limits }) => limits.some((name) => names.includes(name)));
  if (!rows.length) return null;
  const lines = rows.map(({ when, long, path, rule, limits }) =>
    make(
      "li",
      {},
      make("span", {}, `${names.length > 1 ? `${titleOfLimit(limits, knowledge)}${COMMA}` : ""}${when}${COLON}${long}`),
      path
        ? make(
            "a",
            { href: rowAddress(path, rule) },
            place.dataset.readonly === undefined ? words.changeRow : words.seeRow,
          )
        : make("small", {}, words.ownRow),
    ),
  );
  return make(
    "div",
    { class: "gf-diagram-several" },
    make("p", { class: "gf-hint" }, words.figures),
    make("ul", {}, lines),
  );
}

const rowAddress = (path, rule) => `?path=${encodeURIComponent(path)}#${encodeURIComponent(rule)}`;

const titleOfLimit = (codes, { limits }) =>
  codes.map((code) => limits.find((each) => each.code === code)?.title ?? code).join(LISTED);

/** Return the limits an element counts by: the one it names, and those the time of a timer is reckoned from. */
function limitsOf(element) {
  const timer = eventKind(element) === "timer" ? eventOf(element) : {};
  const text = ["timeDate", "timeDuration", "timeCycle"].map((name) => timer[name]?.body ?? "").join(" ");
  const read = [...text.matchAll(/\blimit\.(\w+)/g)].map((found) => found[1]);
  return [element.businessObject.get("gridflow:limit"), ...read].filter(Boolean);
}

/** What it rests on, what it issues, what the reporter is told. */
export function basis(element, kit) {
  const { words, knowledge, model } = kit;
  const may = attribute(element, kit);
  const write = (value) => model.set(element, { "gridflow:told": value || undefined });
  return [
    may.has("article") ? codes(element, kit, "article", words.article, knowledge.articles, words.articleHint) : null,
    may.has("document")
      ? codes(element, kit, "document", words.document, knowledge.documents, words.documentHint)
      : null,
    may.has("told") ? line(words.told, may.value("told"), write, { name: "told", hint: words.toldHint }) : null,
  ];
}

/** Return the list of a lane's or step's codes that are written with blanks between them. */
function codes(element, kit, name, label, options, hint) {
  const value = element.businessObject.get(`gridflow:${name}`) ?? "";
  const write = (text) => {
    kit.model.set(element, { [`gridflow:${name}`]: text || undefined });
    kit.redraw(name);
  };
  return several(label, value, options, write, { words: kit.words, name, hint });
}

/** Return an expression held by an attribute, or nothing where the engine would not look at it. */
function feel(element, kit, name, label, hint) {
  if (!attribute(element, kit).has(name)) return null;
  const write = (value) => kit.model.set(element, { [`gridflow:${name}`]: value || undefined });
  return expression(label, element.businessObject.get(`gridflow:${name}`) ?? "", write, { ...kit, name, hint });
}

function role(element, kit) {
  const { words, knowledge, model } = kit;
  const value = element.businessObject.get("gridflow:role") ?? "";
  const reckoned = value.startsWith("=");
  const put = (text) => model.set(element, { "gridflow:role": text || undefined });
  const options = [...knowledge.roles, { code: "=", title: words.roleReckoned }];
  const pick = (code) => {
    put(code === "=" ? '=""' : code);
    kit.redraw("role");
  };
  const list = choice(words.role, reckoned ? "=" : value, options, pick, {
    name: "role",
    none: isLane(element) ? "—" : words.roleOfLane,
  });
  if (!reckoned) return list;
  const write = (text) => put(`=${text.replace(/^=/, "")}`);
  return [list, expression(words.roleExpression, value.slice(1), write, { ...kit, name: "role_expression" })].flat();
}

function stepsOf({ model, words }) {
  const registry = model.modeler.get("elementRegistry");
  const done = registry.filter((each) => ["userTask", "manualTask"].includes(kindOf(each)) || isOffer(each));
  return done.filter((each) => each.type !== "label").map((each) => ({ code: each.id, title: titleOf(each, words) }));
}

function attribute(element, { drawing }) {
  const kind = kindOf(element);
  return {
    has: (name) => drawing.attributes[name].includes(kind),
    value: (name) => element.businessObject.get(`gridflow:${name}`) ?? "",
  };
}

const isLane = (element) => kindOf(element) === "lane";
const isOffer = (element) => element.type === "bpmn:BoundaryEvent" && eventKind(element) === "message";
const offered = (element) =>
  isOffer(element) || isLane(element) || ["userTask", "manualTask"].includes(kindOf(element));
