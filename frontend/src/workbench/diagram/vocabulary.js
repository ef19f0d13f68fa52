// What our own namespaces add to BPMN, so that the library reads, copies and writes it as it does the standard's.

const text = (name) => ({ name, isAttr: true, type: "String" });

const ATTRIBUTES = [
  "role",
  "unit",
  "person",
  "exclude",
  "limit",
  "remind",
  "article",
  "document",
  "form",
  "action",
  "with_host",
  "title",
  "afresh",
  "shows",
  "told",
  "matter",
];

/** The `gridflow:` attributes and the inputs of actions and messages. */
export const gridflow = {
  name: "Gridflow",
  uri: "urn:gridflow:bpmn",
  prefix: "gridflow",
  xml: { tagAlias: "lowerCase" },
  types: [
    { name: "Described", extends: ["bpmn:BaseElement"], properties: ATTRIBUTES.map(text) },
    { name: "Input", superClass: ["Element"], properties: [text("name"), text("value")] },
  ],
};

/** What the engine's own library reads by itself. */
export const spiffworkflow = {
  name: "SpiffWorkflow",
  uri: "http://spiffworkflow.org/bpmn/schema/1.0/core",
  prefix: "spiffworkflow",
  xml: { tagAlias: "lowerCase" },
  types: ["CalledDecisionId", "MessagePayload", "MessageVariable"].map((name) => ({
    name,
    superClass: ["Element"],
    properties: [{ name: "value", isBody: true, type: "String" }],
  })),
};

/**
 * Give references to variables something to point at: BPMN wants a declared datum where the engine takes any variable's
 * name, and the library would leave out what points nowhere.
 */
export function keepNames(moddle, warnings) {
  for (const { element, property, value } of warnings) {
    if (!element || !property?.endsWith("Ref") || !/loopData(In|Out)putRef$/.test(property)) continue;
    element.set(property, datum(moddle, value));
  }
}

/** Return a datum of that name, to be pointed at. */
export function datum(moddle, name) {
  return moddle.create("bpmn:DataInput", { id: name, name });
}

/** Lets a copy keep the variables its repetition names; the library copies no references. */
function KeepNames(eventBus) {
  eventBus.on("moddleCopy.canCopyProperty", 2000, ({ property, propertyName }) =>
    /loopData(In|Out)putRef$/.test(propertyName) ? property : undefined,
  );
}
KeepNames.$inject = ["eventBus"];

export const KeptNames = { __init__: ["keepNames"], keepNames: ["type", KeepNames] };
