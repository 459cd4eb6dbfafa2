import type { DType } from './dtype.js';
import type { Shape } from './shape.js';

/**
 * Shape arithmetic in the type system. Where every size is a literal the result is computed and a mismatch is a
 * compile error; where a size or the rank is unknown the result is unknown too, and the type rule decides at run time.
 */

type IsLiteral<N> = N extends number ? (number extends N ? false : true) : false;
/** Whether the number of axes is known. */
type Ranked<S extends Shape> = IsLiteral<S['length']>;

/** `[4, 2]` as a string. */
export type Show<S extends Shape> = `[${Join<S>}]`;
type Join<S extends Shape> = S extends readonly [infer N extends number, ...infer Rest extends Shape]
  ? Rest extends readonly []
    ? `${N}`
    : `${N}, ${Join<Rest>}`
  : '';

/** What no value is: the type an operand would need so that the compiler names the op and the two shapes. */
export interface Mismatch<Op extends string, A extends Shape, B extends Shape> {
  readonly mismatch: `${Op}: ${Show<A>} and ${Show<B>} do not fit`;
}

/** `unknown`, which any operand is, unless the result of combining the shapes is `never`. */
export type Fits<Op extends string, A extends Shape, B extends Shape, Result> = [Result] extends [never]
  ? Mismatch<Op, A, B>
  : unknown;

/** `unknown` unless two dtypes are known to differ. */
export type OneDType<Op extends string, D extends DType, E extends DType> = D extends E
  ? unknown
  : E extends D
    ? unknown
    : { readonly mismatch: `${Op}: ${D} and ${E} differ; convert with astype` };

type Reverse<S extends Shape, Done extends Shape = readonly []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? Reverse<Rest, readonly [First, ...Done]>
  : Done;

type BroadcastSize<A extends number, B extends number> = A extends 1
  ? B
  : B extends 1
    ? A
    : IsLiteral<A> extends true
      ? IsLiteral<B> extends true
        ? A extends B
          ? A
          : never
        : A
      : IsLiteral<B> extends true
        ? B
        : number;

/** A size that is only `number` may be 1 at run time, so next to 1 it stays `number`. */
type BroadcastReversed<
  A extends Shape,
  B extends Shape,
  Done extends Shape = readonly [],
> = A extends readonly [infer A0 extends number, ...infer ARest extends Shape]
  ? B extends readonly [infer B0 extends number, ...infer BRest extends Shape]
    ? [BroadcastSize<A0, B0>] extends [never]
      ? never
      : BroadcastReversed<ARest, BRest, readonly [BroadcastSize<A0, B0>, ...Done]>
    : readonly [...Reverse<A>, ...Done]
  : readonly [...Reverse<B>, ...Done];

/** The broadcast shape of two operands; `never` where they do not broadcast. */
export type Broadcast<A extends Shape, B extends Shape> =
  Ranked<A> extends true
    ? Ranked<B> extends true
      ? BroadcastReversed<Reverse<A>, Reverse<B>>
      : Shape
    : Shape;

type SameSize<A extends number, B extends number> =
  IsLiteral<A> extends true ? (IsLiteral<B> extends true ? (A extends B ? true : false) : true) : true;

/** The shape of two operands that have one; `never` where they are known to differ. */
export type Same<A extends Shape, B extends Shape> =
  Ranked<A> extends true ? (Ranked<B> extends true ? SameRanked<A, B> : Shape) : Shape;

type SameRanked<A extends Shape, B extends Shape> = A extends readonly [
  infer A0 extends number,
  ...infer ARest extends Shape,
]
  ? B extends readonly [infer B0 extends number, ...infer BRest extends Shape]
    ? SameSize<A0, B0> extends true
      ? SameRanked<ARest, BRest>
      : never
    : never
  : B extends readonly []
    ? Shape
    : never;

/** The shape of `a @ b`; `never` where the inner sizes differ. */
export type Matmul<A extends Shape, B extends Shape> =
  Ranked<A> extends true
    ? Ranked<B> extends true
      ? A extends readonly [...infer ABatch extends Shape, infer M extends number, infer K1 extends number]
        ? B extends readonly [...infer BBatch extends Shape, infer K2 extends number, infer N extends number]
          ? SameSize<K1, K2> extends true
            ? [Broadcast<ABatch, BBatch>] extends [never]
              ? never
              : readonly [...Broadcast<ABatch, BBatch>, M, N]
            : never
          : VectorMatmul<A, B>
        : VectorMatmul<A, B>
      : Shape
    : Shape;

type VectorMatmul<A extends Shape, B extends Shape> = A extends readonly [infer K1 extends number]
  ? B extends readonly [infer K2 extends number]
    ? SameSize<K1, K2> extends true
      ? readonly []
      : never
    : B extends readonly [...infer Batch extends Shape, infer K2 extends number, infer N extends number]
      ? SameSize<K1, K2> extends true
        ? readonly [...Batch, N]
        : never
      : never
  : B extends readonly [infer K2 extends number]
    ? A extends readonly [...infer Batch extends Shape, infer M extends number, infer K1 extends number]
      ? SameSize<K1, K2> extends true
        ? readonly [...Batch, M]
        : never
      : never
    : never;

/** The index of each axis, and the same counted from the end, so that `-1` is found too. */
type Named<Axis extends number, Index extends string, FromEnd extends string> = `${Axis}` extends
  Index | FromEnd
  ? true
  : false;

type IsReduced<Axes extends Shape, Index extends string, FromEnd extends string> = Axes extends readonly [
  infer Axis extends number,
  ...infer Rest extends Shape,
]
  ? Named<Axis, Index, FromEnd> extends true
    ? true
    : IsReduced<Rest, Index, FromEnd>
  : false;

type ReduceFrom<
  S extends Shape,
  Axes extends Shape,
  Keep extends boolean,
  Before extends Shape,
> = S extends readonly [infer Size extends number, ...infer Rest extends Shape]
  ? IsReduced<Axes, `${Before['length'] & number}`, `-${S['length'] & number}`> extends true
    ? Keep extends true
      ? readonly [1, ...ReduceFrom<Rest, Axes, Keep, readonly [...Before, Size]>]
      : ReduceFrom<Rest, Axes, Keep, readonly [...Before, Size]>
    : readonly [Size, ...ReduceFrom<Rest, Axes, Keep, readonly [...Before, Size]>]
  : readonly [];

type Ones<S extends Shape> = { readonly [Axis in keyof S]: 1 };

/** What is left of `S` after reducing `Axes`, or every axis where `Axes` is undefined. */
export type Reduce<S extends Shape, Axes extends Shape | undefined, Keep extends boolean> =
  Ranked<S> extends true
    ? boolean extends Keep
      ? Shape
      : Axes extends Shape
        ? Ranked<Axes> extends true
          ? ReduceFrom<S, Axes, Keep, readonly []>
          : Shape
        : Keep extends true
          ? Ones<S>
          : readonly []
    : Shape;

/** The axes of `S` in the order of `Axes`; an axis that does not exist has size `number`. */
export type Permute<S extends Shape, Axes extends Shape> =
  Ranked<S> extends true
    ? {
        readonly [Axis in keyof Axes]: S[Axes[Axis] & keyof S] extends infer Size extends number
          ? Size
          : number;
      }
    : Shape;

type Tuple = readonly unknown[];
type TimesDigit<T extends Tuple> = {
  '0': [];
  '1': [...T];
  '2': [...T, ...T];
  '3': [...T, ...T, ...T];
  '4': [...T, ...T, ...T, ...T];
  '5': [...T, ...T, ...T, ...T, ...T];
  '6': [...T, ...T, ...T, ...T, ...T, ...T];
  '7': [...T, ...T, ...T, ...T, ...T, ...T, ...T];
  '8': [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
  '9': [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T];
};
type Scale<
  T extends Tuple,
  Digits extends string,
  Done extends Tuple = [],
> = Digits extends `${infer D}${infer Rest}`
  ? D extends keyof TimesDigit<T>
    ? Scale<T, Rest, [...TimesDigit<Done>['9'], ...Done, ...TimesDigit<T>[D]]>
    : never
  : Done;
type Product<S extends Shape, Done extends Tuple = [unknown]> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? Product<Rest, Scale<Done, `${First}`>>
  : Done['length'];

type Digits<S extends Shape> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? `${First}${Digits<Rest>}`
  : '';
/** Products are counted as tuple lengths, which the compiler bounds: shapes of more than four digits are not. */
type IsSmall<S extends Shape> =
  Digits<S> extends `${string}${string}${string}${string}${infer Rest}`
    ? Rest extends ''
      ? true
      : false
    : true;
/** Whether every size is a natural literal, so that the elements can be counted. */
type IsCountable<S extends Shape> =
  Ranked<S> extends true
    ? IsLiteral<S[number]> extends true
      ? `${S[number]}` extends `-${string}`
        ? false
        : IsSmall<S>
      : S extends readonly []
        ? true
        : false
    : false;

/** `-1`, the size that reshape finds by itself, is any number. */
type Found<S extends Shape> = { readonly [Axis in keyof S]: S[Axis] extends -1 ? number : S[Axis] };

/** The shape after a reshape; `never` where the numbers of elements are known to differ. */
export type Reshape<S extends Shape, To extends Shape> =
  IsCountable<S> extends true
    ? IsCountable<To> extends true
      ? Product<S> extends Product<To>
        ? To
        : never
      : Found<To>
    : Found<To>;
