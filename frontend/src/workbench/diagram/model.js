// Reads and writes what an element says, always by commands, so that every change can be undone.
import { datum } from "./vocabulary.js";

const EVENT_KINDS = { message: "Message", signal: "Signal", error: "Error", escalation: "Escalation" };

/** Return the tag of a type: bpmn:UserTask is userTask. */
export function tagOf(type) {
  const name = type.split(":")[1];
  return name[0].toLowerCase() + name.slice(1);
}

/** Return the BPMN tag of an element: userTask, exclusiveGateway … */
export const kindOf = (element) => tagOf(element.businessObject.$type);

/** Return what an event waits for or throws, undefined if nothing. */
export function eventOf(element) {
  return (element.businessObject.eventDefinitions ?? [])[0];
}

/** Return the kind of an event's definition: timer, message … or an empty text. */
export function eventKind(element) {
  const found = eventOf(element);
  return found ? tagOf(found.$type).replace("EventDefinition", "") : "";
}

/** Runs several commands as one that is undone at once. */
class Together {
  preExecute({ steps }) {
    steps();
  }
}

/** The ways to read and write the elements of a modeler. */
export class Model {
  constructor(modeler) {
    this.modeler = modeler;
    this.moddle = modeler.get("moddle");
    this.modeling = modeler.get("modeling", false);
    this.stack = modeler.get("commandStack", false);
    this.stack?.registerHandler("gridflow.together", Together);
  }

  create(type, attributes, parent) {
    return Object.assign(this.moddle.create(type, attributes), { $parent: parent });
  }

  set(element, properties) {
    this.modeling.updateProperties(element, properties);
  }

  write(element, owner, properties) {
    this.modeling.updateModdleProperties(element, owner, properties);
  }

  /** Take several steps as one that is undone at once. */
  together(steps) {
    this.stack.execute("gridflow.together", { steps });
  }

  extensions(element, type) {
    return (element.businessObject.extensionElements?.values ?? []).filter((each) => each.$type === type);
  }

  /** Replace the extensions of a type by others. */
  extend(element, type, values) {
    const owner = element.businessObject;
    const kept = (owner.extensionElements?.values ?? []).filter((each) => each.$type !== type);
    const whole = this.create("bpmn:ExtensionElements", {}, owner);
    whole.values = [...kept, ...values.map((value) => this.create(type, value, whole))];
    this.set(element, { extensionElements: whole.values.length ? whole : undefined });
  }

  formal(text, owner) {
    return text ? this.create("bpmn:FormalExpression", { body: text }, owner) : undefined;
  }

  /** Return the variable a repetition names. */
  variable(name) {
    return name ? datum(this.moddle, name) : undefined;
  }

  /** Return the message, signal, error or escalation of a name, declared on the spot if nobody did. */
  declared(element, kind, name) {
    const type = `bpmn:${EVENT_KINDS[kind]}`;
    const definitions = this.modeler.getDefinitions();
    const found = definitions.rootElements.find((each) => each.$type === type && nameOf(each) === name);
    if (found) return found;
    let id = `${name.replace(/\W/g, "_")}_${kind}`;
    while (this.moddle.ids.assigned(id)) id += "_2";
    const fresh = this.create(type, { id, name }, definitions);
    if (kind === "error" || kind === "escalation") fresh.set(`${kind}Code`, name);
    this.moddle.ids.claim(id, fresh);
    this.write(element, definitions, { rootElements: [...definitions.rootElements, fresh] });
    return fresh;
  }

  /** Forget a message, signal, error or escalation that nothing in the diagram names any more. */
  forget(element, found) {
    const definitions = this.modeler.getDefinitions();
    const named = (owner) => Object.keys(EVENT_KINDS).some((kind) => owner.get?.(`${kind}Ref`) === found);
    const drawn = this.modeler.get("elementRegistry").getAll();
    const owners = drawn.flatMap(({ businessObject }) => [businessObject, ...(businessObject.eventDefinitions ?? [])]);
    if (!found || owners.some(named)) return;
    this.write(element, definitions, { rootElements: definitions.rootElements.filter((each) => each !== found) });
  }
}

/** Return how a message, signal, error or escalation is known: by its code, else by its name. */
export function nameOf(found) {
  return found?.errorCode || found?.escalationCode || found?.name || "";
}
