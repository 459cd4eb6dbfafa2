import { base64 } from '@scure/base';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { at, last } from '../support/list.js';
import { bytesPerElement, typedArrayOver, type DType, type TypedArray } from '../value/dtype.js';
import { invalid, type AdjointError, type Subject } from '../value/error.js';
import { faultOfName } from '../value/limits.js';
import { faultOfShape, sizeOf, type Shape } from '../value/shape.js';
import { aDType, anInteger, aNatural, isOf, isRecord, type Sort } from '../value/argument.js';
import { aTensor, fromData, type Tensor } from '../value/tensor.js';
import { quoted } from '../support/describe.js';

/** Codecs that are stricter than those of io-ts, which let pass NaN as a number, unknown keys, and negative sizes. */

type Props = Readonly<Record<string, t.Mixed>>;
type Static<P extends Props> = { readonly [K in keyof P]: t.TypeOf<P[K]> };

/** A codec from a check and a conversion, for a type whose values are their own encoding. */
export const checked = <A>(name: string, is: (u: unknown) => u is A): t.Type<A, unknown> =>
  new t.Type<A, unknown>(
    name,
    is,
    (u, context) => (is(u) ? t.success(u) : t.failure(u, context, `expected ${name}`)),
    (a) => a,
  );

/** The codec of a sort of arguments whose members are their own encoding. */
export const codecOf = <A>(of: Sort<A>): t.Type<A, unknown> => checked(of.name, (u): u is A => isOf(of, u));

/**
 * An object with these keys and no others: a misspelt key is an error, not a default.
 * @param required the codecs of the keys that must be there
 * @param optional the codecs of those that may be
 */
export function exact<P extends Props, O extends Props = Record<never, never>>(
  required: P,
  optional?: O,
): t.Type<Static<P> & Partial<Static<O>>, unknown> {
  type A = Static<P> & Partial<Static<O>>;
  const codecs: Props = { ...required, ...optional };
  const is = (u: unknown): u is A =>
    isRecord(u) &&
    Object.keys(u).every((key) => Object.hasOwn(codecs, key)) &&
    Object.entries(codecs).every(([key, codec]) =>
      Object.hasOwn(required, key) || Object.hasOwn(u, key) ? codec.is(u[key]) : true,
    );
  return new t.Type<A, unknown>(
    `{ ${Object.keys(codecs).join(', ')} }`,
    is,
    (u, context) => {
      if (!isRecord(u)) return t.failure(u, context, 'expected an object');
      const unknown = Object.keys(u).find((key) => !Object.hasOwn(codecs, key));
      if (unknown !== undefined) {
        return t.failure(
          u,
          context,
          `unknown key ${quoted(unknown)}; expected ${Object.keys(codecs).join(', ') || 'none'}`,
        );
      }
      const decoded: Record<string, unknown> = {};
      const errors: t.Errors = [];
      for (const [key, codec] of Object.entries(codecs)) {
        if (!Object.hasOwn(u, key) && !Object.hasOwn(required, key)) continue;
        const result = codec.validate(u[key], t.appendContext(context, key, codec, u[key]));
        if (E.isLeft(result)) for (const error of result.left) errors.push(error);
        else decoded[key] = result.right;
      }
      // Each key was decoded by its codec, and no other is there.
      return errors.length > 0 ? t.failures(errors) : t.success(decoded as A);
    },
    (a) => {
      const encoded: Record<string, unknown> = {};
      const fields = new Map<string, unknown>(Object.entries(a));
      for (const [key, codec] of Object.entries(codecs)) {
        const value = fields.get(key);
        if (value !== undefined) encoded[key] = codec.encode(value);
      }
      return encoded;
    },
  );
}

export const integer: t.Type<number, unknown> = codecOf(anInteger);

export const natural: t.Type<number, unknown> = codecOf(aNatural);

/** Any double: JSON has no word for those that are not finite, nor for -0, so they are strings. */
export const double: t.Type<number, unknown> = new t.Type(
  'a number',
  (u): u is number => typeof u === 'number',
  (u, context) => {
    if (typeof u === 'number' && Number.isFinite(u)) return t.success(u);
    const special = new Map<unknown, number>([
      ['NaN', NaN],
      ['Infinity', Infinity],
      ['-Infinity', -Infinity],
      ['-0', -0],
    ]).get(u);
    return special === undefined ? t.failure(u, context, 'expected a number') : t.success(special);
  },
  (a) => (Number.isFinite(a) && !Object.is(a, -0) ? a : Object.is(a, -0) ? '-0' : String(a)),
);

export const dtypeCodec: t.Type<DType, unknown> = codecOf(aDType);

/** A codec from what is wrong with something, if anything is, for a type whose values are their own encoding. */
function unlessFault<A>(name: string, faultOf: (u: unknown) => string | undefined): t.Type<A, unknown> {
  const is = (u: unknown): u is A => faultOf(u) === undefined;
  return new t.Type<A, unknown>(
    name,
    is,
    (u, context) => (is(u) ? t.success(u) : t.failure(u, context, faultOf(u))),
    (a) => a,
  );
}

export const shapeCodec: t.Type<Shape, unknown> = unlessFault('a shape', faultOfShape);

/** What inputs, outputs, nodes and scopes are called. */
export const textCodec: t.Type<string, unknown> = unlessFault('a name', faultOfName);

/**
 * A list of at most so many, or of as many as lists can have. The first fault ends the reading: a damaged file may have a fault in each entry, and only
 * one is told.
 */
export const listOf = <A>(inner: t.Type<A, unknown>, most = 4_294_967_295): t.Type<readonly A[], unknown> =>
  new t.Type<readonly A[], unknown>(
    `a list, of ${inner.name} each`,
    (u): u is readonly A[] => Array.isArray(u) && u.length <= most && u.every((each) => inner.is(each)),
    (u, context) => {
      if (!Array.isArray(u)) return t.failure(u, context, 'expected a list');
      const entries: readonly unknown[] = u;
      if (entries.length > most) {
        return t.failure(
          u,
          context,
          `a list here has at most ${most} entries, and this one has ${entries.length}`,
        );
      }
      const decoded: A[] = [];
      for (const [index, entry] of entries.entries()) {
        const result = inner.validate(entry, t.appendContext(context, String(index), inner, entry));
        if (E.isLeft(result)) return result;
        decoded.push(result.right);
      }
      return t.success(decoded);
    },
    (a) => a.map((each) => inner.encode(each)),
  );

const integers = listOf(integer);
export const axesCodec: t.Type<readonly number[], unknown> = new t.Type(
  'an array of integers',
  integers.is,
  integers.validate,
  (a) => [...a],
);

/** The little-endian bytes of `data`; every platform that runs JavaScript engines of today stores them so. */
const bytesOf = (data: TypedArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const encodedTensor = exact({ dtype: dtypeCodec, shape: shapeCodec, data: t.string });

/** A tensor as dtype, shape and the base64 of its bytes. */
export const tensorCodec: t.Type<Tensor, unknown> = new t.Type(
  'a tensor',
  (u): u is Tensor => isOf(aTensor, u),
  (u, context) => {
    const fields = encodedTensor.validate(u, context);
    if (E.isLeft(fields)) return fields;
    const { dtype, shape, data } = fields.right;
    const length = sizeOf(shape) * bytesPerElement[dtype];
    if (data.length !== 4 * Math.ceil(length / 3)) {
      return t.failure(u, context, `expected ${length} bytes in base64, found ${data.length} characters`);
    }
    let bytes: Uint8Array;
    try {
      bytes = base64.decode(data);
    } catch {
      return t.failure(u, context, 'the data is not base64');
    }
    if (bytes.length !== length)
      return t.failure(u, context, `expected ${length} bytes, found ${bytes.length}`);
    if (dtype === 'bool' && bytes.some((byte) => byte > 1))
      return t.failure(u, context, 'a bool is neither 0 nor 1');
    const { buffer } = Uint8Array.from(bytes);
    return t.success(fromData(dtype, shape, typedArrayOver(dtype, buffer)));
  },
  ({ dtype, shape, data }) => ({ dtype, shape: [...shape], data: base64.encode(bytesOf(data)) }),
);

/** The first of io-ts's errors, under `path`. */
export function firstError(
  subject: Subject,
  path: readonly (string | number)[],
  errors: t.Errors,
): AdjointError {
  // Where alternatives were tried, the error that got furthest says most.
  const deepest = at(
    errors.toSorted((a, b) => b.context.length - a.context.length),
    0,
  );
  const keys = deepest.context.map(({ key }) => key).filter((key) => key !== '');
  const inner = keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  // The codecs of io-ts itself give no message, but the codec that failed is the last of the context.
  const problem = deepest.message ?? `expected ${last(deepest.context).type.name}`;
  return invalid(subject, [...path, ...inner], problem);
}
