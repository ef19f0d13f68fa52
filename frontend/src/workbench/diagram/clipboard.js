// What is copied can be pasted on another page too: into another diagram, of another procedure.

const NAME = "gridflow.copied";
const FIRST = 3000;
const LOOPED = ["loopDataInputRef", "loopDataOutputRef"]; // references, which are not written by themselves

/** Hands what is copied on to other pages, and pastes what was copied there since. */
function SharedClipboard(eventBus, clipboard, moddle) {
  let known = written();
  eventBus.on("copyPaste.elementsCopied", ({ tree, hints }) => {
    if (hints?.clip === false) return;
    known = JSON.stringify(tree, withNames);
    try {
      localStorage.setItem(NAME, known);
    } catch {
      // It stays on this page alone.
    }
  });
  eventBus.on("copyPaste.pasteElements", FIRST, () => {
    const now = written();
    if (!now || (now === known && !clipboard.isEmpty())) return;
    known = now;
    clipboard.set(JSON.parse(now, elementsOf(moddle)));
  });
}
SharedClipboard.$inject = ["eventBus", "clipboard", "moddle"];

function written() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

/** Write out the variables a repetition names. */
function withNames(_, value) {
  if (!value?.$type?.endsWith("LoopCharacteristics")) return value;
  const named = LOOPED.flatMap((name) => (value[name] ? [[name, { ...value[name] }]] : []));
  return { ...value, ...Object.fromEntries(named) };
}

/** Make elements of the model again of what was written; what is there twice is one. */
function elementsOf(moddle) {
  const made = new Map();
  return (_, value) => {
    if (typeof value?.$type !== "string") return value;
    const { $type, ...attributes } = value;
    if (value.id && made.has(value.id)) return made.get(value.id);
    const element = moddle.create($type, attributes);
    if (value.id) made.set(value.id, element);
    return element;
  };
}

export default { __init__: ["sharedClipboard"], sharedClipboard: ["type", SharedClipboard] };
