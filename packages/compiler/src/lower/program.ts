import { nameOfInput, type Program, type Value } from '@adjoint/core';
import { at, lookup, sizeOf, stateOf, type StateSlot } from '@adjoint/core/extend';
import type { Buffer, ScheduledKernel, Slot, View } from '../loop/kernel.js';
import { wholeView } from '../loop/view.js';
import { Block, type Rules } from './block.js';
import type { Module } from './module.js';
import type { LoweredBlock } from './sequence.js';

/** An input's buffer, and for a per-step input the slot that says where the step's slice is. */
export interface Feed {
  readonly name: string;
  readonly buffer: Buffer;
  readonly slot?: Slot;
}

/** An output's buffer, and the slot that says where it is recorded; 0 where it is not. */
export interface Output {
  readonly name: string;
  readonly value: Value;
  readonly buffer: Buffer;
  readonly record: Slot;
}

/** A program that a pass has been over; what its nodes have become is the pass's. */
export interface Lowered<Body> {
  readonly name: string;
  readonly feeds: readonly Feed[];
  readonly outputs: readonly Output[];
  readonly body: Body;
}

/** A program whose nodes are kernels in order, of which it is known how they run. */
export type ScheduledProgram = Lowered<readonly ScheduledKernel[]>;

const kept = (name: string, { dtype, shape }: Value): Buffer => ({
  name,
  dtype,
  size: sizeOf(shape),
  kind: 'kept',
});

/** One buffer for each state, shared by all programs. */
export const stateBuffers = (slots: ReadonlyMap<string, StateSlot>): ReadonlyMap<string, Buffer> =>
  new Map([...slots].map(([path, { value }]) => [path, kept(path, value)] as const));

/** What programs that are compiled together are lowered with. */
export interface Lowering {
  readonly module: Module;
  readonly rules: Rules;
  readonly states: ReadonlyMap<string, Buffer>;
}

/** Lowers a program's nodes to fusions and kernels. */
export function lower(
  name: string,
  { graph, outputs: outputNames, updates, perStep }: Program,
  { module, rules, states }: Lowering,
): Lowered<LoweredBlock> {
  const block = new Block(module, rules);
  for (const node of graph.nodes) {
    const state = stateOf(node);
    if (state === undefined) continue;
    const value = at(node.outputs, 0);
    block.setView(value, wholeView(lookup(states, state.path), value.shape));
  }
  const feeds = graph.inputs.map((input): Feed => {
    const inputName = nameOfInput(input);
    if (!perStep.includes(inputName)) {
      const buffer = kept(inputName, input);
      block.setView(input, wholeView(buffer, input.shape));
      return { name: inputName, buffer };
    }
    const buffer: Buffer = { ...kept(inputName, input), kind: 'streamed' };
    const slot = { name: inputName };
    block.setView(input, { ...wholeView(buffer, input.shape), slot });
    return { name: inputName, buffer, slot };
  });
  const values = new Map(Object.entries(graph.outputs));
  const outputs = outputNames.map((output): Output => {
    const value = lookup(values, output);
    return { name: output, value, buffer: kept(output, value), record: { name: output } };
  });
  const nexts = updates.map(({ path, output }) => ({
    next: lookup(values, output),
    state: lookup(states, path),
  }));
  block.compute([...outputs.map(({ value }) => value), ...nexts.map(({ next }) => next)]);

  const result = (value: Value, view: View) => ({ operand: block.values.operand(value), view });
  const body = block.finish(
    outputs.map(({ value, buffer }) => result(value, wholeView(buffer, value.shape))),
    nexts.map(({ next, state }) => result(next, wholeView(state, next.shape))),
  );
  return { name, feeds, outputs, body };
}
