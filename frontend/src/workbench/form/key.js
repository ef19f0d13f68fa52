// The name a value goes by: checked while it is written, and changed everywhere it is used when one wants that.
import { ask } from "../saving.js";
import { isName, keyName, keysBeside } from "./components.js";
import { make, said } from "./elements.js";
import { asked } from "./entries.js";

/** Ask for the key of a field; leaving it changes the key, after asking about the other places it is used at. */
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
    input.toggleAttribute("aria-invalid", Boolean(text));
  };
  const problem = (wanted) => {
    if (!isName(wanted)) return words.said.keyForm;
    if (words.reserved.includes(wanted)) return said(words.said.keyReserved, { key: wanted });
    return keysBeside(context.held.form, component).includes(wanted) ? said(words.said.keyTaken, { key: wanted }) : "";
  };
  input.addEventListener("input", () => tell(input.value && problem(input.value.trim())));
  input.addEventListener("change", async () => {
    const wanted = input.value.trim();
    const old = component[name] ?? "";
    places.hidden = true;
    if (wanted === old || problem(wanted)) return tell(wanted === old ? "" : problem(wanted));
    const used = await usedAt(context, old, wanted);
    if (used.length) offer(context, places, { old, wanted, used, input });
    else rename(context, wanted);
  });
  return laid;
}

function rename(context, wanted) {
  context.held.edit((component) => {
    component[keyName(component)] = wanted;
  });
}

/** Return where else a key is used; nowhere, when that cannot be asked now. */
async function usedAt({ place, addressOf }, old, wanted) {
  if (!old) return [];
  const body = { path: place.dataset.path, old, new: wanted, apply: false };
  try {
    const answer = await ask(place, addressOf("rename"), body);
    return (answer.places ?? []).filter((each) => !each.own);
  } catch {
    return [];
  }
}

function offer(context, area, { old, wanted, used, input }) {
  const { words } = context;
  const button = (label, run, kind = "btn") => make("button", { type: "button", class: kind, onclick: run }, label);
  const close = () => {
    area.hidden = true;
    input.focus();
  };
  const here = () => {
    rename(context, wanted);
    close();
  };
  const keep = () => {
    input.value = old;
    close();
  };
  const all = async () => {
    const problem = await everywhere(context, old, wanted);
    if (problem) area.querySelector("[role=alert]").textContent = problem;
  };
  const line = ({ path, where, words: text }) =>
    make("li", {}, [where, text].filter(Boolean).join("："), make("span", { class: "gf-number gf-quiet" }, ` ${path}`));
  area.replaceChildren(
    make("p", { id: "set-key-used" }, said(words.said.keyUsed, { key: old, number: used.length })),
    make("ul", { tabindex: "0", "aria-labelledby": "set-key-used" }, ...used.map(line)),
    make("p", { role: "alert", class: "gf-wrong" }),
    make(
      "div",
      { class: "gf-actions" },
      button(words.buttons.renameAll, all, "btn btn-primary"),
      button(words.buttons.renameHere, here),
      button(words.buttons.renameNot, keep),
    ),
  );
  area.hidden = false;
  area.querySelector("button").focus();
}

/** Change a key in every file; the page is read anew, since several files have changed. Returns what went wrong. */
async function everywhere({ place, addressOf, saving, words }, old, wanted) {
  try {
    await saving.save(true);
    const body = { path: place.dataset.path, old, new: wanted, apply: true };
    const answer = await ask(place, addressOf("rename"), body);
    if (!answer.ok) return answer.problem ?? words.said.renameFailed;
  } catch {
    return words.said.renameFailed;
  }
  location.hash = wanted;
  location.reload();
  return "";
}
