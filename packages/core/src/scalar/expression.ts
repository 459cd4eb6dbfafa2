import { holds, isDType, isFloat, roundTo, type DType } from '../value/dtype.js';
import { callable } from '../support/callable.js';
import {
  aDType,
  aList,
  aMap,
  aNumber,
  aString,
  everyOf,
  expectArgument,
  isRecord,
  listOf,
  refuseAsNumber,
  requireFunction,
  requireName,
  sort,
  type Sort,
} from '../value/argument.js';
import { calledIn, describe } from '../support/describe.js';
import { refuse } from '../value/error.js';
import { at, lookup, replaceEach } from '../support/list.js';
import { dependencyOrder } from '../support/order.js';
import {
  signatures,
  type AppliedScalar,
  type ArgumentScalar,
  type ConstantScalar,
  type Lambda,
  type Operand,
  type Scalar,
  type ScalarFunction,
  type ScalarFunctionRecord,
} from './grammar.js';

export type * from './grammar.js';

class MadeScalar {
  readonly #made = true;

  static is(candidate: unknown): candidate is Scalar {
    return typeof candidate === 'object' && candidate !== null && #made in candidate;
  }

  [Symbol.toPrimitive](hint: string): never {
    return refuseAsNumber('a scalar expression', 'scalar.', hint);
  }

  // A field would stand in each expression.
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style
  get [calledIn](): string {
    return 'a scalar expression';
  }
}

/** Whether something is an expression: what a plugin's functions give may be anything. */
export const isScalar = (candidate: unknown): candidate is Scalar => MadeScalar.is(candidate);

export const aScalar: Sort<Scalar> = sort('a scalar expression', (u): u is Scalar => MadeScalar.is(u));
const scalars: Sort<readonly Scalar[]> = listOf('a list of scalar expressions', aScalar);
export const anArgument: Sort<ArgumentScalar> = sort(
  'an argument of an expression',
  (u): u is ArgumentScalar => MadeScalar.is(u) && u.kind === 'argument',
  'Make one with scalar.argument.',
);
export const anOperand: Sort<Operand> = sort(
  'a scalar expression or a number',
  (u): u is Operand => typeof u === 'number' || MadeScalar.is(u),
  'Scalar functions make expressions; the ops of the same names take tensors.',
);
export const aLambda: Sort<Lambda> = sort(
  'an expression with its parameters',
  (u): u is Lambda => {
    const isArgument = (each: unknown): each is ArgumentScalar => anArgument.is(each);
    return isRecord(u) && MadeScalar.is(u.body) && everyOf(u.parameters, isArgument);
  },
  'It is { parameters, body }, of arguments and an expression of them.',
);
export const aScalarFunction: Sort<ScalarFunction> = sort(
  'a scalar function, such as scalar.tanh',
  (u): u is ScalarFunction => typeof u === 'function' && 'evaluate' in u && 'signature' in u,
);

let nextId = 0;

/** The expressions of one kind that are in use, each under a key that names all its fields. */
class Interned<T extends Scalar> {
  readonly #known = new Map<string, WeakRef<T>>();
  /** The size at which the table is next rid of what nobody references any more. */
  #sweepAt = 4096;

  /** The expression with this key; it is made where there is none. */
  get(key: string, make: (id: number) => T): T {
    const known = this.#known.get(key)?.deref();
    if (known !== undefined) return known;
    // The class adds no field: it tells an expression from what only looks like one, and refuses `x * 2`.
    const made: T = Object.freeze(Object.assign(new MadeScalar(), make(nextId++)));
    this.#known.set(key, new WeakRef(made));
    if (this.#known.size > this.#sweepAt) this.#sweep();
    return made;
  }

  #sweep(): void {
    for (const [key, reference] of this.#known) if (reference.deref() === undefined) this.#known.delete(key);
    this.#sweepAt = 4096 + 2 * this.#known.size;
  }
}

const constants = new Interned<ConstantScalar>();
const argumentsByName = new Interned<ArgumentScalar>();
const applications = new Interned<AppliedScalar>();

/**
 * A number as an expression.
 * @throws AdjointException where `dtype` cannot hold it, such as 0.5 as i32
 */
export function constant(value: number, dtype: DType = 'f64'): ConstantScalar {
  expectArgument('scalar.constant', 'value', value, aNumber);
  expectArgument('scalar.constant', 'dtype', dtype, aDType);
  if (!holds(dtype, value)) refuse('tensor', [], `${dtype} cannot hold the number ${value}`);
  const rounded = roundTo(dtype, value);
  const key = `${dtype} ${Object.is(rounded, -0) ? '-0' : rounded}`;
  return constants.get(key, (id) => ({ kind: 'constant', id, dtype, value: rounded }));
}

/** A named unknown. The same name and dtype is the same argument. */
export function argument(name: string, dtype: DType = 'f64'): ArgumentScalar {
  expectArgument('scalar.argument', 'name', name, aString);
  expectArgument('scalar.argument', 'dtype', dtype, aDType);
  return argumentsByName.get(`${dtype} ${name}`, (id) => ({ kind: 'argument', id, dtype, name }));
}

const functionIds = new WeakMap<ScalarFunctionRecord, number>();

function idOf(fn: ScalarFunctionRecord): number {
  const id = functionIds.get(fn) ?? nextId++;
  functionIds.set(fn, id);
  return id;
}

/** The result's dtype, or what is wrong with the operands'. */
function resultDType(fn: ScalarFunctionRecord, dtypes: readonly DType[]): DType | Error {
  const { signature } = fn;
  const [first, ...rest] = signature === 'select' ? dtypes.slice(1) : dtypes;
  if (first === undefined) return new Error(`${fn.name} takes ${fn.arity} operands, given none`);
  if (rest.some((dtype) => dtype !== first)) {
    const given = `${fn.name} takes operands of one dtype, given ${dtypes.join(', ')}`;
    return new Error(`${given}; convert with astype`);
  }
  switch (signature) {
    case 'float':
      return isFloat(first) ? first : new Error(`${fn.name} takes f64 or f32, given ${first}`);
    case 'number':
      return first !== 'bool' ? first : new Error(`${fn.name} takes numbers, given bool`);
    case 'any':
      return first;
    case 'comparison':
      return 'bool';
    case 'logical':
      return first === 'bool' ? 'bool' : new Error(`${fn.name} takes bool, given ${first}`);
    case 'select':
      return at(dtypes, 0) === 'bool'
        ? first
        : new Error(`select takes a bool condition, given ${at(dtypes, 0)}`);
    case 'f64':
    case 'f32':
    case 'i32':
    case 'bool':
      return signature;
  }
}

/**
 * `fn(...operands)` as an expression.
 * @throws AdjointException where the number of operands or their dtypes do not fit
 */
export function apply(fn: ScalarFunction, operands: readonly Operand[]): Scalar {
  expectArgument('scalar.apply', 'fn', fn, aScalarFunction);
  expectArgument('scalar.apply', 'operands', operands, aList);
  for (const [index, operand] of operands.entries()) expectArgument(fn.name, index, operand, anOperand);
  if (operands.length !== fn.arity) {
    refuse('tensor', [], `${fn.name} takes ${fn.arity} operands, given ${operands.length}`);
  }
  const literalFrom = fn.signature === 'select' ? 1 : 0;
  const typed = operands.slice(literalFrom).find((operand) => typeof operand !== 'number');
  const scalars = operands.map((operand, index) =>
    typeof operand === 'number'
      ? constant(operand, index < literalFrom ? 'bool' : (typed?.dtype ?? 'f64'))
      : operand,
  );
  const dtype = resultDType(
    fn,
    scalars.map((scalar) => scalar.dtype),
  );
  if (dtype instanceof Error) refuse('tensor', [], dtype.message);
  const key = `${idOf(fn)} ${scalars.map(({ id }) => id).join(' ')}`;
  return applications.get(key, (id) => ({
    kind: 'applied',
    id,
    dtype,
    fn,
    operands: Object.freeze(scalars),
  }));
}

/** A record of which nothing is sure. */
type Unchecked = Readonly<Record<'name' | 'arity' | 'signature' | 'evaluate' | 'partials', unknown>> & {
  readonly notation?: { readonly latex?: unknown };
};

/** A record, or a scalar function itself. */
const someRecord: Sort<object> = sort(
  'a record of a scalar function',
  (u): u is object => isRecord(u) || typeof u === 'function',
);

/** Refuses a record that would fail where an expression is evaluated or differentiated, far from where it was written. */
function checkRecord(record: Unchecked): void {
  expectArgument('defineScalarFunction', 'record', record, someRecord);
  const { name, arity, signature, evaluate, partials, notation } = record;
  requireName('defineScalarFunction', name);
  if (typeof arity !== 'number' || !Number.isInteger(arity) || arity < 1) {
    refuse('argument', [name, 'arity'], `expected a number of operands from 1 on, found ${describe(arity)}`);
  }
  if (!isDType(signature) && !signatures.some((each) => each === signature)) {
    const problem = `expected ${signatures.join(', ')} or a dtype, found ${describe(signature)}`;
    refuse('argument', [name, 'signature'], problem);
  }
  requireFunction(name, 'evaluate', evaluate, arity);
  requireFunction(name, 'partials', partials, 2);
  requireFunction(name, 'notation.latex', notation?.latex, arity);
}

/**
 * Makes the record callable; the two are one frozen value.
 * @throws AdjointException where a field of the record is missing or is not what it should be
 */
export function defineScalarFunction<const N extends number>(
  record: { readonly arity: N } & NoInfer<ScalarFunctionRecord<N>>,
): ScalarFunction<N>;
export function defineScalarFunction(record: ScalarFunctionRecord): ScalarFunction {
  checkRecord(record);
  const build = (...operands: readonly Operand[]): Scalar => apply(fn, operands);
  const fn: ScalarFunction = callable(build, record);
  return fn;
}

/** All sub-expressions of `roots`, each once, operands before the expressions that use them. */
export function subexpressions(roots: readonly Scalar[]): Scalar[] {
  expectArgument('scalar.subexpressions', 'roots', roots, scalars);
  return dependencyOrder(roots, (scalar, index) =>
    scalar.kind === 'applied' ? scalar.operands[index] : undefined,
  );
}

const orders = new WeakMap<Scalar, readonly Scalar[]>();

/** The sub-expressions of one expression; remembered, for an op's is walked again for each of its nodes. */
export function partsOf(scalar: Scalar): readonly Scalar[] {
  const known = orders.get(scalar);
  if (known !== undefined) return known;
  expectArgument('scalar.partsOf', 'scalar', scalar, aScalar);
  const order = subexpressions([scalar]);
  orders.set(scalar, order);
  return order;
}

/** `scalar` with sub-expressions replaced; what stands in `replacements` is not looked into. */
export function substitute(scalar: Scalar, replacements: ReadonlyMap<Scalar, Scalar>): Scalar {
  expectArgument('scalar.substitute', 'replacements', replacements, aMap);
  const rebuilt = new Map(replacements);
  for (const part of partsOf(scalar)) {
    if (rebuilt.has(part)) continue;
    if (part.kind !== 'applied') rebuilt.set(part, part);
    else {
      const operands = replaceEach(part.operands, (operand) => lookup(rebuilt, operand));
      rebuilt.set(part, operands === part.operands ? part : apply(part.fn, operands));
    }
  }
  return lookup(rebuilt, scalar);
}
