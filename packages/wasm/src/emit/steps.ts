import type { Opcode } from '../binary/opcodes.js';
import type { Instruction } from '../vector/vectors.js';
import type { Writer } from './writer.js';

/** A kernel's loops as a tree, built before it is written, so that what a loop does not change stands outside it. */
export type Step =
  | { readonly kind: 'set'; readonly local: number; readonly value: Instruction }
  | {
      readonly kind: 'store';
      readonly opcode: Opcode;
      readonly address: Instruction;
      readonly offset: number;
      readonly value: Instruction;
      readonly lane?: number;
    }
  | {
      readonly kind: 'loop';
      readonly count: number;
      readonly counter: number;
      /** Locals that start at a value and move by so many bytes an iteration. */
      readonly offsets: readonly {
        readonly local: number;
        readonly start: Instruction;
        readonly stride: number;
      }[];
      readonly body: readonly Step[];
    };

const rootsOf = (steps: readonly Step[]): readonly Instruction[] =>
  steps.flatMap((step) => {
    switch (step.kind) {
      case 'set':
        return [step.value];
      case 'store':
        return [step.address, step.value];
      case 'loop':
        return [...step.offsets.map(({ start }) => start), ...rootsOf(step.body)];
    }
  });

/** What the roots need that does not change in a loop at this level, without what that needs itself. */
function invariants(roots: readonly Instruction[], level: number): readonly Instruction[] {
  const found = new Set<Instruction>();
  const seen = new Set<Instruction>();
  const stack = [...roots];
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    if (seen.has(each)) continue;
    seen.add(each);
    if (each.level < level) found.add(each);
    else stack.push(...each.operands);
  }
  return [...found];
}

/** Writes the steps of a kernel. Loops run at least once. */
export function writeSteps(writer: Writer, steps: readonly Step[]): void {
  writer.announce(rootsOf(steps));
  writer.scoped(() => writeAt(writer, steps, 1));
}

function writeAt(writer: Writer, steps: readonly Step[], level: number): void {
  const { body } = writer;
  // Where several things are stored, all are computed first: one may overwrite what another is computed from.
  const pending: Extract<Step, { kind: 'store' }>[] = [];
  const flush = (): void => {
    if (pending.length > 1) for (const { value } of pending) writer.computeNow(value);
    for (const { opcode, address, offset, value, lane } of pending.splice(0)) {
      writer.store(opcode, address, offset, value, lane);
    }
  };
  for (const step of steps) {
    if (step.kind === 'store') {
      pending.push(step);
      continue;
    }
    flush();
    if (step.kind === 'set') {
      writer.push(step.value);
      body.op('local.set', step.local);
      continue;
    }
    for (const { local, start } of step.offsets) {
      writer.push(start);
      body.op('local.set', local);
    }
    for (const invariant of invariants(rootsOf(step.body), level)) writer.computeNow(invariant);
    body.i32(step.count);
    body.op('local.set', step.counter);
    body.nested('loop', () => {
      writer.scoped(() => writeAt(writer, step.body, level + 1));
      for (const { local, stride } of step.offsets) {
        body.op('local.get', local);
        body.i32(stride);
        body.op('i32.add');
        body.op('local.set', local);
      }
      body.op('local.get', step.counter);
      body.i32(1);
      body.op('i32.sub');
      body.op('local.tee', step.counter);
      body.op('br_if', 0);
    });
  }
  flush();
}
