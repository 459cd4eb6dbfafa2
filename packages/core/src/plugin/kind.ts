import * as E from 'fp-ts/lib/Either.js';
import { natural } from '../file/codec.js';
import type { Composite, Elementwise, Op, Primitive } from '../ir/op.js';
import type { Backend } from '../program/backend.js';
import type { ScalarFunction } from '../scalar/expression.js';
import { check, functionCheck, oneOf, thing, type Check, type Named } from './check.js';
import type { RandomSource } from './stream.js';

/**
 * A kind of thing that plugins bring, as data. The registry, the check of plugins and a command line's options follow
 * from it. The package that knows a kind exports it, for `createRegistry`.
 */
export interface Kind<K extends string = string, T extends Named = Named> {
  /** Where a plugin lists things of this kind, and where the registry has them: `optimizers`. */
  readonly key: K;
  /** What one is called: `optimizer`. */
  readonly singular: string;
  readonly check: Check<T>;
}

/** What is of a kind. */
export type ThingOf<K extends Kind> = K extends Kind<string, infer T> ? T : never;

export const scalarFunctionKind: Kind<'scalarFunctions', ScalarFunction> = {
  key: 'scalarFunctions',
  singular: 'scalar function',
  check: thing('a scalar function', { arity: natural, evaluate: functionCheck, partials: functionCheck }),
};

const anyOp = thing<Op>('an op', { kind: oneOf('primitive', 'elementwise', 'composite') });
const ops: Readonly<Record<Op['kind'], Check<Op>>> = {
  primitive: thing<Primitive>('an op', { types: functionCheck, kernel: functionCheck }),
  elementwise: thing<Elementwise>('an op', { arity: natural, lambda: functionCheck }),
  composite: thing<Composite>('an op', {}),
};

export const opKind: Kind<'ops', Op> = {
  key: 'ops',
  singular: 'op',
  check: check('an op', (u, context) => {
    const op = anyOp.validate(u, context);
    return E.isLeft(op) ? op : ops[op.right.kind].validate(u, context);
  }),
};

export const backendKind: Kind<'backends', Backend> = {
  key: 'backends',
  singular: 'backend',
  check: thing('a backend', { compile: functionCheck }),
};

export const randomSourceKind: Kind<'randomSources', RandomSource> = {
  key: 'randomSources',
  singular: 'random stream',
  check: thing('a source of random streams', { create: functionCheck }),
};

/** The kinds that core knows. */
export type CoreKind =
  typeof scalarFunctionKind | typeof opKind | typeof backendKind | typeof randomSourceKind;
export const coreKinds: readonly CoreKind[] = [scalarFunctionKind, opKind, backendKind, randomSourceKind];
