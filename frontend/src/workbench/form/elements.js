// Elements made from words: whatever a form says is text here, never markup.

/** Make an element; attributes that begin with "on" are listeners, false and null ones are left out. */
export function make(tag, attributes = {}, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...inner.filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

/** Put values into words: "{name} ..." with { name }. */
export function said(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
