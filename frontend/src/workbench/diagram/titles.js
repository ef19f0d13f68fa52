// What an element is called: by its name, else by its kind and what stands near it, as the check on the server says it.
import { filled } from "./make.js";
import { kindOf } from "./model.js";

const isFlow = (element) => kindOf(element) === "sequenceFlow";

/** Return what people call an element; where nobody named it, its kind and what it follows. */
export function titleOf(element, words) {
  return named(element) || (isFlow(element) ? way(element, words) : place(element, words));
}

/** Tell whether somebody named the element; a note has its text in place of a name. */
export const named = (element) => element.businessObject.name || element.businessObject.text || "";

/** Return what a sentence calls an element: its name in quotes, or the words that stand for one. */
export const quoted = (element, words) => (named(element) ? `“${named(element)}”` : titleOf(element, words));

function way({ source, target }, words) {
  return filled(words.titleWay, { source: quoted(source, words), target: quoted(target, words) });
}

function place(element, words) {
  const kind = words.kinds[kindOf(element)] ?? kindOf(element);
  if (element.host) return filled(words.titleOn, { kind, name: quoted(element.host, words) });
  for (const [text, back] of [
    [words.titleAfter, true],
    [words.titleBefore, false],
  ]) {
    const name = nearest(element, back);
    if (name) return filled(text, { kind, name: `“${name}”` });
  }
  return kind;
}

/** Return the name of the nearest element that has one, against the flow or along it; empty for none. */
function nearest(element, back) {
  const seen = new Set([element]);
  let ends = [element];
  while (ends.length) {
    ends = ends.flatMap((end) => beside(end, back)).filter((each) => each && !seen.has(each));
    const found = ends.find(named);
    if (found) return named(found);
    for (const each of ends) seen.add(each);
  }
  return "";
}

function beside(element, back) {
  const flows = ((back ? element.incoming : element.outgoing) ?? []).filter(isFlow);
  return [...flows.map((flow) => (back ? flow.source : flow.target)), ...(back && element.host ? [element.host] : [])];
}
