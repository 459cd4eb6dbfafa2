import * as a from '@adjoint/core';
import {
  input,
  interpreter,
  program,
  state,
  tensor,
  zeros,
  type AdjointError,
  type Backend,
  type Executable,
  type Program,
  type Programs,
  type SyncBackend,
  type Tensor,
  type Tensors,
} from '@adjoint/core';
import { executableWithTasks } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import type { Check } from './check.js';
import { differences, expectNone } from '../compare/differences.js';
import { isSync, right } from '../compare/evaluate.js';
import type { Suite } from './suite.js';

/** What an executable does with steps, state and mistakes; on the backend and on the interpreter. */

/** What a scenario saw: tensors by name, at each of its moments. */
type Seen = Readonly<Record<string, Tensors>>;

interface Scenario {
  readonly programs: Programs;
  readonly play: (executable: Executable) => Promise<Seen>;
}

/** A running total: its state grows by the input of each step. */
function counting(): Program {
  const { total } = state({ total: zeros([3]) });
  const by = input('by', [3]);
  const next = a.add(total, by);
  return program({
    outputs: { next: a.sum(next), before: total },
    updates: [{ state: total, next }],
    perStep: ['by'],
  });
}
const oneStep = { by: tensor([[1, 2, 3]]) };
const twoSteps = {
  by: tensor([
    [1, 2, 3],
    [10, 20, 30],
  ]),
};

/** Two programs over one state. */
function sharing(): Programs {
  const { w } = state({ w: tensor([2, 3]) });
  return {
    double: program({ outputs: {}, updates: [{ state: w, next: a.multiply(w, 2) }] }),
    total: program({ outputs: { total: a.sum(w) } }),
  };
}

/** Each state's next value is of the other's value before the step. */
function swapping(): Programs {
  const { x, y } = state({ x: tensor([1, 2]), y: tensor([10, 20]) });
  const updates = [
    { state: x, next: y },
    { state: y, next: a.add(x, y) },
  ];
  return { swap: program({ outputs: {}, updates }) };
}

/** All of a state, none of it, and a choice by it: of what is neither 0 nor 1 backends would make different things. */
function choosing(): Programs {
  const { flags } = state({ flags: tensor([true, false], 'bool') });
  const chosen = a.cond(
    a.all(flags),
    ([x = flags]) => [a.logicalNot(x)],
    ([x = flags]) => [x],
    [flags],
  );
  const [next = flags] = chosen;
  return {
    choose: program({ outputs: { every: a.all(flags), none: a.logicalNot(flags), next } }),
  };
}

/** Made by hand, as plain JavaScript may. */
const odd: Tensor = { dtype: 'bool', shape: [2], data: Uint8Array.of(2, 255) };

/** What must be refused, as 1 where it was. */
const refusals = (attempts: Readonly<Record<string, E.Either<AdjointError, unknown>>>): Tensors =>
  Object.fromEntries(
    Object.entries(attempts).map(([name, attempt]) => [name, tensor(E.isLeft(attempt), 'bool')] as const),
  );

const scenarios: Readonly<Record<string, Scenario>> = {
  'runs steps with inputs of their own, and records outputs': {
    programs: { count: counting() },
    play: async (executable) => {
      const run = right(await executable.run('count', twoSteps, { steps: 2, record: ['next', 'before'] })());
      return { outputs: run.outputs, recorded: run.recorded, state: right(await executable.read()()) };
    },
  },
  'shares one state between programs, and takes another': {
    programs: sharing(),
    play: async (executable) => {
      right(await executable.run('double', {}, { steps: 3 })());
      const first = right(await executable.run('total', {})()).outputs;
      right(await executable.write({ w: tensor([1, 1]) })());
      return { first, second: right(await executable.run('total', {})()).outputs };
    },
  },
  'updates all states at once': {
    programs: swapping(),
    play: async (executable) => {
      right(await executable.run('swap', {}, { steps: 3 })());
      return { state: right(await executable.read()()) };
    },
  },
  'hands out results that later runs leave alone': {
    programs: { count: counting() },
    play: async (executable) => {
      const first = right(await executable.run('count', oneStep)()).outputs;
      const between = right(await executable.read()());
      right(await executable.run('count', oneStep)());
      return { first, between };
    },
  },
  'refuses what does not fit, and keeps its state': {
    programs: { count: counting() },
    play: async (executable) => {
      right(await executable.run('count', oneStep)());
      const refused = refusals({
        'no feed': await executable.run('count', {})(),
        'an unknown feed': await executable.run('count', { ...oneStep, other: tensor(1) })(),
        'a feed of another shape': await executable.run('count', twoSteps)(),
        'no step': await executable.run('count', oneStep, { steps: 0 })(),
        'an unknown output': await executable.run('count', oneStep, { record: ['other'] })(),
        'an unknown program': await executable.run('other', oneStep)(),
        'an unknown state': await executable.write({ other: tensor(1) })(),
        'a state of another shape': await executable.write({ total: tensor([1]) })(),
      });
      return { refused, state: right(await executable.read()()) };
    },
  },
  'refuses bools that are neither 0 nor 1, and more steps than there may be': {
    programs: choosing(),
    play: async (executable) => {
      const refused = refusals({
        'an odd bool': await executable.write({ flags: odd })(),
        'more steps than 32 bits count': await executable.run('choose', {}, { steps: 2 ** 32 + 1 })(),
      });
      return { refused, outputs: right(await executable.run('choose', {})()).outputs };
    },
  },
  'refuses everything once it is disposed': {
    programs: { count: counting() },
    play: async (executable) => {
      executable.dispose();
      const refused = refusals({
        run: await executable.run('count', oneStep)(),
        read: await executable.read()(),
        write: await executable.write({ total: tensor([1, 2, 3]) })(),
      });
      return { refused };
    },
  },
};

type Compile = (programs: Programs) => Promise<Executable>;

const waiting =
  (backend: Backend): Compile =>
  async (programs) =>
    right(await backend.compile(programs)());

const atOnce =
  (backend: SyncBackend): Compile =>
  (programs) =>
    Promise.resolve(executableWithTasks(right(backend.compileSync(programs))));

async function expectSamePlay(compile: Compile, { programs, play }: Scenario): Promise<void> {
  const executable = await compile(programs);
  const expected = await play(await atOnce(interpreter)(programs));
  try {
    const found = await play(executable);
    const wrong = Object.entries(expected).flatMap(([moment, tensors]) =>
      Object.entries(tensors).flatMap(([name, each]) =>
        differences(found[moment]?.[name], each, () => 0).map((text) => `${moment}: ${name}${text}`),
      ),
    );
    expectNone("differs from the interpreter's", wrong);
  } finally {
    executable.dispose();
  }
}

export const executableChecks = ({ backend }: Suite): readonly Check[] => {
  const faces: readonly (readonly [string, Compile])[] = [
    ['an executable', waiting(backend)],
    ...(isSync(backend) ? [['an executable that never waits', atOnce(backend)] as const] : []),
  ];
  return faces.flatMap(([group, compile]) =>
    Object.entries(scenarios).map(([name, scenario]) => ({
      group,
      name,
      check: () => expectSamePlay(compile, scenario),
    })),
  );
};
