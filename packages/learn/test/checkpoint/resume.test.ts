import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  add,
  constant,
  interpreter,
  mean,
  multiply,
  program,
  renderError,
  state,
  tensor,
  type SyncBackend,
  type Tensors,
} from '@adjoint/core';
import { at, lookup } from '@adjoint/core/extend';
import {
  checkpointFolder,
  checkpointsIn,
  readJournal,
  train,
  type TrainEvent,
  type TrainOptions,
} from '@adjoint/learn';
import { wasmBackend } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, describe, expect, it } from 'vitest';
import { problem, type Size } from './problem.js';
import { memoryStore, type MemoryStore } from './store.js';

type Options = Partial<TrainOptions<Record<never, never>, SyncBackend>>;

interface Reached {
  readonly loss: Float64Array;
  readonly state: Tensors;
  readonly snapshots: ReadonlyMap<number, Tensors>;
}

const text = (left: Parameters<typeof renderError>[0]): string => renderError(left);

/** Trains a problem; the error as text where it does not. */
async function reach(size: Size, options: Options = {}): Promise<Reached | string> {
  const trained = await train({ backend: interpreter, ...problem(size), ...options })();
  if (E.isLeft(trained)) return text(trained.left);
  const { loss, executable, snapshots } = trained.right;
  const read = executable.readSync();
  return E.isLeft(read) ? text(read.left) : { loss, snapshots, state: read.right };
}

/** Trains until some steps are done, and ends there as a signal has it. */
async function interruptedAt(
  step: number,
  store: MemoryStore,
  size: Size,
  options: Options = {},
): Promise<string> {
  const signal = { aborted: false };
  const reached = await reach(size, {
    chunk: 1,
    signal,
    ...options,
    checkpoint: { folder: checkpointsIn(store), every: 10, ...options.checkpoint },
    onEvent: (event) => {
      if (event.type === 'progress' && event.step >= step) signal.aborted = true;
    },
  });
  return typeof reached === 'string' ? reached : 'it was not interrupted';
}

const resumed = (store: MemoryStore, options: Options = {}): Options => ({
  resume: true,
  ...options,
  checkpoint: { folder: checkpointsIn(store), every: 10, ...options.checkpoint },
});

const checkpoints = (store: MemoryStore): readonly string[] =>
  [...store.files.keys()].filter((name) => name.startsWith('step-')).sort();

describe.each([
  ['the interpreter', interpreter],
  ['wasm with one thread', wasmBackend({ threads: 1 })],
  ['wasm with two', wasmBackend({ threads: 2 })],
])('going on, on %s', (_name, backend) => {
  it.each([
    [1, 5],
    [13, 7],
    [37, 100],
  ])('after %s steps, in chunks of %s, reaches the same bits', async (step, chunk) => {
    const store = memoryStore();
    const snapshots = [0, 12, 36];
    const whole = await reach({ steps: 40 }, { backend, snapshots });
    await interruptedAt(step, store, { steps: 40 }, { backend, snapshots });
    expect(await reach({ steps: 40 }, resumed(store, { backend, snapshots, chunk }))).toEqual(whole);
  });
});

describe('going on', () => {
  it('on another backend is the same up to rounding', async () => {
    const store = memoryStore();
    await interruptedAt(20, store, { steps: 40 });
    const [whole, other] = [
      await reach({ steps: 40 }),
      await reach({ steps: 40 }, resumed(store, { backend: wasmBackend() })),
    ];
    if (typeof whole === 'string' || typeof other === 'string') throw new Error('not trained');
    other.loss.forEach((loss, step) => expect(Math.abs(loss / at(whole.loss, step) - 1)).toBeLessThan(1e-9));
  });

  it('tells what it does, and does nothing where all steps are done', async () => {
    const store = memoryStore();
    const events: TrainEvent[] = [];
    const onEvent = (event: TrainEvent): void => void events.push(event);
    await interruptedAt(35, store, { steps: 40 });
    const whole = await reach({ steps: 40 }, resumed(store, { onEvent }));
    expect(events).toMatchObject([
      { type: 'compiled' },
      { type: 'resumed', step: 35, damaged: [] },
      ...[36, 37, 38, 39, 40].map((step) => ({ type: 'progress', step })),
      { type: 'checkpoint', step: 40 },
    ]);
    events.length = 0;
    expect(await reach({ steps: 40 }, resumed(store, { onEvent }))).toEqual(whole);
    expect(events.map(({ type }) => type)).toEqual(['compiled', 'resumed']);
  });

  it('starts where there is no checkpoint yet, and refuses to overwrite those that are there', async () => {
    const store = memoryStore();
    expect(await reach({ steps: 20 }, resumed(store))).toEqual(await reach({ steps: 20 }));
    expect(await reach({ steps: 20 }, resumed(store, { resume: false }))).toBe(
      'invalid checkpoint at $.memory: there are checkpoints of another run already, up to step 20\n  Go on from them with resume: true, or take another folder.',
    );
    expect(await reach({ steps: 10 }, resumed(store))).toBe(
      'invalid option at $.steps: the checkpoint has done 20, and 10 are asked for\n  Ask for 20 or more.',
    );
    expect(await reach({ steps: 10 }, { resume: true })).toContain('there is nothing to go on from');
  });

  it('keeps the newest, and removes the others once the new one is there', async () => {
    const store = memoryStore();
    await reach({ steps: 50 }, { checkpoint: { folder: checkpointsIn(store), every: 10, keep: 2 } });
    expect(checkpoints(store)).toEqual(['step-000000040.safetensors', 'step-000000050.safetensors']);
    expect(store.log.slice(0, 6)).toEqual([
      'write step-000000010.safetensors',
      'write step-000000020.safetensors',
      'write step-000000030.safetensors',
      'remove step-000000010.safetensors',
      'write step-000000040.safetensors',
      'remove step-000000020.safetensors',
    ]);
  });

  it('takes states along that only other programs have', async () => {
    const store = memoryStore();
    const extra = state(tensor([1, 2]), 'extra');
    const programs = { more: program({ outputs: { twice: multiply(extra, 2) } }) };
    const folder = checkpointsIn(store);
    const first = await train({
      backend: interpreter,
      ...problem({ steps: 10 }),
      programs,
      checkpoint: { folder },
    })();
    expect(E.isRight(first)).toBe(true);
    // A program beside the step that is gone, or new, does not matter.
    expect(typeof (await reach({ steps: 20 }, resumed(store)))).toBe('object');
    const last = await train({
      ...problem({ steps: 30 }),
      backend: interpreter,
      programs,
      checkpoint: { folder },
      resume: true,
    })();
    expect(E.isRight(last)).toBe(true);
  });
});

describe('a checkpoint of another program', () => {
  it('says what differs', async () => {
    const store = memoryStore();
    await interruptedAt(20, store, { steps: 40 });
    const other = 'invalid checkpoint at $["memory/step-000000020.safetensors"]: it is of another program: ';
    const remedy = '\n  Train the program that it is of, or give the new one a folder of its own.';
    const differing = async (size: Size, options?: Options): Promise<string> => {
      const reached = await reach(size, resumed(store, options));
      if (typeof reached !== 'string') throw new Error('it went on');
      expect(reached.startsWith(other) && reached.endsWith(remedy)).toBe(true);
      return reached.slice(other.length, -remedy.length);
    };
    expect(await differing({ steps: 40, hidden: 4 })).toMatch(
      /^its state "W1" is f64\[2, 3\], the program's f64\[2, 4\]; its state "b1" is f64\[3\].*; and \d+ more$/,
    );
    const { parameters, loss } = problem({ steps: 40 });
    const more = state(tensor(1), 'more');
    expect(
      await differing({ steps: 40 }, { parameters: { ...parameters, more }, loss: multiply(loss, more) }),
    ).toBe(
      'it has no state "more"; it has no state "optimizer.mean.more"; it has no state "optimizer.variance.more"',
    );
    expect(await differing({ steps: 40, rate: 0.02 })).toMatch(
      /^its step has "%\d+: f64\[.*\] = multiply\(0.01, %\d+\)" where this one has ".*multiply\(0.02, %\d+\)"$/,
    );
    const shifted = (by: number): Options => ({ parameters, loss: mean(add(loss, constant([0, by]))) });
    const constants = memoryStore();
    await interruptedAt(20, constants, { steps: 40 }, shifted(1));
    expect(await reach({ steps: 40 }, resumed(constants, shifted(2)))).toContain('it is of another program');
    expect(typeof (await reach({ steps: 40 }, resumed(constants, shifted(1))))).toBe('object');
  });
});

describe('a damaged checkpoint', () => {
  const made = async (): Promise<MemoryStore> => {
    const store = memoryStore();
    await reach({ steps: 20 }, { checkpoint: { folder: checkpointsIn(store), every: 10 } });
    return store;
  };
  const [older, newer] = ['step-000000010.safetensors', 'step-000000020.safetensors'];

  it('is passed over for an older one, and told, wherever it is damaged', async () => {
    const store = await made();
    const whole = await reach({ steps: 40 });
    const bytes = lookup(store.files, newer);
    const places = Array.from({ length: 25 }, (_, index) => Math.floor((index * (bytes.length - 1)) / 24));
    for (const place of places) {
      const events: TrainEvent[] = [];
      store.files.set(
        newer,
        place % 2 === 0 ? bytes.slice(0, place) : bytes.map((x, i) => (i === place ? x ^ 16 : x)),
      );
      const copy = memoryStore();
      for (const [name, own] of store.files) copy.files.set(name, own);
      expect(
        await reach({ steps: 40 }, resumed(copy, { onEvent: (event) => void events.push(event) })),
      ).toEqual(whole);
      expect(events[1]).toMatchObject({ type: 'resumed', step: 10, damaged: [{ tag: 'InvalidError' }] });
    }
  }, 60_000);

  it('is told where there is no other', async () => {
    const store = await made();
    store.files.delete(older);
    store.files.set(newer, Uint8Array.of(1, 2, 3));
    expect(await reach({ steps: 40 }, resumed(store))).toBe(
      `invalid file at $["${newer}"]: 3 bytes are no safetensors file: the first 8 are the length of its header`,
    );
    store.files.set(newer, new TextEncoder().encode('\u0002\0\0\0\0\0\0\0{}'));
    expect(await reach({ steps: 40 }, resumed(store))).toContain('it is no checkpoint');
  });

  it('is one that was exchanged for that of another step', async () => {
    const store = await made();
    store.files.set(newer, lookup(store.files, older));
    const events: TrainEvent[] = [];
    const whole = await reach({ steps: 40 });
    expect(
      await reach({ steps: 40 }, resumed(store, { onEvent: (event) => void events.push(event) })),
    ).toEqual(whole);
    expect(events[1]).toMatchObject({
      step: 10,
      damaged: [{ problem: 'it is the one of step 10: it was renamed or exchanged' }],
    });
  });
});

describe('where checkpoints cannot be written', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'adjoint-checkpoints-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('a full disk ends the run, with what was kept before', async () => {
    const store = memoryStore();
    await reach({ steps: 20 }, { checkpoint: { folder: checkpointsIn(store), every: 10 } });
    store.room = 100;
    expect(await reach({ steps: 40 }, resumed(store))).toBe(
      'the store of checkpoints "memory" threw Error: ENOSPC: no space left on device',
    );
    expect(checkpoints(store)).toEqual(['step-000000010.safetensors', 'step-000000020.safetensors']);
    store.room = Infinity;
    expect(await reach({ steps: 40 }, resumed(store))).toEqual(await reach({ steps: 40 }));
  });

  it('a folder that cannot be one is named', async () => {
    const path = join(scratch, 'file');
    writeFileSync(path, '');
    expect(await reach({ steps: 20 }, { checkpoint: { folder: checkpointFolder(path) } })).toMatch(
      /^the store of checkpoints ".*file" threw Error: ENOTDIR/,
    );
    expect(readdirSync(scratch)).toEqual(['file']);
  });

  it('a folder that a store of somebody else’s begins wrongly is named', async () => {
    const folder = { name: 'theirs', begin: () => () => Promise.reject(new Error('offline')) };
    expect(await reach({ steps: 20 }, { checkpoint: { folder } })).toBe(
      'the checkpoints in "theirs" threw Error: offline',
    );
  });

  it.each([
    [{ every: 0 }, 'invalid option at $.checkpoint.every: expected a whole number from 1 on, given 0'],
    [{ keep: 1.5 }, 'invalid option at $.checkpoint.keep: expected a whole number from 1 on, given 1.5'],
    [
      { folder: 'runs' },
      "invalid option at $.checkpoint.folder: expected what checkpointFolder gives\n  Give folder: checkpointFolder('runs/xor').",
    ],
  ])('options %j are refused', async (more, message) => {
    const folder = checkpointsIn(memoryStore());
    // @ts-expect-error what JavaScript may pass
    expect(await reach({ steps: 20 }, { checkpoint: { folder, ...more } })).toBe(message);
  });
});

describe('a signal', () => {
  it('ends the run after a chunk, with its losses and state', async () => {
    const signal = new AbortController();
    const trained = await train({
      ...problem({ steps: 1000 }),
      backend: interpreter,
      chunk: 10,
      signal: signal.signal,
      onEvent: (event) => {
        if (event.type === 'progress' && event.step === 20) setTimeout(() => signal.abort());
      },
    })();
    if (!E.isLeft(trained) || trained.left.tag !== 'InterruptedError') throw new Error('not interrupted');
    const { step, steps, loss, state: reached } = trained.left;
    expect(steps).toBe(1000);
    expect(step).toBeLessThan(100);
    const shorter = await reach({ steps: step });
    expect(typeof shorter === 'object' && { loss: shorter.loss, state: shorter.state }).toEqual({
      loss,
      state: reached,
    });
    expect(text(trained.left)).toBe(
      `training was interrupted after ${step} of 1000 steps\n  This error has the losses and the state that were reached.`,
    );
  });

  it('keeps a checkpoint at the end', async () => {
    const store = memoryStore();
    expect(await interruptedAt(13, store, { steps: 40 })).toBe(
      'training was interrupted after 13 of 40 steps\n  Train again with resume: true to go on from here.',
    );
    expect(checkpoints(store)).toEqual(['step-000000010.safetensors', 'step-000000013.safetensors']);
  });
});

describe('a journal', () => {
  const journalOf = (store: MemoryStore): ReturnType<typeof readJournal> =>
    readJournal(new TextDecoder().decode(store.files.get('journal.jsonl')));

  it('has loss and norms of every step, also of a run that went on', async () => {
    const store = memoryStore();
    const checkpoint = { folder: checkpointsIn(store), every: 10, journal: true };
    await interruptedAt(25, store, { steps: 40 }, { checkpoint });
    // As a run leaves it that is killed: steps after the checkpoint, and half a line.
    const line = (step: number): string =>
      JSON.stringify({ step, loss: 9, parameterNorm: 9, gradientNorm: 9 });
    await store.append('journal.jsonl', new TextEncoder().encode(`${line(25)}\n${line(26).slice(0, 9)}`));
    expect(E.isRight(journalOf(store)) && journalOf(store)).toMatchObject({ right: { length: 26 } });
    const trained = await reach({ steps: 40 }, resumed(store, { checkpoint }));
    const journal = journalOf(store);
    if (E.isLeft(journal) || typeof trained === 'string') throw new Error('no journal');
    expect(journal.right.map(({ step }) => step)).toEqual([...Array(40).keys()]);
    expect(journal.right.map(({ loss }) => loss)).toEqual(Array.from(trained.loss));
    const { parameters } = problem({ steps: 1 });
    const initial = Object.keys(parameters).flatMap((path) => Array.from(initialState[path]?.data ?? []));
    expect(at(journal.right, 0).parameterNorm).toBeCloseTo(Math.hypot(...initial), 12);
    expect(journal.right.every(({ gradientNorm }) => gradientNorm > 0)).toBe(true);
    expect(trained).toEqual(await reach({ steps: 40 }));
  });

  it('costs the step nothing where it is not asked for', async () => {
    const outputs: (readonly string[])[] = [];
    const spying: SyncBackend = {
      ...interpreter,
      compile: (programs) => {
        outputs.push(...Object.values(programs).map((each) => each.outputs));
        return interpreter.compile(programs);
      },
    };
    await reach({ steps: 2 }, { backend: spying, checkpoint: { folder: checkpointsIn(memoryStore()) } });
    await reach(
      { steps: 2 },
      { backend: spying, checkpoint: { folder: checkpointsIn(memoryStore()), journal: true } },
    );
    expect(outputs).toEqual([
      ['loss', 'finite'],
      ['loss', 'finite', 'parameterNorm', 'gradientNorm'],
    ]);
  });

  it('is read with its last line torn, and says which other line is none', () => {
    const whole = '{"step":0,"loss":1,"parameterNorm":2,"gradientNorm":null}\n';
    expect(readJournal('')).toEqual(E.right([]));
    expect(readJournal(whole)).toEqual(E.right([{ step: 0, loss: 1, parameterNorm: 2, gradientNorm: NaN }]));
    for (let end = 0; end < whole.length; end++) {
      expect(readJournal(whole + whole.slice(0, end))).toMatchObject({ right: { length: 1 } });
    }
    const damaged = readJournal(`${whole}oops\n${whole}`);
    expect(E.isLeft(damaged) && text(damaged.left)).toBe(
      'invalid file at $.journal[2]: this line is no entry of a journal',
    );
  });
});

const initialState = ((): Tensors => {
  const compiled = interpreter.compileSync({ p: program({ outputs: problem({ steps: 1 }).parameters }) });
  const read = E.isRight(compiled) ? compiled.right.readSync() : compiled;
  if (E.isLeft(read)) throw new Error(text(read.left));
  return read.right;
})();
