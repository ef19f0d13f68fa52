// What a called diagram takes and gives: only what it declares passes in and out.
import { several, tick } from "./controls.js";

const SIDES = {
  in: ["dataInputs", "inputSets", "bpmn:DataInput", "dataInputRefs", "optionalInputRefs", "bpmn:InputSet"],
};
SIDES.out = ["dataOutputs", "outputSets", "bpmn:DataOutput", "dataOutputRefs", "optionalOutputRefs", "bpmn:OutputSet"];

/** Return the fields for the data of a process: whether it is made to be called, and the variables by side. */
export function declaredData(element, kit, owner) {
  const { words, model } = kit;
  const declared = owner.ioSpecification;
  const change = (on) => {
    model.write(element, owner, { ioSpecification: on ? specified(owner, { in: {}, out: {} }, model) : undefined });
    kit.redraw("declares");
  };
  const box = tick(words.declares, Boolean(declared), change, { name: "declares", hint: words.declaresHint });
  if (!declared) return [box];
  const lists = ["in", "out"].flatMap((side) =>
    [false, true].map((optional) => names(element, kit, owner, side, optional)),
  );
  return [box, ...lists];
}

function names(element, kit, owner, side, optional) {
  const { words, model } = kit;
  const now = { in: read(owner, "in"), out: read(owner, "out") };
  const name = `data_${side}_${optional ? "optional" : "needed"}`;
  const shown = Object.keys(now[side]).filter((each) => now[side][each] === optional);
  const write = (text) => {
    const chosen = text.split(/\s+/).filter(Boolean);
    const rest = Object.entries(now[side]).filter(([each, kept]) => kept !== optional || chosen.includes(each));
    const fresh = chosen.filter((each) => !(each in now[side])).map((each) => [each, optional]);
    const data = { ...now, [side]: Object.fromEntries([...rest, ...fresh]) };
    model.write(element, owner, { ioSpecification: specified(owner, data, model) });
    kit.redraw(name);
  };
  return several(words[name], shown.join(" "), kit.variables, write, { words, name });
}

/** Return the variables of a side: name to whether it may be missing. */
function read(owner, side) {
  const [items, sets, , , optional] = SIDES[side];
  const declared = owner.ioSpecification;
  const loose = new Set((declared?.[sets] ?? []).flatMap((set) => set[optional] ?? []));
  return Object.fromEntries((declared?.[items] ?? []).map((item) => [item.name || item.id, loose.has(item)]));
}

/** Build the declaration anew, with the data that were there already. */
function specified(owner, data, model) {
  const whole = model.create("bpmn:InputOutputSpecification", {}, owner);
  for (const side of ["in", "out"]) {
    const [items, sets, type, refs, optional, setType] = SIDES[side];
    const old = owner.ioSpecification?.[items] ?? [];
    const found = Object.keys(data[side]).map((name) => {
      const kept = old.find((item) => (item.name || item.id) === name);
      return kept ?? model.create(type, { id: `${owner.id}_${side}_${name}`, name }, whole);
    });
    const loose = found.filter((item) => data[side][item.name || item.id]);
    whole[items] = found;
    whole[sets] = [model.create(setType, { [refs]: found, ...(loose.length ? { [optional]: loose } : {}) }, whole)];
  }
  return whole;
}
