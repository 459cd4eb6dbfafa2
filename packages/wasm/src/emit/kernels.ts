import { at, bytesPerElement } from '@adjoint/core/extend';
import type {
  CopyKernel,
  Memory,
  RepeatKernel,
  ScheduledKernel,
  ScheduledLoops,
  View,
} from '@adjoint/compiler';
import { FunctionBody } from '../binary/code.js';
import { writeLoops, type Context } from './loops.js';

/** Bytes moved one vector at a time, rather than by a call of the engine's copy. */
const FEW_BYTES = 128;

function pushAddress(body: FunctionBody, { buffer, offset, slot }: View, memory: Memory): void {
  const bytes = offset * bytesPerElement[buffer.dtype];
  if (slot === undefined) {
    body.i32(memory.address(buffer) + bytes);
    return;
  }
  body.i32(memory.slot(slot));
  body.memory('i32.load', 0);
  body.i32(bytes);
  body.op('i32.add');
}

/** Copies bytes between the addresses that two functions push. */
export function writeCopy(body: FunctionBody, to: () => void, from: () => void, bytes: number): void {
  if (bytes > FEW_BYTES) {
    to();
    from();
    body.i32(bytes);
    body.op('memory.copy', 0, 0);
    return;
  }
  let done = 0;
  for (const [size, load, store] of [
    [16, 'v128.load', 'v128.store'],
    [8, 'f64.load', 'f64.store'],
    [4, 'i32.load', 'i32.store'],
    [1, 'i32.load8_u', 'i32.store8'],
  ] as const) {
    for (; done + size <= bytes; done += size) {
      to();
      from();
      body.memory(load, done);
      body.memory(store, done);
    }
  }
}

function writeMove({ from, to, size }: CopyKernel, body: FunctionBody, memory: Memory): void {
  const bytes = size * bytesPerElement[from.buffer.dtype];
  writeCopy(
    body,
    () => pushAddress(body, to, memory),
    () => pushAddress(body, from, memory),
    bytes,
  );
}

/** Writes a parallel kernel as a function of its part, and calls it for each one, or has threads do so. */
function writeParallel(kernel: ScheduledLoops, body: FunctionBody, context: Context): void {
  const { table } = context;
  const parts = at(kernel.extents, 0);
  const part = new FunctionBody(1);
  writeLoops(kernel, part, context);
  const index = table.add({ parameters: ['i32'], results: [], body: part });
  if (table.share !== undefined) {
    body.i32(table.parallel.push(index) - 1);
    body.i32(parts);
    body.op('call', table.share);
    return;
  }
  const counter = body.local('i32');
  body.i32(0);
  body.op('local.set', counter);
  body.nested('loop', () => {
    body.ops(['local.get', counter], ['call', index], ['local.get', counter]);
    body.i32(1);
    body.ops('i32.add', ['local.tee', counter]);
    body.i32(parts);
    body.ops('i32.lt_u', ['br_if', 0]);
  });
  body.release('i32', counter);
}

function writeRepeat(
  { steps, moving, body: kernels }: RepeatKernel<ScheduledLoops>,
  body: FunctionBody,
  context: Context,
): void {
  if (steps === 0) return;
  const { memory } = context;
  for (const { slot, from } of moving) {
    body.i32(memory.slot(slot));
    pushAddress(body, from, memory);
    body.memory('i32.store', 0);
  }
  const counter = body.local('i32');
  body.i32(steps);
  body.op('local.set', counter);
  body.nested('loop', () => {
    writeKernels(kernels, body, context);
    for (const { slot, from, stride } of moving) {
      advance(body, memory.slot(slot), stride * bytesPerElement[from.buffer.dtype]);
    }
    body.op('local.get', counter);
    body.i32(1);
    body.ops('i32.sub', ['local.tee', counter], ['br_if', 0]);
  });
  body.release('i32', counter);
}

/** Engines optimize a function as a whole, in more than linear time: so many bytes, and the next kernel has its own. */
const LARGEST_FUNCTION = 32_768;

/** Writes kernels one after another, into functions of their own where they are many. */
export function writeKernels(
  kernels: readonly ScheduledKernel[],
  outer: FunctionBody,
  context: Context,
): void {
  const { memory, table } = context;
  let body = outer;
  for (const kernel of kernels) {
    if (body.size > LARGEST_FUNCTION) {
      body = new FunctionBody(0);
      outer.op('call', table.add({ parameters: [], results: [], body }));
    }
    switch (kernel.kind) {
      case 'loops':
        if (kernel.parallel) writeParallel(kernel, body, context);
        else writeLoops(kernel, body, context);
        break;
      case 'copy':
        writeMove(kernel, body, memory);
        break;
      case 'call':
        body.i32(kernel.target);
        body.op('call', table.trampoline);
        break;
      case 'repeat':
        writeRepeat(kernel, body, context);
        break;
      case 'branch':
        pushAddress(body, kernel.predicate, memory);
        body.memory('i32.load8_u', 0);
        body.either(
          () => writeKernels(kernel.whenTrue, body, context),
          () => writeKernels(kernel.whenFalse, body, context),
        );
        break;
    }
  }
}

/** Adds bytes to the address in a slot. */
export function advance(body: FunctionBody, slot: number, bytes: number): void {
  body.i32(slot);
  body.i32(slot);
  body.memory('i32.load', 0);
  body.i32(bytes);
  body.op('i32.add');
  body.memory('i32.store', 0);
}
