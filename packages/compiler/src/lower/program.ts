import {
  nameOfInput,
  simplify,
  sizeOf,
  stateOf,
  type Program,
  type StateSlot,
  type Value,
} from '@adjoint/core';
import type { Buffer, Kernel, Slot } from '../loop/kernel.js';
import { wholeView } from '../loop/view.js';
import type { Target } from '../target.js';
import { Lowering } from './lowering.js';
import type { Module } from './places.js';

/** An input's place: its elements, or for a per-step input the slot that says where the step's slice is. */
export interface Feed {
  readonly name: string;
  readonly buffer: Buffer;
  readonly slot?: Slot;
}

/** An output's place, and the slot that says where it is recorded; 0 where it is not. */
export interface Output {
  readonly name: string;
  readonly value: Value;
  readonly buffer: Buffer;
  readonly record: Slot;
}

export interface LoweredProgram {
  readonly name: string;
  readonly feeds: readonly Feed[];
  readonly outputs: readonly Output[];
  readonly kernels: readonly Kernel[];
}

const kept = (name: string, { dtype, shape }: Value): Buffer => ({
  name,
  dtype,
  size: sizeOf(shape),
  kind: 'kept',
});

/** One buffer for each state, shared by all programs. */
export const stateBuffers = (slots: ReadonlyMap<string, StateSlot>): ReadonlyMap<string, Buffer> =>
  new Map([...slots].map(([path, { value }]) => [path, kept(path, value)] as const));

export function lowerProgram(
  name: string,
  program: Program,
  states: ReadonlyMap<string, Buffer>,
  module: Module,
  target: Target,
): LoweredProgram {
  const { outputs: outputNames, updates, perStep } = program;
  const graph = simplify(program.graph);
  const lowering = new Lowering(module, target);
  const stateValues = new Map<string, Value>();
  for (const node of graph.nodes) {
    const state = stateOf(node);
    const [value] = node.outputs;
    const buffer = state && states.get(state.path);
    if (state === undefined || value === undefined || buffer === undefined) continue;
    stateValues.set(state.path, value);
    lowering.setPlace(value, { kind: 'view', view: wholeView(buffer, value.shape) });
  }
  const feeds = graph.inputs.map((input): Feed => {
    const inputName = nameOfInput(input);
    if (!perStep.includes(inputName)) {
      const buffer = kept(inputName, input);
      lowering.setPlace(input, { kind: 'view', view: wholeView(buffer, input.shape) });
      return { name: inputName, buffer };
    }
    const buffer: Buffer = { ...kept(inputName, input), kind: 'streamed' };
    const slot = { name: inputName };
    lowering.setPlace(input, { kind: 'view', view: { ...wholeView(buffer, input.shape), slot } });
    return { name: inputName, buffer, slot };
  });
  const outputs = outputNames.flatMap((output): readonly Output[] => {
    const value = graph.outputs[output];
    return value === undefined
      ? []
      : [{ name: output, value, buffer: kept(output, value), record: { name: output } }];
  });
  const carried = updates.flatMap(({ path, output }) => {
    const [next, buffer, value] = [graph.outputs[output], states.get(path), stateValues.get(path)];
    // A state that the program only writes has no node of its own in the graph.
    if (next === undefined || buffer === undefined) return [];
    return [{ view: wholeView(buffer, (value ?? next).shape), next }];
  });
  lowering.compute([...outputs.map(({ value }) => value), ...carried.map(({ next }) => next)]);
  const results = outputs.map(({ value, buffer }) => ({ value, view: wholeView(buffer, value.shape) }));
  return { name, feeds, outputs, kernels: lowering.finish(results, carried) };
}
