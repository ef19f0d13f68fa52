// Where an added shape lands: where bpmn-js would put it, and further right where anything stands there already.
import { getNewShapePosition } from "bpmn-js/lib/features/auto-place/BpmnAutoPlaceUtil";

const MARGIN = 30;
const FIRST = 2000;
const FRAMES = ["bpmn:Participant", "bpmn:Lane", "bpmn:Group"];

/** Find a free place: bpmn-js looks only at what is connected. To the right, as below may be another lane. */
function FreePlaces(eventBus, elementRegistry) {
  eventBus.on("autoPlace", FIRST, ({ source, shape }) => {
    const position = getNewShapePosition(source, shape, elementRegistry);
    const others = elementRegistry.filter((each) => stands(each, source));
    let met = others.find((each) => overlaps(each, position, shape));
    while (met) {
      position.x = met.x + met.width + MARGIN + shape.width / 2;
      met = others.find((each) => overlaps(each, position, shape));
    }
    return position;
  });
}
FreePlaces.$inject = ["eventBus", "elementRegistry"];

/** Tell whether an element takes up room beside the source: a shape or its name, no frame and no line. */
function stands(each, source) {
  const { waypoints, labelTarget, parent, businessObject } = each;
  const frame = FRAMES.some((type) => businessObject?.$instanceOf?.(type));
  return parent === source.parent && each !== source && !waypoints && !labelTarget?.waypoints && !frame;
}

function overlaps(each, { x, y }, { width, height }) {
  const apart = { x: Math.abs(each.x + each.width / 2 - x), y: Math.abs(each.y + each.height / 2 - y) };
  return apart.x < (each.width + width) / 2 && apart.y < (each.height + height) / 2;
}

export default { __init__: ["freePlaces"], freePlaces: ["type", FreePlaces] };
