import { aRecord, expectArgument, requireFunction, requireName } from '../value/argument.js';
import {
  defineScalarFunction,
  type Notation,
  type Partial,
  type Scalar,
  type ScalarFunction,
  type ScalarFunctionRecord,
  type Signature,
} from './expression.js';

/** Makers of scalar functions of one number and of two. */

/** A function of one number. */
export type UnaryScalar = ScalarFunction<1>;
/** A function of two numbers. */
export type BinaryScalar = ScalarFunction<2>;
/** A function of three numbers. */
export type TernaryScalar = ScalarFunction<3>;

/** What a line of the table may leave out. */
interface Common<N extends number> extends Pick<ScalarFunctionRecord<N>, 'evaluateInteger' | 'kink'> {
  /** `float` unless given. */
  readonly signature?: Signature;
  /** `\operatorname{name}(x, y)` unless given. */
  readonly notation?: Notation<N>;
}

/** `\operatorname{name}(x, y)`, the notation of whatever has none of its own. */
export const named = (command: string): Notation => ({
  precedence: 6,
  latex: (...operands) => `${command}\\left(${operands.map((operand) => operand(0)).join(', ')}\\right)`,
});

/** Defines a function of one number: its value, and its derivative from `x` and the result `out`. */
export const unary = (
  name: string,
  rules: Common<1> & {
    readonly evaluate: (x: number) => number;
    readonly partial: (x: Scalar, out: Scalar) => Partial;
  },
): UnaryScalar => {
  requireName('scalar.unary', name);
  expectArgument('scalar.unary', 'rules', rules, aRecord);
  const {
    evaluate,
    partial,
    signature = 'float',
    notation = named(`\\operatorname{${name}}`),
    ...common
  } = rules;
  requireFunction(name, 'evaluate', evaluate, 1);
  requireFunction(name, 'partial', partial, 2);
  return defineScalarFunction({
    name,
    arity: 1,
    signature,
    notation,
    ...common,
    evaluate: (x) => evaluate(x),
    partials: ([x], out) => [partial(x, out)],
  });
};

/** Defines a function of two numbers, with its two partial derivatives. */
export const binary = (
  name: string,
  rules: Common<2> & {
    readonly evaluate: (x: number, y: number) => number;
    readonly partials: (x: Scalar, y: Scalar, out: Scalar) => readonly [Partial, Partial];
  },
): BinaryScalar => {
  requireName('scalar.binary', name);
  expectArgument('scalar.binary', 'rules', rules, aRecord);
  const {
    evaluate,
    partials,
    signature = 'float',
    notation = named(`\\operatorname{${name}}`),
    ...common
  } = rules;
  requireFunction(name, 'evaluate', evaluate, 2);
  requireFunction(name, 'partials', partials, 3);
  return defineScalarFunction({
    name,
    arity: 2,
    signature,
    notation,
    ...common,
    evaluate: (x, y) => evaluate(x, y),
    partials: ([x, y], out) => partials(x, y, out),
  });
};
