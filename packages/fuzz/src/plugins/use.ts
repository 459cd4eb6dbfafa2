import { gradient } from '@adjoint/autograd';
import {
  AdjointException,
  checkPlugin,
  constant,
  corePlugin,
  createRegistry,
  formulasOf,
  input,
  interpreter,
  named,
  ones,
  print,
  program,
  readGraph,
  scalar,
  state,
  sum,
  tensor,
  writeGraph,
  zeros,
  type AdjointError,
  type Backend,
  type Op,
  type Registry,
  type ScalarFunction,
  type Value,
} from '@adjoint/core';
import { build, map } from '@adjoint/core/extend';
import {
  createOptimizer,
  learnKinds,
  learnPlugin,
  sgd,
  train,
  type LearnKind,
  type Optimizer,
} from '@adjoint/learn';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { file, inputNode, node } from '../graphs/writer.js';
import { expectError } from '../error.js';
import { expect } from '../target.js';
import { Planted } from './planted.js';

/** Everything that can be done with what a plugin brings. */

type Made = Registry<LearnKind>;

function expectErrors(errors: readonly AdjointError[]): void {
  expect(errors.length > 0, 'a Left without an error');
  errors.forEach(expectError);
}

/** Where errors are data nothing is thrown, not even by a plugin. */
function asData<T>(what: string, run: () => E.Either<AdjointError, T>): T | undefined {
  let result: E.Either<AdjointError, T>;
  try {
    result = run();
  } catch (error) {
    throw new Error(`${what} throws`, { cause: error });
  }
  if (E.isRight(result)) return result.right;
  expectErrors([result.left]);
  return undefined;
}

/** In code what throws is Adjoint's, or what the plugin threw itself. */
function inCode<T>(what: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof AdjointException) expectErrors([error.error]);
    else if (error !== null && !(error instanceof Planted)) {
      throw new Error(`${what} throws neither an AdjointException nor what the plugin threw`, {
        cause: error,
      });
    }
    return undefined;
  }
}

const x = (): Value => named('x', input('x', [3]));
const feed = { x: tensor([1, 2, 3]) };

/** Differentiates, prints, writes and runs a value. */
function useValue(out: Value, registry: Made): void {
  const made = inCode('program', () => program({ outputs: { out } }));
  if (made === undefined) return;
  inCode('print', () => print(made.graph));
  inCode('formulasOf', () => formulasOf(made.graph));
  const text = inCode('writeGraph', () => writeGraph(made.graph));
  if (text !== undefined) asData('readGraph', () => readGraph(text, registry));
  for (const backend of [interpreter, wasm]) {
    const executable = asData(`compileSync of ${backend.name}`, () => backend.compileSync({ made }));
    if (executable === undefined) continue;
    const feeds = made.graph.inputs.length === 0 ? {} : feed;
    asData(`runSync of ${backend.name}`, () => executable.runSync('made', feeds));
    executable.dispose();
  }
  const [wrt] = made.graph.inputs;
  if (wrt === undefined) return;
  const slope = inCode('gradient', () => gradient(sum(out), wrt));
  if (slope !== undefined) inCode('print', () => print(program({ outputs: { slope } }).graph));
}

const attributesOf: Readonly<Record<string, object>> = {
  reverse: { axes: [0] },
  norm2: { keepDims: false },
  running: { axis: 0, reverse: false },
  gate: { by: 2 },
  ramp: { shape: [3] },
};

function useOp(op: Op, registry: Made): void {
  const attributes = attributesOf[op.name] ?? {};
  const operands = op.name === 'ramp' ? 0 : op.name === 'dot' ? 2 : 1;
  if (op.kind === 'primitive') {
    const given = Array.from({ length: operands }, x);
    const [first = x()] = given;
    const built = inCode('build', () =>
      build(
        op,
        given.map(() => first),
        attributes,
      ),
    );
    if (built?.outputs[0] !== undefined) useValue(built.outputs[0], registry);
  } else if (op.kind === 'elementwise') {
    const built = inCode('build', () => op.build([x()]));
    if (built !== undefined) useValue(built, registry);
  }
  const written = file({
    nodes: [
      inputNode([3]),
      node(
        op.name,
        Array.from({ length: operands }, () => 0),
        { ...attributes },
      ),
    ],
    inputs: [0],
  });
  const read = asData('readGraph', () => readGraph(written, registry));
  const [out] = read === undefined ? [] : Object.values(read.outputs);
  if (out !== undefined) useValue(out, registry);
}

function useFunction(fn: ScalarFunction, registry: Made): void {
  const lambda = inCode('a scalar function', () => {
    const argument = scalar.argument('x', 'f64');
    return { parameters: [argument], body: fn(argument) };
  });
  if (lambda === undefined) return;
  const out = inCode('map', () => map('applied', lambda, [x()]));
  if (out !== undefined) useValue(out, registry);
}

/** Trains a product of a matrix with what a plugin brings. */
async function useTraining(parts: {
  readonly backend?: Backend;
  readonly optimizer?: Optimizer;
  readonly loss?: (p: Value, y: Value) => Value;
}): Promise<void> {
  const { w } = state({ w: ones([3]) });
  const {
    backend = interpreter,
    optimizer = sgd({ learningRate: 0.1 }),
    loss: lossOf = (p) => sum(p),
  } = parts;
  let loss: Value;
  try {
    loss = lossOf(w, constant(zeros([3])));
  } catch {
    // It is the plugin's own code that is called here, and a class cannot be called.
    return;
  }
  let result: E.Either<AdjointError, unknown>;
  try {
    // What a backend never gives, nobody can wait for.
    const patience = new Promise<E.Either<AdjointError, unknown>>((resolve) =>
      setTimeout(() => resolve(E.right(undefined)), 200).unref(),
    );
    result = await Promise.race([
      train({ backend, loss, parameters: { w }, optimizer, feeds: {}, steps: 3 })(),
      patience,
    ]);
  } catch (error) {
    throw new Error('train rejects', { cause: error });
  }
  if (E.isLeft(result)) expectErrors([result.left]);
}

async function useRegistry(registry: Made, standard: Made): Promise<void> {
  const isNew = <K extends 'ops' | 'scalarFunctions' | 'backends' | 'optimizers' | 'losses'>(key: K) =>
    [...registry[key].values()].filter(
      (each) => standard[key].get(each.name) !== each,
    ) as Made[K] extends ReadonlyMap<string, infer T> ? T[] : never;
  for (const op of isNew('ops')) useOp(op, registry);
  for (const fn of isNew('scalarFunctions')) useFunction(fn, registry);
  for (const backend of isNew('backends')) await useTraining({ backend });
  for (const factory of isNew('optimizers')) {
    const optimizer = asData('createOptimizer', () => createOptimizer(factory, {}));
    if (optimizer !== undefined) await useTraining({ optimizer });
  }
  for (const { build: loss } of isNew('losses')) await useTraining({ loss });
}

const base = createRegistry([corePlugin, learnPlugin], learnKinds);

/** What comes of a plugin, whatever it is. */
export async function usePlugin(plugin: unknown): Promise<void> {
  if (E.isLeft(base)) throw new Error('core and learn make no registry');
  const listed = <T>(what: string, run: () => E.Either<readonly AdjointError[], T>): T | undefined => {
    let result: E.Either<readonly AdjointError[], T>;
    try {
      result = run();
    } catch (error) {
      throw new Error(`${what} throws`, { cause: error });
    }
    if (E.isRight(result)) return result.right;
    expectErrors(result.left);
    return undefined;
  };
  const checked = listed('checkPlugin', () => checkPlugin(plugin, learnKinds));
  // Plain JavaScript gives it whatever the check said.
  const registry = listed('createRegistry', () =>
    createRegistry([corePlugin, learnPlugin, plugin as typeof learnPlugin], learnKinds),
  );
  expect(registry === undefined || checked !== undefined, 'a registry takes a plugin that its check refuses');
  if (registry !== undefined) await useRegistry(registry, base.right);
}
