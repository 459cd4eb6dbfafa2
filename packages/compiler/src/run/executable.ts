import {
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
  attempt,
  checkFeeds,
  checkRun,
  checkState,
  disposed,
  exclusive,
  inputNameOf,
  lookup,
  sizeOf,
  executableWithTasks,
  type ExecutableWithoutTasks,
} from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import type { Plan } from '../plan/plan.js';
import type { Buffer } from '../loop/kernel.js';
import type { PlacedProgram } from '../plan/layout.js';
import { bytesOf } from '../plan/memory.js';
import { writeSlot } from './addresses.js';
import { elementsAt, type Machine } from './machine.js';

/** A tensor of its own for the elements at an address, which are yet to be copied. */
interface Copy {
  readonly name: string;
  readonly to: Tensor;
  readonly address: number;
}

/** @throws MemoryException where there is no room for it */
const copyOf = (name: string, { dtype, shape }: TensorType, address: number): Copy => ({
  name,
  to: fromData(dtype, shape, allocate(dtype, sizeOf(shape))),
  address,
});

function copyOut(memory: ArrayBuffer, copies: readonly Copy[]): Tensors {
  for (const { to, address } of copies) to.data.set(elementsAt(memory, to.dtype, address, to.data.length));
  return Object.fromEntries(copies.map(({ name, to }) => [name, to]));
}

/** Puts the constants of a plan where its code expects them. */
function writeConstants({ constants, memory: addresses }: Plan, memory: ArrayBuffer): void {
  for (const [buffer, fill] of constants) {
    fill(elementsAt(memory, buffer.dtype, addresses.address(buffer), buffer.size));
  }
}

function writeStates({ states, memory: addresses }: Plan, memory: ArrayBuffer, tensors: Tensors): void {
  for (const [path, { dtype, data }] of Object.entries(tensors)) {
    elementsAt(memory, dtype, addresses.address(lookup(states, path)), data.length).set(data);
  }
}

function readStates(plan: Plan, memory: ArrayBuffer): Tensors {
  const { slots, states, memory: addresses } = plan;
  const copies = [...slots].map(([path, { value }]) =>
    copyOf(path, value, addresses.address(lookup(states, path))),
  );
  return copyOut(memory, copies);
}

type Result<A> = E.Either<AdjointError, A>;

/** What a run was asked for, once it has been checked. */
interface Run<P extends string> {
  readonly name: P;
  readonly program: PlacedProgram;
  /** By the name of the input. */
  readonly feeds: ReadonlyMap<string | undefined, Tensor>;
  readonly steps: number;
  readonly record: readonly string[];
}

/** Programs that have been compiled, and their plan. */
export interface CompiledPrograms {
  readonly programs: Programs;
  readonly plan: Plan;
}

class CompiledExecutable<P extends string> implements ExecutableWithoutTasks<P> {
  readonly #programs: Programs;
  readonly #plan: Plan;
  /** Nothing after `dispose`, for it holds the memory. */
  #machine: Machine | undefined;
  /** A kernel that the programs call may ask for something while they run. */
  readonly #alone = exclusive();

  constructor({ programs, plan }: CompiledPrograms, machine: Machine) {
    this.#programs = programs;
    this.#plan = plan;
    this.#machine = machine;
  }

  /** Works on the machine, which has at least so many bytes of memory meanwhile. */
  #use<A>(bytes: number, work: (machine: Machine, memory: ArrayBuffer) => Result<A>): Result<A> {
    const machine = this.#machine;
    return machine === undefined ? E.left(disposed()) : machine.use(bytes, (memory) => work(machine, memory));
  }

  runSync(name: P, feeds: Tensors, options: RunOptions = {}): Result<RunResult> {
    return this.#alone('the run', () => {
      if (this.#machine === undefined) return E.left(disposed());
      const checked = checkRun(this.#programs, name, options);
      if (E.isLeft(checked)) return checked;
      const { steps = 1, record = [] } = options;
      const fed = checkFeeds(checked.right, feeds, steps);
      if (E.isLeft(fed)) return fed;
      const run: Run<P> = {
        name,
        program: lookup(this.#plan.programs, name),
        feeds: new Map([...fed.right].map(([input, tensor]) => [inputNameOf(input.node), tensor])),
        steps,
        record,
      };
      return this.#use(this.#bytesFor(run), (machine, memory) => this.#run(run, machine, memory));
    });
  }

  /** How many bytes a run needs: the plan's, and behind them what is streamed and recorded. */
  #bytesFor({ program: { feeds, outputs }, steps, record }: Run<P>): number {
    const { size, target } = this.#plan;
    const moving = [
      ...feeds.filter(({ slot }) => slot !== undefined),
      ...outputs.filter(({ name }) => record.includes(name)),
    ];
    return moving.reduce((sum, { buffer }) => sum + steps * bytesOf(buffer, target.alignment), size);
  }

  #run(run: Run<P>, machine: Machine, memory: ArrayBuffer): Result<RunResult> {
    const { program, steps } = run;
    const records = this.#prepare(run, memory);
    // There has to be room for the results before a state changes.
    const outputs = program.outputs.map(({ name: output, value, buffer }) =>
      copyOf(output, value, this.#plan.memory.address(buffer)),
    );
    const recorded = program.outputs.flatMap(({ name: output, value: { dtype, shape } }) => {
      const address = records.get(output);
      return address === undefined ? [] : [copyOf(output, { dtype, shape: [steps, ...shape] }, address)];
    });
    const ran = this.#runSteps(run, machine, memory);
    return E.isLeft(ran)
      ? ran
      : E.right({ outputs: copyOut(memory, outputs), recorded: copyOut(memory, recorded) });
  }

  /**
   * Copies the feeds in, and sets the slots of what moves with the steps.
   * @returns the addresses of the records by output
   */
  #prepare({ program, feeds, steps, record }: Run<P>, memory: ArrayBuffer): ReadonlyMap<string, number> {
    const { size, target, memory: addresses } = this.#plan;
    const bytesFor = (buffer: Buffer): number => steps * bytesOf(buffer, target.alignment);
    let end = size;
    for (const { name, buffer, slot } of program.feeds) {
      const feed = lookup(feeds, name);
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
    return records;
  }

  /** Runs the steps; Left where an op's own kernel fails, with the state as it was before. */
  #runSteps({ name, steps }: Run<P>, machine: Machine, memory: ArrayBuffer): Result<void> {
    // Only ops' own kernels fail: without them nothing needs to be kept.
    const before = this.#plan.calls.length > 0 ? readStates(this.#plan, memory) : {};
    const ran = attempt(`the program "${name}"`, () => machine.run(name, steps));
    if (E.isLeft(ran)) writeStates(this.#plan, memory, before);
    return ran;
  }

  readSync(): Result<Tensors> {
    return this.#alone('reading the state', () =>
      this.#use(this.#plan.size, (_machine, memory) => E.right(readStates(this.#plan, memory))),
    );
  }

  writeSync(state: Tensors): Result<void> {
    return this.#alone('writing the state', () => {
      if (this.#machine === undefined) return E.left(disposed());
      const checked = checkState(this.#plan.slots, state);
      if (E.isLeft(checked)) return checked;
      return this.#use(this.#plan.size, (_machine, memory) => {
        writeStates(this.#plan, memory, state);
        return E.right(undefined);
      });
    });
  }

  dispose(): void {
    this.#machine?.dispose();
    this.#machine = undefined;
  }
}

/**
 * Compiled programs on the machine that runs them, with their constants and the states that they start from.
 * @returns Left where the machine has not so much memory, or a source of a plugin fails
 */
export const executableOf = <P extends string>(
  compiled: CompiledPrograms,
  machine: Machine,
): Result<SyncExecutable<P>> => {
  const { plan } = compiled;
  const started = machine.use(plan.size, (memory) =>
    attempt('a source of the program', () => {
      writeConstants(plan, memory);
      const initial = [...plan.slots].map(([path, slot]) => [path, slot.initial] as const);
      writeStates(plan, memory, Object.fromEntries(initial));
    }),
  );
  if (E.isLeft(started)) {
    machine.dispose();
    return started;
  }
  return E.right(executableWithTasks(new CompiledExecutable<P>(compiled, machine)));
};
