// Why a field is asked for, and where its value lives.
import { get, set } from "./components.js";
import { make, said } from "./elements.js";
import { askedTogether, box, list } from "./entries.js";
import { usualClass } from "./kinds.js";

const WAY = ["properties", "basis"];

/** Ask for the articles a field rests on, with their words. */
export function basis(context) {
  const { words, component, held } = context;
  const chosen = make("ul", { class: "gf-form-articles" });
  const area = askedTogether(context, "basis", chosen);
  const codes = () =>
    String(get(component, WAY) ?? "")
      .split(/\s+/)
      .filter(Boolean);
  const write = (left) => {
    held.edit((one) => set(one, WAY, left.join(" ") || undefined));
    draw();
  };
  const known = (code) => context.knowledge().articles?.find((each) => each.code === code);
  const remove = (code) => () => {
    write(codes().filter((each) => each !== code));
    area.querySelector("input, select")?.focus();
  };
  const draw = () => chosen.replaceChildren(...codes().map((code) => article(words, code, known(code), remove(code))));
  draw();
  context.whenKnown(({ articles = [] }) => {
    draw();
    area.append(picker(words, articles, (code) => !codes().includes(code) && write([...codes(), code])));
    // the script of every page makes a long list that arrives one to search in
    area.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: area } }));
  });
  return area;
}

function article(words, code, known, remove) {
  const label = said(words.said.removeArticle, { code });
  const button = make(
    "button",
    { type: "button", class: "btn gf-form-sign", "aria-label": label, onclick: remove },
    "×",
  );
  const text = known
    ? make(
        "details",
        { class: "gf-form-fold" },
        make("summary", {}, known.title),
        make("p", { class: "gf-form-law" }, known.text),
      )
    : make("span", { class: "gf-quiet" }, words.said.elsewhere);
  return make("li", {}, make("span", { class: "gf-number" }, code), text, button);
}

function picker(words, articles, add) {
  const shown = make("p", { class: "gf-form-law", role: "status" });
  const tell = () => {
    shown.textContent = articles.find((each) => each.code === select.value)?.text ?? "";
  };
  const options = [["", words.said.pickArticle], ...articles.map((each) => [each.code, `${each.code} ${each.title}`])];
  const finding = { "data-find": words.said.findArticle, "data-none": words.said.noArticle };
  const select = list(options, "", tell, { id: "set-basis", "aria-label": words.said.pickArticle, ...finding });
  const pressed = () => select.value && add(select.value);
  const button = make("button", { type: "button", class: "btn", onclick: pressed }, words.buttons.addArticle);
  return make("div", {}, select, shown, button);
}

/** Ask where the value lives: in the workflow, or in the vault as text or as personal data. */
export function classes(context) {
  const { words, component, held } = context;
  const way = ["properties", "class"];
  const usual = usualClass(component.type);
  const now = get(component, way) ?? usual;
  const boxes = words.options.class
    .filter(([name]) => name !== "public" || component.type !== "filepicker")
    .map(([name, [label, hint]]) => {
      const picked = () => held.edit((one) => set(one, way, name === usual ? undefined : name));
      return box(label, hint, { type: "radio", name: "class", value: name, checked: name === now, onchange: picked });
    });
  return askedTogether(context, "class", make("div", { class: "gf-choices" }, ...boxes));
}
