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

/** Return the ways to read and write the elements of a modeler. */
export function modelOf(modeler) {
  const moddle = modeler.get("moddle");
  const modeling = modeler.get("modeling", false);
  const stack = modeler.get("commandStack", false);
  stack?.registerHandler("gridflow.together", Together);

  const create = (type, attributes, parent) => Object.assign(moddle.create(type, attributes), { $parent: parent });
  const set = (element, properties) => modeling.updateProperties(element, properties);
  const write = (element, owner, properties) => modeling.updateModdleProperties(element, owner, properties);
  const together = (steps) => stack.execute("gridflow.together", { steps });

  function extensions(element, type) {
    return (element.businessObject.extensionElements?.values ?? []).filter((each) => each.$type === type);
  }

  /** Replace the extensions of a type by others. */
  function extend(element, type, values) {
    const owner = element.businessObject;
    const kept = (owner.extensionElements?.values ?? []).filter((each) => each.$type !== type);
    const whole = create("bpmn:ExtensionElements", {}, owner);
    whole.values = [...kept, ...values.map((value) => create(type, value, whole))];
    set(element, { extensionElements: whole.values.length ? whole : undefined });
  }

  function formal(text, owner) {
    return text ? create("bpmn:FormalExpression", { body: text }, owner) : undefined;
  }

  /** Return the message, signal, error or escalation of a name, declared on the spot if nobody did. */
  function declared(element, kind, name) {
    const type = `bpmn:${EVENT_KINDS[kind]}`;
    const definitions = modeler.getDefinitions();
    const found = definitions.rootElements.find((each) => each.$type === type && nameOf(each) === name);
    if (found) return found;
    const taken = (id) => moddle.ids.assigned(id);
    let id = `${name.replace(/\W/g, "_")}_${kind}`;
    while (taken(id)) id += "_2";
    const fresh = create(type, { id, name }, definitions);
    if (kind === "error" || kind === "escalation") fresh.set(`${kind}Code`, name);
    moddle.ids.claim(id, fresh);
    write(element, definitions, { rootElements: [...definitions.rootElements, fresh] });
    return fresh;
  }

  /** Forget a message, signal, error or escalation that nothing in the diagram names any more. */
  function forget(element, found) {
    const definitions = modeler.getDefinitions();
    const named = (owner) =>
      Object.values(EVENT_KINDS).some((kind) => owner.get?.(`${kind.toLowerCase()}Ref`) === found);
    const owners = modeler
      .get("elementRegistry")
      .getAll()
      .map((each) => each.businessObject);
    if (!found || owners.some((owner) => named(owner) || (owner.eventDefinitions ?? []).some(named))) return;
    write(element, definitions, { rootElements: definitions.rootElements.filter((each) => each !== found) });
  }

  /** Return the variable a repetition names. */
  const variable = (name) => (name ? datum(moddle, name) : undefined);

  return {
    modeler,
    moddle,
    modeling,
    create,
    set,
    write,
    together,
    extensions,
    extend,
    formal,
    declared,
    forget,
    variable,
  };
}

/** Return how a message, signal, error or escalation is known: by its code, else by its name. */
export function nameOf(found) {
  return found?.errorCode || found?.escalationCode || found?.name || "";
}
