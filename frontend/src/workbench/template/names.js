// The names a template may print, by group, each with a button that inserts it where the cursor stands.

/** Fetch the names and list them; the cases a preview can be set with come along. */
export async function listNames(address, source, words, pages) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { groups, cases } = await answer.json();
  pages.cases(cases);
  const list = document.querySelector("[data-groups]");
  list.replaceChildren(...groups.map((group) => section(group, source, words)));
  document.querySelector("[data-filter]").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const item of list.querySelectorAll("li")) item.hidden = !item.dataset.match.includes(wanted);
    for (const each of list.children) each.hidden = !each.querySelector("li:not([hidden])");
  });
}

function section(group, source, words) {
  const whole = document.createElement("section");
  const title = document.createElement("h2");
  title.textContent = group.title;
  const items = document.createElement("ul");
  items.append(...group.names.map((name) => item(name, source, words)));
  whole.append(title, items);
  return whole;
}

function item(name, source, words) {
  const row = document.createElement("li");
  row.dataset.match = `${name.name} ${name.label}`.toLowerCase();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "gf-template-name";
  const label = document.createElement("span");
  label.textContent = name.label;
  const code = document.createElement("code");
  code.textContent = name.name;
  button.append(label, code);
  button.title = words.insert.replace("{name}", name.text);
  button.addEventListener("click", () => source.insert(name.text));
  row.append(button);
  return row;
}
