import {
  allocate,
  bytesPerElement,
  checkFeeds,
  checkRun,
  checkState,
  disposed,
  evaluateGraph,
  fromData,
  invalid,
  sizeOf,
  type AdjointError,
  type DType,
  type Programs,
  type RunOptions,
  type RunResult,
  type Shape,
  type StateSlot,
  type SyncExecutable,
  type Tensor,
  type Tensors,
  type TypedArray,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { runName, type Compiled } from './compile.js';
import type { LoweredProgram } from './lower/program.js';
import type { Memory } from './plan/layout.js';
import { MOST_PAGES, PAGE, pagesFor } from './plan/pages.js';
import type { View } from './loop/kernel.js';
import { bytesOf } from './plan/memory.js';
import { startThreads } from './threads.js';

const arrays = { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** Makes the module's memory and fills in its constants; Left where there is not so much. */
export function reserve({
  programs,
  size,
  constants,
  memory,
  control,
}: Compiled): E.Either<AdjointError, WebAssembly.Memory> {
  const pages = pagesFor(size);
  try {
    if (pages > MOST_PAGES) return E.left(tooLarge(programs, size));
    const storage = new WebAssembly.Memory({
      initial: pages,
      maximum: MOST_PAGES,
      shared: control !== undefined,
    });
    for (const [buffer, { data }] of constants) {
      elementsAt(storage, buffer.dtype, memory.address(buffer), data.length).set(data);
    }
    return E.right(storage);
  } catch (error) {
    // What engines throw where the machine has no such memory.
    if (error instanceof RangeError) return E.left(tooLarge(programs, size));
    throw error;
  }
}

const tooLarge = (programs: Compiled['programs'], bytes: number): AdjointError =>
  invalid(
    'program',
    [[...programs.keys()].join(', ')],
    `needs ${(bytes / 2 ** 20).toFixed(0)} MiB of memory, more than there is`,
    'WebAssembly has at most 4096 MiB: take smaller batches, or fewer steps a run.',
  );

const elementsAt = (storage: WebAssembly.Memory, dtype: DType, address: number, length: number): TypedArray =>
  new arrays[dtype](storage.buffer, address, length);

type Run = (steps: number) => void;

const nothing = (): void => undefined;

/** Programs whose module is written, and their memory. */
export interface Prepared {
  readonly programs: Programs;
  readonly slots: ReadonlyMap<string, StateSlot>;
  readonly compiled: Compiled;
  readonly storage: WebAssembly.Memory;
  readonly threads: number;
}

/** What the module imports: its memory, and what runs an op's own kernel on views of it. */
export const importsOf = ({ compiled, storage }: Prepared): WebAssembly.Imports => ({
  env: { memory: storage, kernel: (target: number) => callKernel(compiled, storage, target) },
});

function callKernel({ calls, memory }: Compiled, storage: WebAssembly.Memory, target: number): void {
  const call = calls[target];
  if (call === undefined) return;
  const { node, reads, writes } = call;
  const inputs = reads.map((view, index) => tensorAt(memory, storage, view, node.inputs[index]?.shape ?? []));
  const outputs = writes.map((view, index) =>
    tensorAt(memory, storage, view, node.outputs[index]?.shape ?? []),
  );
  for (const { data } of outputs) data.fill(0);
  const [out] = outputs;
  if (out === undefined) return;
  node.op.kernel({ inputs, outputs, out, attributes: node.attributes, evaluate: evaluateGraph });
}

/** A tensor that shares the module's memory. */
function tensorAt(
  memory: Memory,
  storage: WebAssembly.Memory,
  { buffer, offset, slot }: View,
  shape: Shape,
): Tensor {
  const base =
    slot === undefined
      ? memory.address(buffer)
      : (new Uint32Array(storage.buffer)[memory.slot(slot) / 4] ?? 0);
  const address = base + offset * bytesPerElement[buffer.dtype];
  return fromData(buffer.dtype, shape, elementsAt(storage, buffer.dtype, address, sizeOf(shape)));
}

/** Compiled programs with their memory. */
export class WasmExecutable<P extends string> implements SyncExecutable<P> {
  readonly #programs: Programs;
  readonly #slots: ReadonlyMap<string, StateSlot>;
  readonly #compiled: Compiled;
  #endThreads = nothing;
  /** What the module exports; nothing after `dispose`, for it holds the memory. */
  #runs: Readonly<Record<string, Run | undefined>>;
  #storage: WebAssembly.Memory | undefined;

  constructor(
    { programs, slots, compiled, storage, threads }: Prepared,
    module: WebAssembly.Module,
    instance: WebAssembly.Instance,
  ) {
    this.#programs = programs;
    this.#slots = slots;
    this.#compiled = compiled;
    this.#storage = storage;
    // The module was written with these exports.
    this.#runs = instance.exports as Readonly<Record<string, Run>>;
    const { control } = compiled;
    if (control !== undefined) {
      this.#endThreads = startThreads(threads - 1, module, storage, { owner: this, control });
    }
    this.writeSync(Object.fromEntries([...slots].map(([path, { initial }]) => [path, initial])));
  }

  readonly run = (name: P, feeds: Tensors, options?: RunOptions): TE.TaskEither<AdjointError, RunResult> =>
    TE.fromIOEither(() => this.runSync(name, feeds, options));
  readonly read = (): TE.TaskEither<AdjointError, Tensors> => TE.fromIOEither(() => this.readSync());
  readonly write = (state: Tensors): TE.TaskEither<AdjointError, void> =>
    TE.fromIOEither(() => this.writeSync(state));

  runSync(name: P, feeds: Tensors, options: RunOptions = {}): E.Either<AdjointError, RunResult> {
    const storage = this.#storage;
    if (storage === undefined) return E.left(disposed());
    const { steps = 1, record = [] } = options;
    const checked = checkRun(name, this.#programs[name], options);
    if (E.isLeft(checked)) return checked;
    const fed = checkFeeds(checked.right, feeds, steps);
    if (E.isLeft(fed)) return fed;
    const program = this.#compiled.programs.get(name);
    const run = this.#runs[runName(name)];
    if (program === undefined || run === undefined)
      throw new TypeError(`the module has no program "${name}"`);

    const records = this.#place(storage, program, feeds, steps, record);
    if (E.isLeft(records)) return records;
    run(steps);
    const outputs = program.outputs.map(
      ({ name: output, value: { dtype, shape }, buffer }) =>
        [output, this.#copyOut(storage, dtype, shape, this.#compiled.memory.address(buffer))] as const,
    );
    const recorded = [...records.right].map(
      ([output, { type, address }]) =>
        [output, this.#copyOut(storage, type.dtype, [steps, ...type.shape], address)] as const,
    );
    return E.right({ outputs: Object.fromEntries(outputs), recorded: Object.fromEntries(recorded) });
  }

  /** Copies the feeds in, and sets the slots of what moves with the steps. */
  #place(
    storage: WebAssembly.Memory,
    { feeds: wanted, outputs }: LoweredProgram,
    feeds: Tensors,
    steps: number,
    record: readonly string[],
  ): E.Either<AdjointError, ReadonlyMap<string, { readonly type: Recorded; readonly address: number }>> {
    const { memory, size } = this.#compiled;
    const streams = wanted.filter(({ slot }) => slot !== undefined);
    const recorded = outputs.filter(({ name }) => record.includes(name));
    const bytes = [...streams, ...recorded].reduce((sum, { buffer }) => sum + steps * bytesOf(buffer), size);
    const missing = pagesFor(bytes) - storage.buffer.byteLength / PAGE;
    if (missing > 0) {
      try {
        storage.grow(missing);
      } catch (error) {
        if (error instanceof RangeError) return E.left(tooLarge(this.#compiled.programs, bytes));
        throw error;
      }
    }
    let end = size;
    const words = new Uint32Array(storage.buffer, 0, Math.ceil(size / 4));
    for (const { name, buffer, slot } of wanted) {
      const feed = feeds[name];
      if (feed === undefined) continue;
      let address = end;
      if (slot === undefined) address = memory.address(buffer);
      else {
        words[memory.slot(slot) / 4] = address;
        end += steps * bytesOf(buffer);
      }
      elementsAt(storage, feed.dtype, address, feed.data.length).set(feed.data);
    }
    const places = new Map<string, { readonly type: Recorded; readonly address: number }>();
    for (const { name, value, buffer, record: slot } of outputs) {
      const wantsRecord = record.includes(name);
      words[memory.slot(slot) / 4] = wantsRecord ? end : 0;
      if (!wantsRecord) continue;
      places.set(name, { type: value, address: end });
      end += steps * bytesOf(buffer);
    }
    return E.right(places);
  }

  #copyOut(storage: WebAssembly.Memory, dtype: DType, shape: Shape, address: number): Tensor {
    const length = sizeOf(shape);
    const data = allocate(dtype, length);
    data.set(elementsAt(storage, dtype, address, length));
    return fromData(dtype, shape, data);
  }

  readSync(): E.Either<AdjointError, Tensors> {
    const storage = this.#storage;
    if (storage === undefined) return E.left(disposed());
    const { states, memory } = this.#compiled;
    const read = [...this.#slots].flatMap(([path, { value }]) => {
      const buffer = states.get(path);
      return buffer === undefined
        ? []
        : [[path, this.#copyOut(storage, value.dtype, value.shape, memory.address(buffer))] as const];
    });
    return E.right(Object.fromEntries(read));
  }

  writeSync(state: Tensors): E.Either<AdjointError, void> {
    const storage = this.#storage;
    if (storage === undefined) return E.left(disposed());
    const checked = checkState(this.#slots, state);
    if (E.isLeft(checked)) return checked;
    for (const [path, { dtype, data }] of Object.entries(state)) {
      const buffer = this.#compiled.states.get(path);
      if (buffer === undefined) continue;
      elementsAt(storage, dtype, this.#compiled.memory.address(buffer), data.length).set(data);
    }
    return E.right(undefined);
  }

  dispose(): void {
    this.#endThreads();
    this.#endThreads = nothing;
    this.#storage = undefined;
    this.#runs = {};
  }
}

type Recorded = { readonly dtype: DType; readonly shape: Shape };
