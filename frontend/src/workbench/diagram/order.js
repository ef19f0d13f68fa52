// The elements of a diagram in the order in which a case comes to them, lane by lane.
import { kindOf } from "./model.js";

const is = (element, type) => element.businessObject?.$instanceOf?.(type) && element.type !== "label";

/** Return the lanes with their elements in flow order; what stands in no lane comes last, under null. */
export function inOrder(registry) {
  const nodes = registry.filter((element) => is(element, "bpmn:FlowNode"));
  const lanes = registry.filter((element) => is(element, "bpmn:Lane")).sort((one, other) => one.y - other.y);
  const owners = new Map();
  for (const lane of lanes) {
    for (const node of lane.businessObject.flowNodeRef ?? []) owners.set(node.id, innermost(lane, owners.get(node.id)));
  }
  const groups = new Map([...lanes, null].map((lane) => [lane, []]));
  for (const node of walked(nodes)) groups.get(laneOf(node, owners)).push(node);
  groups.get(null).push(...registry.filter((element) => is(element, "bpmn:TextAnnotation")));
  return [...groups].filter(([lane, found]) => lane || found.length);
}

/** Return the sequence flows that leave an element. */
export function leaving(element) {
  return (element.outgoing ?? []).filter((flow) => kindOf(flow) === "sequenceFlow");
}

function innermost(lane, other) {
  return other && lane.width * lane.height > other.width * other.height ? other : lane;
}

function laneOf(node, owners) {
  for (let at = node; at; at = at.parent) {
    const lane = owners.get(at.id) ?? owners.get(at.host?.id);
    if (lane) return lane;
  }
  return null;
}

/** Return the nodes so that each comes after those that lead to it, loops aside; what sits on a node follows it. */
function walked(nodes) {
  const seen = new Set();
  const found = [];
  const after = (node) => [...(node.attachers ?? []), node].flatMap((each) => leaving(each).map((flow) => flow.target));
  const visit = (first) => {
    const path = seen.has(first) ? [] : [[first, after(first)]];
    seen.add(first);
    while (path.length) {
      const [node, left] = path[path.length - 1];
      const next = left.pop();
      if (!next) found.unshift(path.pop()[0] && node);
      else if (!seen.has(next)) {
        seen.add(next);
        path.push([next, after(next)]);
      }
    }
  };
  const place = (one, other) => other.x - one.x || other.y - one.y;
  const [attached, free] = [nodes.filter((node) => node.host), nodes.filter((node) => !node.host)];
  const starts = free.filter((node) => kindOf(node) === "startEvent");
  for (const node of [...free.filter((each) => !starts.includes(each)).sort(place), ...starts.sort(place)]) {
    if (starts.includes(node) || !node.incoming.length) visit(node);
  }
  for (const node of free.sort(place)) visit(node);
  return found
    .flatMap((node) => [node, ...(node.attachers ?? [])])
    .concat(attached.filter((node) => !nodes.includes(node.host)));
}
