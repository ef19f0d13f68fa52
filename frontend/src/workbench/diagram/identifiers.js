// Ids people can read: forms, records and statistics name elements by them.

import BpmnFactory from "bpmn-js/lib/features/modeling/BpmnFactory";
import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";

const READABLE = /^[a-z][a-z0-9_]*$/;
const LONGEST = 80;
const STEMS = {
  UserTask: "task",
  ServiceTask: "action",
  BusinessRuleTask: "decide",
  CallActivity: "call",
  SubProcess: "part",
  ExclusiveGateway: "ask",
  InclusiveGateway: "ask",
  ParallelGateway: "split",
  EventBasedGateway: "wait_first",
  StartEvent: "begin",
  EndEvent: "end",
  IntermediateCatchEvent: "wait",
  IntermediateThrowEvent: "pass",
  BoundaryEvent: "interrupt",
  SequenceFlow: "flow",
  TextAnnotation: "note",
  Participant: "pool",
};

/** Gives new elements ids in small letters instead of random ones. */
class ReadableFactory extends BpmnFactory {
  _ensureId(element) {
    if (element.id || !this._needsId(element)) return super._ensureId(element);
    const type = element.$type.split(":")[1];
    const stem = STEMS[type] ?? type.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
    let number = 1;
    while (this._model.ids.assigned(`${stem}_${number}`)) number += 1;
    element.id = `${stem}_${number}`;
    this._model.ids.claim(element.id, element);
  }
}
ReadableFactory.$inject = BpmnFactory.$inject;

/** Return the id of a flow that is named after its ends, as the shipped diagrams do. */
const afterEnds = (source, target) => `${source}_to_${target}`;

/** Names a new flow after its ends. */
class FlowNames extends CommandInterceptor {
  constructor(eventBus, modeling, moddle) {
    super(eventBus);
    this.postExecuted("connection.create", ({ context }) => {
      const { connection, source, target } = context;
      const id = afterEnds(source.id, target.id);
      if (!/^flow_\d+$/.test(connection.id) || id.length > LONGEST || moddle.ids.assigned(id)) return;
      modeling.updateProperties(connection, { id });
    });
  }
}
FlowNames.$inject = ["eventBus", "modeling", "moddle"];

export default { __init__: ["flowNames"], bpmnFactory: ["type", ReadableFactory], flowNames: ["type", FlowNames] };

/** Return what is wrong with a new id, an empty text if nothing. */
export function idProblem(id, { moddle, drawing, words }) {
  if (!READABLE.test(id) || id.length > LONGEST) return words.idStyle;
  const kept = drawing.reserved.includes(id) || drawing.endings.some((ending) => id.endsWith(ending));
  if (kept || drawing.fixed.includes(id)) return words.idReserved;
  return moddle.ids.assigned(id) ? words.idTaken : "";
}

/**
 * Give an element another id and let what names it follow: exclusions, what a task shows, the form kept by its name, the
 * flows that were named after it when they were drawn.
 */
export function rename(element, id, model, forms) {
  const old = element.id;
  const swapped = (text) =>
    text
      .split(/\s+/)
      .map((key) => (key === old ? id : key))
      .join(" ");
  model.together(() => {
    const owner = element.businessObject;
    if (forms.some((form) => form.code === old) && !owner.get("gridflow:form"))
      model.set(element, { "gridflow:form": old });
    const flows = [...(element.incoming ?? []), ...(element.outgoing ?? [])];
    const following = flows.filter((flow) => flow.id === afterEnds(flow.source.id, flow.target.id));
    model.set(element, { id });
    for (const flow of following) {
      const wanted = afterEnds(flow.source.id, flow.target.id);
      if (wanted.length <= LONGEST && !model.moddle.ids.assigned(wanted)) model.set(flow, { id: wanted });
    }
    for (const other of model.modeler.get("elementRegistry").filter((each) => each.type !== "label")) {
      for (const name of ["gridflow:exclude", "gridflow:shows"]) {
        const text = other.businessObject.get?.(name) ?? "";
        if (text.split(/\s+/).includes(old)) model.set(other, { [name]: swapped(text) });
      }
    }
  });
}
