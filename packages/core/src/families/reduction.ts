import { product, within, type Formula } from '../scalar/formula.js';
import type {
  Accumulation,
  Cotangents,
  OpOf,
  PullbackCall,
  Reading,
  ReductionFamily,
  Value,
} from '../ir/grammar.js';
import { build1, isValue } from '../ir/node.js';
import { add } from '../scalar/functions.js';
import { define, requireScalar, type OwnDifferentiation } from '../ir/op.js';
import type { DType } from '../value/dtype.js';
import { refuse } from '../value/error.js';
import type { Reduce } from '../value/shape-types.js';
import type { Shape } from '../value/shape.js';
import { bothWays, type Piped } from '../ir/piped.js';
import { aBoolean, expectOptions, integers, optionsOf } from '../value/argument.js';

/** Ops that make one element of the elements along some axes. */

export interface ReductionOptions {
  /** Counted from the end where negative; every axis unless given. */
  readonly axes?: readonly number[];
  /** Whether reduced axes stay, with size 1. */
  readonly keepDims?: boolean;
}

export interface ReductionAttributes {
  readonly axes?: readonly number[];
  readonly keepDims: boolean;
}

/** What `axes` and `keepDims` are when no options are given: absent. */
type NoOptions = Readonly<Record<never, never>>;
type AxesOf<O> = O extends { readonly axes: infer A extends Shape } ? A : undefined;
type KeepOf<O> = O extends { readonly keepDims: infer K extends boolean } ? K : false;

/** `sum(x)`, `sum(x, { axes: [0] })`, `pipe(x, sum({ axes: [0] }))` */
export interface Reducing<Out extends DType | undefined = undefined> {
  <D extends DType, S extends Shape, const O extends ReductionOptions = NoOptions>(
    x: Value<D, S>,
    options?: O,
  ): Value<Out extends DType ? Out : D, Reduce<S, AxesOf<O>, KeepOf<O>>>;
  <const O extends ReductionOptions>(
    options: O,
  ): <D extends DType, S extends Shape>(
    x: Value<D, S>,
  ) => Value<Out extends DType ? Out : D, Reduce<S, AxesOf<O>, KeepOf<O>>>;
}

export type ReductionOp<Out extends DType | undefined = undefined> = Reducing<Out> &
  OpOf<ReductionFamily<ReductionAttributes>, ReductionAttributes>;

export type ReductionCall = PullbackCall<ReductionAttributes, readonly [Value]>;

export type ReductionRules = Reading<ReductionAttributes, 1> &
  Accumulation &
  Pick<ReductionFamily, 'element' | 'empty' | 'slope'> &
  OwnDifferentiation<ReductionAttributes, 1> & {
    /** How a formula writes it, such as `\sum`. */
    readonly command?: string;
  };

const description = { axes: 'axes?', keepDims: 'boolean' } as const;

const everyAxis = (rank: number): readonly number[] => Array.from({ length: rank }, (_, axis) => axis);

/** The axes that attributes name, or all. */
export const reducedAxes = ({ axes }: ReductionAttributes, rank: number): readonly number[] =>
  axes ?? everyAxis(rank);

const reductionOptions = optionsOf<ReductionOptions>('options, as in { axes: [0], keepDims: true }');

/** A function of a value and reduction options, both ways round, from one that takes the value first. */
export const reducing = <Out extends DType | undefined>(
  fn: string,
  reduce: (x: Value, attributes: ReductionAttributes) => Value,
): Reducing<Out> => {
  const apply = (...given: Piped<ReductionOptions>): unknown => {
    const [first, options = {}] = given;
    const parameter = ['options', reductionOptions] as const;
    return bothWays(fn, parameter, isValue(first) ? [first, options] : given, (x, taken) => {
      expectOptions(fn, taken, { axes: integers, keepDims: aBoolean });
      const { axes, keepDims = false } = taken;
      return reduce(x, { keepDims, ...(axes === undefined ? {} : { axes }) });
    });
  };
  // The type rule of reductions computes the shape that the type says.
  return apply as Reducing<Out>;
};

const formula =
  (command: string) =>
  ([x]: readonly [Formula], { axes }: ReductionAttributes): Formula =>
    product(`${command}${axes === undefined ? '' : `_{${axes.join(', ')}}`} ${within(x, 3)}`);

/** An op that reduces its operand over `axes`, all unless given. */
export function reduction<Out extends DType | undefined = undefined>(
  { name }: { readonly name: string },
  rules: ReductionRules,
): ReductionOp<Out> {
  const { combine, element, accumulator, empty, slope, command, pullback, differentiable, ...reading } =
    rules;
  const latex = reading.latex ?? (command === undefined ? undefined : formula(command));
  requireScalar(name, combine);
  const isSum = combine === add;
  if (!isSum && pullback === undefined && slope === undefined && differentiable !== false) {
    refuse(
      'plugin',
      [name],
      'the reduction has no derivative: only of sums it follows',
      'Give a slope or a pullback, or declare differentiable: false.',
    );
  }
  const family: ReductionFamily<ReductionAttributes> = {
    kind: 'reduction',
    combine,
    axes: reducedAxes,
    keepDims: ({ keepDims }) => keepDims,
    ...(element && { element }),
    ...(accumulator && { accumulator }),
    ...(empty === undefined ? {} : { empty }),
    ...(slope && { slope }),
  };
  // `inferTypes` counts the operand before a rule sees it.
  const own = pullback && { pullback: pullback as (call: PullbackCall<ReductionAttributes>) => Cotangents };
  const op: ReductionOp<Out> = define<
    ReductionAttributes,
    ReductionFamily<ReductionAttributes>,
    Reducing<Out>
  >(
    { name, arity: 1, attributes: description },
    family,
    {
      ...reading,
      ...(latex && { latex }),
      ...own,
      ...(differentiable === undefined ? {} : { differentiable }),
      behind: (attributes, { length }) => ({
        ...attributes,
        axes: reducedAxes(attributes, length - 1).map((axis) => axis + 1),
      }),
    },
    reducing<Out>(name, (x, attributes) => build1(op, [x], attributes)),
  );
  return op;
}
