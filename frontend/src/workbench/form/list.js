// The fields of a form in their order: chosen, moved, copied and taken away by pointer, touch and keys alike.
import { put, step } from "./changing.js";
import { called, every, freeKey, inner, keyName, keysBeside, mayStand, stand } from "./components.js";
import { dragRows } from "./dragging.js";
import { make, said } from "./elements.js";
import { fresh } from "./kinds.js";

const NARROW = "(max-width: 699px)";
const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

/** Show the list of fields in a part of the page. Returns `draw` and `mark`, which shows what is refused where. */
export function listFields(part, context) {
  const { held, words } = context;
  const rows = part.querySelector("[data-form-rows]");
  const live = part.querySelector("[data-form-live]");
  let faults = {};

  const name = (component) => called(component, words.kinds);
  const tell = (text, values) => {
    live.textContent = "";
    requestAnimationFrame(() => {
      live.textContent = said(text, values);
    });
  };

  function draw() {
    const focused = rows.contains(document.activeElement);
    const found = every(held.form);
    rows.replaceChildren(...found.map((each) => row(each, held, words, faults[each.place])));
    part.classList.toggle("gf-form-none", !found.length);
    if (focused) rows.querySelector("[aria-current]")?.focus();
    for (const button of part.querySelectorAll("[data-move]"))
      button.disabled = !step(held.form, held.place, button.dataset.move);
    for (const button of part.querySelectorAll("[data-copy], [data-remove-field]")) button.disabled = !held.chosen();
  }

  function placed(component) {
    const own = every(held.form).find((each) => each.component === component);
    const words_ = own.holder ? words.said.movedIn : words.said.moved;
    tell(words_, {
      name: name(component),
      number: own.index + 1,
      count: own.count,
      group: own.holder && name(own.holder),
    });
  }

  function move(component, where, beside) {
    let done = false;
    held.rearrange((form) => {
      done = put(form, component, where, beside);
      return component;
    });
    if (done) placed(component);
  }

  function walk(way) {
    const found = step(held.form, held.place, way);
    if (!found) return tell(words.said.stays, { name: name(held.chosen()) });
    move(held.chosen(), ...found);
  }

  function add(kind) {
    const chosen = held.chosen();
    const made = newField(held.form, kind, words, chosen);
    held.rearrange((form) => {
      insert(form, made, chosen);
      giveKey(form, made, "field");
      return made;
    });
    tell(words.said.added, { name: name(made) });
    document.getElementById("set-label")?.select();
    document.getElementById("set-label")?.focus();
  }

  function copy() {
    const made = JSON.parse(JSON.stringify(held.chosen()));
    const before = held.chosen();
    held.rearrange((form) => {
      const { list, index } = stand(form, held.place);
      list.splice(index + 1, 0, made);
      giveKey(form, made, before[keyName(before)]);
      return made;
    });
    tell(words.said.copied, { name: name(made) });
  }

  function remove() {
    const gone = held.chosen();
    if (!gone) return;
    held.rearrange((form) => {
      const { list, index } = stand(form, held.place);
      list.splice(index, 1);
      return list[index] ?? list[index - 1];
    });
    tell(words.said.removed, { name: name(gone) });
    (rows.querySelector("[aria-current]") ?? part.querySelector("[data-add-kind]"))?.focus();
  }

  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-place]");
    if (!button) return;
    held.choose(button.dataset.place);
    const title = document.querySelector("[data-form-title]");
    if (matchMedia(NARROW).matches) title.focus({ preventScroll: true });
    if (matchMedia(NARROW).matches || title.getBoundingClientRect().top < 0) title.scrollIntoView();
  });
  rows.addEventListener("keydown", (event) => {
    if (event.altKey && event.key in KEYS && !context.readonly) {
      event.preventDefault();
      return walk(KEYS[event.key]);
    }
    if (event.key === "Delete" && !context.readonly) return remove();
    const all = [...rows.querySelectorAll("[data-place]")];
    const now = all.indexOf(document.activeElement);
    const next = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || !all[next]) return undefined;
    event.preventDefault();
    held.choose(all[next].dataset.place);
    return rows.querySelector("[aria-current]")?.focus();
  });
  for (const button of part.querySelectorAll("[data-move]"))
    button.addEventListener("click", () => walk(button.dataset.move));
  part.querySelector("[data-copy]")?.addEventListener("click", copy);
  part.querySelector("[data-remove-field]")?.addEventListener("click", remove);
  part
    .querySelector("[data-add-field]")
    ?.addEventListener("click", () => add(part.querySelector("[data-add-kind]").value));
  if (!context.readonly) dragRows(rows, held, move);

  return {
    draw,
    mark(found) {
      faults = found;
      draw();
    },
    tell,
  };
}

function row({ place, component, depth }, held, words, fault) {
  const chosen = place === held.place;
  const tags = [
    component.validate?.required && words.tags.required,
    component.properties?.class === "personal" && words.tags.personal,
    component.conditional?.hide && words.tags.conditional,
    fault && words.tags.fault,
  ].filter(Boolean);
  const label = make("span", { class: "gf-form-name" }, called(component, words.kinds));
  const about = make(
    "span",
    { class: "gf-form-about" },
    [words.kinds[component.type] ?? component.type, ...tags].join(" · "),
  );
  const button = make(
    "button",
    { type: "button", "data-place": place, tabindex: chosen ? "0" : "-1", "aria-current": chosen && "true" },
    label,
    about,
  );
  const grip = make("span", { class: "gf-form-grip", "aria-hidden": "true", "data-grip": true }, "⠿");
  const about_ = { "data-depth": Math.min(depth, 2), "data-holds": inner(component) && "yes" };
  return make("li", { class: fault && "gf-form-wrong", ...about_ }, grip, button);
}

function newField(form, kind, words, chosen) {
  const named = { type: kind };
  if (kind === "text") return { ...named, text: words.said.newText };
  if (kind === "separator") return named;
  const basis = [chosen, ...every(form).map((each) => each.component)].find((each) => each?.properties?.basis);
  const label = said(words.said.newField, { kind: words.kinds[kind] });
  if (kind !== "group") named[keyName(named)] = "field";
  named.label = label;
  Object.assign(
    named,
    fresh(
      kind,
      words.firstChoices.map((each) => ({ ...each })),
    ),
  );
  named.properties = { basis: basis?.properties.basis ?? words.anyArticle };
  if (kind === "group") named.components = [];
  if (kind === "dynamiclist") named.components = [{ ...newField(form, "textfield", words, chosen), key: "item_text" }];
  return named;
}

/** Put a new field behind the chosen one, into it where it is an empty group, at the end where nothing is chosen. */
function insert(form, made, chosen) {
  const own = every(form).find((each) => each.component === chosen);
  if (!own) form.components.push(made);
  else if (inner(chosen)?.length === 0 && mayStand(made, chosen)) inner(chosen).push(made);
  else {
    const beside = mayStand(made, own.holder) ? own.component : own.holder;
    const list = mayStand(made, own.holder) && own.holder ? inner(own.holder) : form.components;
    list.splice(list.indexOf(beside) + 1, 0, made);
  }
}

/** Give a component, and what stands in it, keys that nothing beside them has. */
function giveKey(form, component, wanted) {
  const name = keyName(component);
  if (component[name]) component[name] = freeKey(wanted ?? component[name], keysBeside(form, component));
  if (component.type === "group") for (const each of inner(component)) giveKey(form, each, each[keyName(each)]);
}
