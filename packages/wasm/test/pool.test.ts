import {
  add,
  constant,
  exp,
  input,
  matmul,
  multiply,
  program,
  renderError,
  state,
  sum,
  tensor,
  zeros,
  type SyncExecutable,
} from '@adjoint/core';
import { compilePrograms, executableOf } from '@adjoint/compiler';
import { wasmBackend, wasmResources } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { availableParallelism } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { emitModule } from '../src/emit/program.js';
import { createMachine } from '../src/machine.js';
import { wasmTarget } from '../src/module/target.js';
import { MemoryPool, type Tenant } from '../src/pool/memories.js';
import { WorkerPool } from '../src/pool/workers.js';
import { message, right } from './running.js';

/** However many executables there are: the memories and workers that they share. */

/** A count that each run adds to, times a constant that has to last as well. */
const counting = (weight: number) => {
  const { count } = state({ count: tensor([weight, 1]) });
  const next = add(count, input('by', [2]));
  return {
    step: program({
      outputs: { scaled: multiply(next, constant([2, weight])) },
      updates: [{ state: count, next }],
    }),
  };
};
const by = tensor([1, 2]);

/** More than some 12,880 WebAssembly memories find no place in the addresses that a process has. */
const MANY = 15_000;

describe('executables that rest', () => {
  it(`are any number: ${MANY} of them run in turn`, () => {
    // Compiled once: what is many are instances with a state of their own.
    const compiled = right(compilePrograms(counting(3), wasmTarget(1), (plan) => emitModule(plan, false)));
    const module = new WebAssembly.Module(compiled.code);
    const executables = Array.from({ length: MANY }, (): SyncExecutable<'step'> =>
      right(executableOf<'step'>(compiled, createMachine({ ...compiled, threads: 1 }, module))),
    );
    const wrong: number[] = [];
    for (let round = 1; round <= 2; round++) {
      executables.forEach((executable, index) => {
        const { scaled } = right(executable.runSync('step', { by })).outputs;
        if (scaled?.data[0] !== 2 * (3 + round) || scaled.data[1] !== 3 * (1 + 2 * round)) wrong.push(index);
      });
    }
    expect(wrong).toEqual([]);
    expect(wasmResources().memories).toBeLessThanOrEqual(64);
    for (const executable of executables) executable.dispose();
  });

  it('keep state and constants of their own', () => {
    const executables = Array.from({ length: 200 }, (_, weight) =>
      right(wasmBackend({ threads: 1 }).compileSync(counting(weight))),
    );
    for (let round = 1; round <= 3; round++) {
      executables.forEach((executable, weight) => {
        const { scaled } = right(executable.runSync('step', { by })).outputs;
        expect(Array.from(scaled?.data ?? [])).toEqual([2 * (weight + round), weight * (1 + 2 * round)]);
      });
    }
    right(executables[0]?.writeSync({ count: tensor([10, 20]) }) ?? E.right(undefined));
    executables.forEach((executable, weight) => {
      const expected = weight === 0 ? [10, 20] : [weight + 3, 7];
      expect(Array.from(right(executable.readSync()).count?.data ?? [])).toEqual(expected);
    });
    for (const executable of executables) executable.dispose();
  });

  it('give memory and workers to the next, also where nobody disposes of them', () => {
    const backend = wasmBackend({ threads: 2 });
    const x = input('x', [200, 200], 'f32');
    const feeds = { x: zeros([200, 200], 'f32') };
    const workers = Math.max(availableParallelism() - 1, 1);
    for (let each = 0; each < 300; each++) {
      const y = sum(exp(matmul(x, add(x, each))));
      const executable = right(backend.compileSync({ p: program({ outputs: { y } }) }));
      expect(right(executable.runSync('p', feeds)).outputs.y?.data[0]).toBe(40_000);
      expect(wasmResources().memories).toBeLessThanOrEqual(64);
      expect(wasmResources().workers).toBeLessThanOrEqual(workers);
    }
    expect(wasmResources().bytes).toBeLessThan(64 * 4 * 2 ** 20);
  });

  it('take turns with the workers, with the same results', () => {
    const backend = wasmBackend({ threads: 3 });
    const x = input('x', [150, 150], 'f32');
    const { w } = state({ w: tensor(1, 'f32') });
    const programs = () => ({
      p: program({
        outputs: { y: sum(exp(multiply(w, matmul(x, x)))) },
        updates: [{ state: w, next: add(w, 1) }],
      }),
    });
    const pair = [right(backend.compileSync(programs())), right(backend.compileSync(programs()))];
    for (let round = 0; round < 100; round++) {
      for (const executable of pair) {
        const { outputs } = right(executable.runSync('p', { x: zeros([150, 150], 'f32') }, { steps: 3 }));
        expect(outputs.y?.data[0]).toBe(22_500);
      }
    }
    for (const executable of pair) {
      expect(right(executable.readSync()).w?.data[0]).toBe(301);
      executable.dispose();
    }
  });
});

/** A tenant that counts how often it has to go. */
const tenant = (mayPark = true): Tenant & { readonly parked: number } => {
  let parked = 0;
  return {
    park: () => {
      if (mayPark) parked++;
      return mayPark;
    },
    get parked() {
      return parked;
    },
  };
};

const PAGE = 65_536;
const small = { bytes: PAGE, shared: false };

describe('a pool of memories', () => {
  const pool = (limits: { readonly memories: number; readonly bytes: number }): MemoryPool =>
    new MemoryPool(limits, () => true);

  it('takes a memory from who has rested for longest, and not from who works', () => {
    const memories = pool({ memories: 2, bytes: 2 ** 30 });
    const [a, b, c] = [tenant(), tenant(), tenant()];
    const first = memories.use(a, small);
    memories.use(b, small);
    memories.rest(b);
    expect(memories.use(c, small)).toBeDefined();
    expect([a.parked, b.parked]).toEqual([0, 1]);
    // All that there are work: then there is one more.
    memories.use(b, small);
    expect(memories.held.memories).toBe(3);
    memories.rest(a);
    expect(memories.use(a, small)).toBe(first);
  });

  it('bounds the bytes, unless one alone needs more', () => {
    const memories = pool({ memories: 64, bytes: 10 * PAGE });
    const tenants = Array.from({ length: 30 }, () => tenant());
    for (const each of tenants) {
      memories.use(each, { bytes: 4 * PAGE, shared: false });
      memories.rest(each);
      expect(memories.held.bytes).toBeLessThanOrEqual(10 * PAGE);
    }
    expect(memories.use(tenant(), { bytes: 20 * PAGE, shared: false })?.buffer.byteLength).toBe(20 * PAGE);
  });

  it('grows the memory that a tenant has', () => {
    const memories = pool({ memories: 4, bytes: 2 ** 30 });
    const each = tenant();
    const before = memories.use(each, small);
    memories.rest(each);
    const after = memories.use(each, { bytes: 3 * PAGE + 1, shared: false });
    expect(after).toBe(before);
    expect(after?.buffer.byteLength).toBe(4 * PAGE);
  });

  it('leaves alone who cannot be parked, and does not use a memory that threads may be on', () => {
    const memories = new MemoryPool({ memories: 1, bytes: 2 ** 30 }, () => false);
    const [stays, goes] = [tenant(false), tenant()];
    const kept = memories.use(stays, small);
    memories.rest(stays);
    const own = memories.use(goes, small);
    memories.rest(goes);
    const next = memories.use(tenant(), small);
    expect(new Set([kept, own, next]).size).toBe(3);
    expect(goes.parked).toBe(1);
    expect(memories.use(stays, small)).toBe(kept);
  });

  it('gives what was given back to the next, and lets what is large go', () => {
    const memories = pool({ memories: 4, bytes: 2 ** 30 });
    const [a, b] = [tenant(), tenant()];
    const first = memories.use(a, small);
    memories.rest(a);
    memories.release(a);
    expect(memories.use(b, small)).toBe(first);
    memories.use(a, { bytes: 2 ** 25, shared: false });
    memories.rest(a);
    memories.release(a);
    expect(memories.held.memories).toBe(1);
  });
});

describe('a pool of workers', () => {
  const memory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const job = () => ({ module, memory: memory(), control: 16 });

  it('never has more than the most that were asked for, or cores', () => {
    const serve = vi.fn<() => void>();
    const workers = new WorkerPool({ start: () => ({ serve }), cores: () => 4, most: 15 });
    for (let each = 0; each < 20; each++) workers.help(job(), 2);
    expect(workers.size).toBe(3);
    workers.help(job(), 7);
    expect(workers.size).toBe(7);
    workers.help(job(), 100);
    expect(workers.size).toBe(15);
  });

  it('leaves workers where they are while nobody else needs them', () => {
    const serve = vi.fn<() => void>();
    const workers = new WorkerPool({ start: () => ({ serve }), cores: () => 3, most: 15 });
    const [one, two] = [job(), job()];
    for (let run = 0; run < 10; run++) workers.help(one, 2);
    expect(serve).toHaveBeenCalledTimes(2);
    workers.help(two, 1);
    expect(serve).toHaveBeenCalledTimes(3);
    workers.help(one, 2);
    expect(serve).toHaveBeenCalledTimes(5);
    expect(workers.size).toBe(2);
    expect(workers.leave(one.memory)).toBe(true);
  });

  it('goes on with those that it has when one cannot start, or ends', () => {
    const ends: (() => void)[] = [];
    const start = vi.fn((ended: () => void) => {
      ends.push(ended);
      return { serve: () => undefined };
    });
    const workers = new WorkerPool({ start, cores: () => 4, most: 15 });
    const each = job();
    workers.help(each, 3);
    expect(workers.size).toBe(3);
    ends[0]?.();
    expect(workers.size).toBe(2);
    workers.help(each, 3);
    expect([workers.size, start.mock.calls.length]).toEqual([2, 3]);
    const none = new WorkerPool({ start: () => undefined, cores: () => 4, most: 15 });
    none.help(job(), 3);
    expect(none.size).toBe(0);
  });
});

describe('memory that is not to be had', () => {
  it('is told with how much there is', () => {
    const real = WebAssembly.Memory;
    const kept = right(wasmBackend({ threads: 1 }).compileSync(counting(1)));
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(function () {
      throw new RangeError('could not allocate memory');
    });
    vi.spyOn(real.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('Unable to grow instance memory');
    });
    const huge = program({ outputs: { y: exp(input('x', [3000, 3000])) } });
    const refused = wasmBackend({ threads: 1 }).compileSync({ huge });
    vi.restoreAllMocks();
    expect(message(refused)).toMatch(
      /^invalid program at \$\.huge: needs \d+ MiB of memory, which is not to be had/,
    );
    expect(message(refused)).toContain('Dispose of executables that are done');
    const after = pipe(
      kept.runSync('step', { by }),
      E.match(renderError, ({ outputs }) => Array.from(outputs.scaled?.data ?? []).join()),
    );
    expect(after).toBe('4,3');
  });
});
