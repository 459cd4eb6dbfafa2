import { FunctionBody } from '../binary/code.js';
import type { ModuleFunction } from '../binary/module.js';

/**
 * How threads share the parts of a kernel. One thread runs the program; when it comes to a parallel kernel it writes a
 * ticket, and every thread takes parts from it, the first one among them, until none is left. So a thread that is not
 * there yet, or is held up, delays nothing but the part that it is at.
 *
 * The ticket is one 64-bit word, so that a part is never taken for another kernel than its own: the kernel in the upper
 * half, how many parts it has in the next 16 bits, and how many were taken in the lowest.
 */

/** Where the words that threads share lie, from the start of their block. */
const TICKET = 0;
/** Counts the kernels that were handed out; threads wait for it to change. */
const EPOCH = 8;
const DONE = 12;
const SLEEPERS = 16;
/** Counts how often threads were called back: each serves one generation. */
const GENERATION = 20;
/** How many threads are serving. */
const SERVING = 24;
export const CONTROL_BYTES = 32;

/** So often a thread looks for work before it sleeps: some 50 µs. */
const LOOKS = 20_000;

/** The alignment of atomic accesses, as a power of two. */
const WORD = 2;
const LONG = 3;

/** Pushes what an atomic instruction on a word of the block needs, and the instruction. */
const add = (body: FunctionBody, base: number, word: number, amount: number): void => {
  body.i32(base);
  body.i32(amount);
  body.op('i32.atomic.rmw.add', WORD, word);
};

const read = (body: FunctionBody, base: number, word: number): void => {
  body.i32(base);
  body.op('i32.atomic.load', WORD, word);
};

/** `help()`: takes parts of the kernel on the ticket and runs them, until there are none. */
export function helpFunction(base: number, partType: number): ModuleFunction {
  const body = new FunctionBody(0);
  const [ticket, low, part] = [body.local('i64'), body.local('i32'), body.local('i32')];
  body.nested('loop', () => {
    body.i32(base);
    body.i64(1n);
    body.op('i64.atomic.rmw.add', LONG, TICKET);
    body.ops(['local.tee', ticket], 'i32.wrap_i64', ['local.tee', low]);
    body.i32(0xffff);
    body.ops('i32.and', ['local.tee', part], ['local.get', low]);
    body.i32(16);
    body.ops('i32.shr_u', 'i32.lt_u');
    body.nested('if', () => {
      body.op('local.get', part);
      body.op('local.get', ticket);
      body.i64(32n);
      body.ops('i64.shr_u', 'i32.wrap_i64');
      body.op('call_indirect', partType, 0);
      add(body, base, DONE, 1);
      body.op('drop');
      body.op('br', 1);
    });
  });
  return { parameters: [], results: [], body };
}

/** `share(kernel, parts)`: hands a kernel out, helps, and waits for the parts that others have taken. */
export function shareFunction(base: number, help: number): ModuleFunction {
  const body = new FunctionBody(2);
  const [kernel, parts] = [0, 1];
  body.i32(base);
  body.i32(0);
  body.op('i32.atomic.store', WORD, DONE);
  body.i32(base);
  body.ops(['local.get', kernel], 'i64.extend_i32_u');
  body.i64(32n);
  body.op('i64.shl');
  body.ops(['local.get', parts], 'i64.extend_i32_u');
  body.i64(16n);
  body.ops('i64.shl', 'i64.or');
  body.op('i64.atomic.store', LONG, TICKET);
  add(body, base, EPOCH, 1);
  body.op('drop');
  read(body, base, SLEEPERS);
  body.nested('if', () => {
    body.i32(base);
    body.i32(-1);
    body.op('memory.atomic.notify', WORD, EPOCH);
    body.op('drop');
  });
  body.op('call', help);
  body.nested('loop', () => {
    read(body, base, DONE);
    body.ops(['local.get', parts], 'i32.ne', ['br_if', 0]);
  });
  return { parameters: ['i32', 'i32'], results: [], body };
}

/** `serve(generation)`: helps with every kernel that is handed out, until the threads are called back. */
export function serveFunction(base: number, help: number): ModuleFunction {
  const body = new FunctionBody(1);
  const generation = 0;
  const [seen, looks] = [body.local('i32'), body.local('i32')];
  add(body, base, SERVING, 1);
  body.op('drop');
  body.nested('loop', () => {
    // Before the generation is looked at: who calls back changes the epoch last.
    read(body, base, EPOCH);
    body.op('local.set', seen);
    read(body, base, GENERATION);
    body.ops(['local.get', generation], 'i32.eq');
    body.nested('if', () => {
      body.op('call', help);
      body.i32(LOOKS);
      body.op('local.set', looks);
      body.nested('loop', () => {
        read(body, base, EPOCH);
        body.ops(['local.get', seen], 'i32.eq');
        body.nested('if', () => {
          body.op('local.get', looks);
          body.i32(1);
          body.ops('i32.sub', ['local.tee', looks], ['br_if', 1]);
          add(body, base, SLEEPERS, 1);
          body.op('drop');
          body.i32(base);
          body.op('local.get', seen);
          body.i64(-1n);
          body.op('memory.atomic.wait32', WORD, EPOCH);
          body.op('drop');
          add(body, base, SLEEPERS, -1);
          body.op('drop');
        });
      });
      body.op('br', 1);
    });
  });
  add(body, base, SERVING, -1);
  body.op('drop');
  return { parameters: ['i32'], results: [], body, exported: SERVE };
}

/** The export that a thread runs. */
export const SERVE = 'serve';

const wordsOf = ({ buffer }: WebAssembly.Memory, base: number): Int32Array =>
  new Int32Array(buffer, base, CONTROL_BYTES / 4);

/** The generation that threads which are sent to a memory now serve. No kernel is handed out meanwhile. */
export function generationOf(memory: WebAssembly.Memory, base: number): number {
  // A ticket of a module that had the memory before has no parts left, but would count who looks at it.
  Atomics.store(new BigInt64Array(memory.buffer, base + TICKET, 1), 0, 0n);
  return Atomics.load(wordsOf(memory, base), GENERATION / 4);
}

/** Calls back the threads that serve on a memory, or were sent there: they leave when they are done with their part. */
export function recall(memory: WebAssembly.Memory, base: number): void {
  const words = wordsOf(memory, base);
  Atomics.add(words, GENERATION / 4, 1);
  Atomics.add(words, EPOCH / 4, 1);
  Atomics.notify(words, EPOCH / 4);
}

/** Whether threads serve on a memory. One that was called back before it came does nothing there. */
export const isServed = (memory: WebAssembly.Memory, base: number): boolean =>
  Atomics.load(wordsOf(memory, base), SERVING / 4) !== 0;
