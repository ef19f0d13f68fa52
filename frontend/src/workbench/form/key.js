// The name a value goes by: checked while it is written, kept at once, and changed everywhere it is used when one wants
// that. The question where else waits in `asking`, by the new name, so that a pane drawn anew asks it again.
import { COLON } from "../../joints.js";
import { ask } from "../saving.js";
import { every, isName, keyName, keysBeside, placeOf } from "./components.js";
import { make, said } from "./elements.js";
import { asked } from "./entries.js";

const asking = new Map();
let show = () => {};

/** Ask for the key of a field; leaving it changes the key, then asks about the other places it is used at. */
export function key(context) {
  const { component, words } = context;
  const name = keyName(component);
  const input = make("input", {
    class: "form-control gf-form-formula",
    id: "set-key",
    value: component[name] ?? "",
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "off",
  });
  const wrong = make("p", { class: "gf-wrong", id: "set-key-wrong", hidden: true, role: "alert" });
  const places = make("div", { class: "gf-form-places", hidden: true });
  const laid = asked(context, "key", input);
  laid.append(wrong, places);

  const tell = (text) => {
    wrong.textContent = text;
    wrong.hidden = !text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const problem = (wanted) => {
    if (!isName(wanted)) return words.said.keyForm;
    if (words.reserved.includes(wanted)) return said(words.said.keyReserved, { key: wanted });
    return keysBeside(context.held.form, component).includes(wanted) ? said(words.said.keyTaken, { key: wanted }) : "";
  };
  input.addEventListener("input", () => tell(input.value && problem(input.value.trim())));
  input.addEventListener("change", () => {
    const wanted = input.value.trim();
    const old = component[name] ?? "";
    tell(wanted === old ? "" : problem(wanted));
    if (wanted === old || problem(wanted)) return;
    places.hidden = true;
    rename(context, wanted);
    askWhere(context, old, wanted);
  });
  show = () => {
    const question = asking.get(context.held.chosen()?.[name]);
    if (question?.found) offer(context, places, { ...question, input });
  };
  show();
  return laid;
}

function rename({ held, component }, wanted) {
  const place = placeOf(held.form, component);
  if (!place) return; // taken back, or of another kind, while the server was asked
  held.choose(place);
  held.edit(() => {
    component[keyName(component)] = wanted;
  });
}

/** Ask where else the first name of a field is used, and show the answer where its last name still stands. */
async function askWhere(context, before, wanted) {
  const old = asking.get(before)?.old ?? before;
  asking.delete(before);
  if (old === wanted) return;
  const question = { old, wanted };
  asking.set(wanted, question);
  const found = await usedAt(context, old, wanted);
  if (asking.get(wanted) !== question) return; // called otherwise since
  if (!found.problem && !found.places.length) return asking.delete(wanted);
  question.found = found;
  show();
}

/** Return where else a key is used, and what keeps it from being changed there; nothing for one given on this page. */
async function usedAt({ place, addressOf, firstKeys, held, component }, old, wanted) {
  const nowhere = { places: [], problem: "", problems: [] };
  if (!firstKeys.has(old)) return nowhere;
  try {
    const body = { path: place.dataset.path, old: fullName(held, component, old), new: wanted, apply: false };
    const answer = await ask(place, addressOf("rename"), body);
    const { places = [], problem = "", problems = [] } = answer;
    const own = places.findIndex((each) => each.path === body.path && each.words === old);
    return { places: places.filter((_, index) => index !== own), problem, problems };
  } catch {
    return nowhere;
  }
}

/** Return the name of a field as the server knows it: a column goes by its repeated group too. */
function fullName(held, component, name) {
  const { holder } = every(held.form).find((each) => each.component === component) ?? {};
  return holder?.type === "dynamiclist" ? `${holder.path}.${name}` : name;
}

function offer(context, area, { old, wanted, found, input }) {
  const { words } = context;
  const { places, problem, problems } = found;
  const button = (label, run, kind = "btn") => make("button", { type: "button", class: kind, onclick: run }, label);
  const here = () => {
    asking.delete(wanted);
    area.hidden = true;
    input.focus();
  };
  const keep = () => {
    rename(context, old);
    input.value = old;
    here();
  };
  const all = async () => {
    wrong.textContent = await everywhere(context, old, wanted);
  };
  const wrong = make("p", { role: "alert", class: "gf-wrong" }, problem);
  const used = make("p", { id: "set-key-used" }, said(words.said.keyUsed, { key: old, number: places.length }));
  const list = make("ul", { tabindex: "0", "aria-labelledby": used.id }, ...places.map((each) => line(each, words)));
  area.replaceChildren(
    ...(problem ? [] : [used, list]),
    ...problems.map((each) => make("p", { class: "gf-wrong" }, each)),
    wrong,
    make(
      "div",
      { class: "gf-actions" },
      problem ? null : button(words.buttons.renameAll, all, "btn btn-primary"),
      button(words.buttons.renameHere, here),
      button(words.buttons.renameNot, keep),
    ),
  );
  area.hidden = false;
  area.querySelector("button").focus();
}

function line({ path, where, words: text, sure }, words) {
  const about = [where, text].filter(Boolean).join(COLON);
  const left = sure === false && make("span", { class: "gf-tag gf-tag-late" }, words.said.leftAlone);
  return make("li", {}, about, " ", left, make("span", { class: "gf-number gf-quiet" }, ` ${path}`));
}

/** Change a key in every file; the page is read anew, since several files have changed. Returns what went wrong. */
async function everywhere(context, old, wanted) {
  const { place, addressOf, saving, words, held, component } = context;
  rename(context, old); // the server changes it in every file, this one too
  const body = { path: place.dataset.path, old: fullName(held, component, old), new: wanted, apply: true };
  const answer = await saving
    .save(true)
    .then(() => ask(place, addressOf("rename"), body))
    .catch(() => ({ ok: false }));
  if (!answer.ok) {
    rename(context, wanted);
    return answer.problem ?? words.said.renameFailed;
  }
  location.hash = wanted;
  location.reload();
  return "";
}
