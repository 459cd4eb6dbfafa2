import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { natural } from '../file/codec.js';
import { words } from '../ir/description.js';
import type { Composite, Elementwise, Family, Op, Primitive } from '../ir/grammar.js';
import type { Backend } from '../program/backend.js';
import type { ScalarFunction } from '../scalar/expression.js';
import {
  check,
  fieldsCheck,
  functionCheck,
  isObject,
  oneOf,
  thing,
  type Check,
  type Named,
} from './check.js';
import type { RandomSource } from './stream.js';
import { describe, quoted } from '../support/describe.js';

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
  /** What comes with one, without being listed. */
  companions?(thing: T): readonly T[];
}

/** What is of a kind. */
export type ThingOf<K extends Kind> = K extends Kind<string, infer T> ? T : never;

export const scalarFunctionKind: Kind<'scalarFunctions', ScalarFunction> = {
  key: 'scalarFunctions',
  singular: 'scalar function',
  check: thing('a scalar function', { arity: natural, evaluate: functionCheck, partials: functionCheck }),
};

/** The functions that the data of each family have. */
const rulesOfFamily: Readonly<Record<Family['kind'], readonly string[]>> = {
  map: ['lambda'],
  view: ['view', 'transpose'],
  unview: ['view', 'transpose'],
  reshaping: ['shape'],
  reduction: ['combine', 'axes', 'keepDims'],
  prefix: ['combine', 'axis', 'reverse', 'reversed'],
  contraction: ['letters'],
  indexed: ['view', 'transpose'],
  unindexed: ['view', 'transpose'],
  join: ['layout', 'transpose'],
  split: ['layout', 'transpose'],
  control: ['types', 'kernel', 'specialize'],
  source: ['types', 'fill'],
  opaque: ['types', 'kernel'],
};

const someFamily = fieldsCheck<Pick<Family, 'kind'>>('a family', {
  // The keys are those of the record.
  kind: oneOf(...(Object.keys(rulesOfFamily) as Family['kind'][])),
});

const familyCheck: Check<Family> = check('a family', (u, context) => {
  const family = someFamily.validate(u, context);
  if (E.isLeft(family)) return family;
  const rules = rulesOfFamily[family.right.kind].map((name) => [name, functionCheck] as const);
  return fieldsCheck<Family>('a family', Object.fromEntries(rules)).validate(u, context);
});

/** What is not in the form of a field of attributes, if anything is not. */
function fieldFault(field: unknown): string | undefined {
  if (typeof field === 'string') {
    return words.some((word) => field === word || field === `${word}?`)
      ? undefined
      : `${quoted(field)} describes no attribute; the words are ${words.join(', ')}`;
  }
  if (!isObject(field)) return `${describe(field)} describes no attribute`;
  if ('codec' in field && isObject(field.codec)) return undefined;
  const parts = 'list' in field ? [field.list] : Object.values(field);
  return parts.map(fieldFault).find((fault) => fault !== undefined);
}

const description = check('a description of attributes', (u, context) => {
  if (!isObject(u) || typeof u === 'function') return t.failure(u, context);
  const fault = Object.values(u)
    .map(fieldFault)
    .find((each) => each !== undefined);
  return fault === undefined ? t.success(u) : t.failure(u, context, fault);
});

const anyOp = thing<Op>('an op', { kind: oneOf('primitive', 'elementwise', 'composite') });
const ops: Readonly<Record<Op['kind'], Check<Op>>> = {
  primitive: thing<Primitive>('an op', { attributes: description, family: familyCheck }),
  elementwise: thing<Elementwise>('an op', { arity: natural, lambda: functionCheck, build: functionCheck }),
  composite: thing<Composite>('an op', {}),
};

export const opKind: Kind<'ops', Op> = {
  key: 'ops',
  singular: 'op',
  check: check('an op', (u, context) => {
    const op = anyOp.validate(u, context);
    return E.isLeft(op) ? op : ops[op.right.kind].validate(u, context);
  }),
  // The transpose that was made of an op.
  companions: (op) => (op.kind === 'primitive' && 'twin' in op.family ? [op.family.twin] : []),
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
