import {
  AdjointException,
  fromData,
  type AdjointError,
  type Programs,
  type RunOptions,
  type RunResult,
  type SyncExecutable,
  type Tensor,
  type Tensors,
  type TensorType,
} from '@adjoint/core';
import {
  allocate,
  checkFeeds,
  checkRun,
  checkState,
  disposed,
  lookup,
  sizeOf,
  executableWithTasks,
  type ExecutableWithoutTasks,
} from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { tooLarge, type Plan } from '../plan/plan.js';
import type { Buffer } from '../loop/kernel.js';
import type { PlacedProgram } from '../plan/layout.js';
import { bytesOf } from '../plan/memory.js';
import { writeSlot } from './addresses.js';
import { elementsAt, type Machine } from './machine.js';

/** The elements at an address, as a tensor of its own. */
function copyOut(memory: ArrayBuffer, { dtype, shape }: TensorType, address: number): Tensor {
  const length = sizeOf(shape);
  const data = allocate(dtype, length);
  data.set(elementsAt(memory, dtype, address, length));
  return fromData(dtype, shape, data);
}

/** Puts the constants of a plan where its code expects them. */
export function writeConstants({ constants, memory: addresses }: Plan, memory: ArrayBuffer): void {
  for (const [buffer, { data }] of constants) {
    elementsAt(memory, buffer.dtype, addresses.address(buffer), data.length).set(data);
  }
}

/** What a run was asked for, once it has been checked. */
interface Run {
  readonly program: PlacedProgram;
  readonly feeds: Tensors;
  readonly steps: number;
  readonly record: readonly string[];
}

/** Programs that have been compiled, and their plan. */
interface CompiledPrograms {
  readonly programs: Programs;
  readonly plan: Plan;
}

class CompiledExecutable<P extends string> implements ExecutableWithoutTasks<P> {
  readonly #programs: Programs;
  readonly #plan: Plan;
  /** Nothing after `dispose`, for it holds the memory. */
  #machine: Machine | undefined;

  constructor({ programs, plan }: CompiledPrograms, machine: Machine) {
    this.#programs = programs;
    this.#plan = plan;
    this.#machine = machine;
    this.writeSync(Object.fromEntries([...plan.slots].map(([path, { initial }]) => [path, initial])));
  }

  runSync(name: P, feeds: Tensors, options: RunOptions = {}): E.Either<AdjointError, RunResult> {
    const machine = this.#machine;
    if (machine === undefined) return E.left(disposed());
    const { steps = 1, record = [] } = options;
    const checked = checkRun(name, this.#programs[name], options);
    if (E.isLeft(checked)) return checked;
    const fed = checkFeeds(checked.right, feeds, steps);
    if (E.isLeft(fed)) return fed;
    const program = lookup(this.#plan.programs, name);

    const records = this.#prepare(machine, { program, feeds, steps, record });
    if (E.isLeft(records)) return records;
    const ran = this.#runSteps(machine, name, steps);
    if (E.isLeft(ran)) return ran;
    const memory = machine.memory();
    const outputs = program.outputs.map(
      ({ name: output, value, buffer }) =>
        [output, copyOut(memory, value, this.#plan.memory.address(buffer))] as const,
    );
    const recorded = program.outputs.flatMap(({ name: output, value: { dtype, shape } }) => {
      const address = records.right.get(output);
      if (address === undefined) return [];
      return [[output, copyOut(memory, { dtype, shape: [steps, ...shape] }, address)] as const];
    });
    return E.right({ outputs: Object.fromEntries(outputs), recorded: Object.fromEntries(recorded) });
  }

  /**
   * Copies the feeds in, and sets the slots of what moves with the steps.
   * @returns the addresses of the records by output
   */
  #prepare(
    machine: Machine,
    { program, feeds, steps, record }: Run,
  ): E.Either<AdjointError, ReadonlyMap<string, number>> {
    const plan = this.#plan;
    const { size, target, memory: addresses } = plan;
    const bytesFor = (buffer: Buffer): number => steps * bytesOf(buffer, target.alignment);
    const streams = program.feeds.filter(({ slot }) => slot !== undefined);
    const wanted = program.outputs.filter(({ name }) => record.includes(name));
    const bytes = [...streams, ...wanted].reduce((sum, { buffer }) => sum + bytesFor(buffer), size);
    if (!machine.grow(bytes)) return E.left(tooLarge(plan, bytes));
    const memory = machine.memory();
    const fed = new Map(Object.entries(feeds));
    let end = size;
    for (const { name, buffer, slot } of program.feeds) {
      const feed = lookup(fed, name);
      let address = end;
      if (slot === undefined) address = addresses.address(buffer);
      else {
        writeSlot(memory, target, addresses.slot(slot), address);
        end += bytesFor(buffer);
      }
      elementsAt(memory, feed.dtype, address, feed.data.length).set(feed.data);
    }
    const records = new Map<string, number>();
    for (const { name, buffer, record: slot } of program.outputs) {
      const isWanted = record.includes(name);
      writeSlot(memory, target, addresses.slot(slot), isWanted ? end : 0);
      if (!isWanted) continue;
      records.set(name, end);
      end += bytesFor(buffer);
    }
    return E.right(records);
  }

  /** Runs the steps; Left where an op's own kernel fails, with the state as it was before. */
  #runSteps(machine: Machine, name: P, steps: number): E.Either<AdjointError, void> {
    // Only ops' own kernels fail: without them nothing needs to be kept.
    const before = this.#plan.calls.length > 0 ? this.#read(machine) : {};
    try {
      machine.run(name, steps);
      return E.right(undefined);
    } catch (error) {
      if (!(error instanceof AdjointException)) throw error;
      this.#write(machine, before);
      return E.left(error.error);
    }
  }

  readSync(): E.Either<AdjointError, Tensors> {
    return this.#machine === undefined ? E.left(disposed()) : E.right(this.#read(this.#machine));
  }

  #read(machine: Machine): Tensors {
    const { slots, states, memory } = this.#plan;
    const read = [...slots].map(
      ([path, { value }]) =>
        [path, copyOut(machine.memory(), value, memory.address(lookup(states, path)))] as const,
    );
    return Object.fromEntries(read);
  }

  writeSync(state: Tensors): E.Either<AdjointError, void> {
    const machine = this.#machine;
    if (machine === undefined) return E.left(disposed());
    const checked = checkState(this.#plan.slots, state);
    if (E.isRight(checked)) this.#write(machine, state);
    return checked;
  }

  #write(machine: Machine, state: Tensors): void {
    const { states, memory } = this.#plan;
    for (const [path, { dtype, data }] of Object.entries(state)) {
      const address = memory.address(lookup(states, path));
      elementsAt(machine.memory(), dtype, address, data.length).set(data);
    }
  }

  dispose(): void {
    this.#machine?.dispose();
    this.#machine = undefined;
  }
}

/** Compiled programs on the machine that runs them. */
export const executableOf = <P extends string>(
  compiled: CompiledPrograms,
  machine: Machine,
): SyncExecutable<P> => executableWithTasks(new CompiledExecutable<P>(compiled, machine));
