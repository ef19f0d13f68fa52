// Makes elements of the page. Texts go in as text, never as markup: names in a diagram are written by anybody.

let made = 0;

/** Make an element with attributes (`on…` are listeners, `false` leaves one out) and children. */
export function make(tag, attributes = {}, ...children) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) found.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined && value !== null)
      found.setAttribute(name, value === true ? "" : value);
  }
  found.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return found;
}

/** Return an id no other element of the page has. */
export function freshId(stem) {
  made += 1;
  return `${stem}-${made}`;
}

/** Fill the `{places}` of a text. */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
