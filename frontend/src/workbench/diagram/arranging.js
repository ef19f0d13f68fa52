// Arranging the whole drawing anew: the server says where everything goes, one step of undo brings it all back.

/** Puts elements elsewhere; carried out or taken back, what stands there now is kept for the other way. */
class Arrange {
  constructor(bpmnUpdater) {
    this._updater = bpmnUpdater;
  }

  execute({ places }) {
    for (const [element, wanted] of places) {
      const kept = element.waypoints
        ? { waypoints: element.waypoints }
        : { x: element.x, y: element.y, width: element.width, height: element.height };
      Object.assign(element, wanted);
      places.set(element, kept);
      if (element.waypoints) this._updater.updateConnectionWaypoints(element);
      else this._updater.updateBounds(element);
    }
    return [...places.keys()];
  }

  revert(context) {
    return this.execute(context);
  }
}
Arrange.$inject = ["bpmnUpdater"];

const ACT = "gridflow.arrange";

function Arranging(commandStack) {
  commandStack.registerHandler(ACT, Arrange);
}
Arranging.$inject = ["commandStack"];

export default { __init__: ["arranging"], arranging: ["type", Arranging] };

/** Draw everything where `xml`, the same diagram laid out, has it; false where something folded cannot follow. */
export async function arrange(studio, xml) {
  const { registry, modeler } = studio;
  if (registry.filter((each) => each.collapsed && each.type === "bpmn:SubProcess").length) return false;
  const { rootElement } = await modeler.get("moddle").fromXML(xml);
  const drawn = rootElement.diagrams[0].plane.planeElement;
  const places = new Map(drawn.flatMap((each) => placesOf(each, registry)));
  studio.get("commandStack").execute(ACT, { places });
  return true;
}

/** Return where an element goes, and where its name goes if it stands apart. */
function placesOf({ bpmnElement, bounds, waypoint, label }, registry) {
  const element = registry.get(bpmnElement?.id);
  if (!element) return [];
  const place = waypoint
    ? { waypoints: waypoint.map(({ x, y }) => ({ x, y })) }
    : { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height };
  const room = label?.bounds;
  const name = registry.get(`${element.id}_label`);
  if (!room || !name) return [[element, place]];
  return [
    [element, place],
    [name, { x: room.x, y: room.y, width: room.width, height: room.height }],
  ];
}
