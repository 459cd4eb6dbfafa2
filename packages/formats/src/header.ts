import { formatShape, type AdjointError, type Shape } from '@adjoint/core';
import { cut, invalid } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { bitsOf } from './dtypes.js';
import { readHeaderText, type HeaderObject, type HeaderValue } from './header-text.js';

/** The header of a safetensors file: names, dtypes, shapes and places of its tensors. Nothing in it is trusted. */

/** The most bytes that a header may have, as in the reference implementation. */
export const MOST_HEADER_BYTES = 100_000_000;

/** The bytes before the header, which hold its length. */
export const LENGTH_BYTES = 8;

/** The entry that holds texts rather than a tensor. */
export const METADATA = '__metadata__';

/** What a file says of a tensor. */
export interface StoredTensor {
  /** As the format names it: `F32`, `BF16`, `I64`. */
  readonly dtype: string;
  readonly shape: Shape;
  /** Where its bytes are in the file: from the first to the one after the last. */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

const refused = (path: readonly string[], problem: string): E.Either<AdjointError, never> =>
  E.left(invalid('file', path, problem));

/**
 * The length of the header, from the file's first bytes.
 * @param size the file's
 */
export function headerLength(first: Uint8Array, size: number): E.Either<AdjointError, number> {
  if (first.length < LENGTH_BYTES) {
    return refused([], `${size} bytes are no safetensors file: the first 8 are the length of its header`);
  }
  const length = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MOST_HEADER_BYTES)) {
    return refused(
      [],
      `its header would have ${length.toString()} bytes; at most ${MOST_HEADER_BYTES} are read`,
    );
  }
  const end = LENGTH_BYTES + Number(length);
  return end > size
    ? refused(
        [],
        `its header would end at byte ${end}, the file has ${size}: it is cut off, or no safetensors file`,
      )
    : E.right(Number(length));
}

/** The texts under `__metadata__`. */
function readMetadata(given: HeaderValue | undefined): E.Either<AdjointError, ReadonlyMap<string, string>> {
  if (given === undefined) return E.right(new Map());
  const texts = new Map<string, string>();
  if (!(given instanceof Map)) return refused([METADATA], 'expected an object of texts');
  for (const [name, text] of given as HeaderObject) {
    if (typeof text !== 'string') return refused([METADATA, name], 'expected a text');
    texts.set(name, text);
  }
  return E.right(texts);
}

const isList = (value: HeaderValue | undefined): value is readonly number[] => Array.isArray(value);

/** What is said of one tensor, whose bytes count from `base`. */
function readEntry(name: string, given: HeaderValue, base: number): E.Either<AdjointError, StoredTensor> {
  if (!(given instanceof Map))
    return refused([name], 'expected an object with dtype, shape and data_offsets');
  const entry = given as HeaderObject;
  const unknown = [...entry.keys()].find((key) => !['dtype', 'shape', 'data_offsets'].includes(key));
  if (unknown !== undefined)
    return refused([name, unknown], 'no such field; expected dtype, shape, data_offsets');
  const [dtype, shape, offsets] = [entry.get('dtype'), entry.get('shape'), entry.get('data_offsets')];
  const bits = typeof dtype === 'string' ? bitsOf.get(dtype) : undefined;
  if (typeof dtype !== 'string' || bits === undefined) {
    return refused([name, 'dtype'], `expected one of ${[...bitsOf.keys()].join(', ')}`);
  }
  if (!isList(shape)) return refused([name, 'shape'], 'expected a list of sizes');
  const [begin, end, ...more] = isList(offsets) ? offsets : [];
  if (begin === undefined || end === undefined || more.length > 0 || begin > end) {
    return refused([name, 'data_offsets'], 'expected where its bytes begin and end');
  }
  // Beyond 2^53 a product may be rounded, but no file has so many bytes.
  const bytes = (shape.reduce((product, size) => product * size, 1) * bits) / 8;
  if (end - begin !== bytes) {
    return refused([name], `${dtype}${cut(formatShape(shape))} has ${bytes} bytes, its place ${end - begin}`);
  }
  return E.right({ dtype, shape, start: base + begin, end: base + end });
}

/** Whether the tensors fill what follows the header: in some order each begins where the one before it ends. */
function checkPlaces(
  tensors: ReadonlyMap<string, StoredTensor>,
  base: number,
  size: number,
): E.Either<AdjointError, void> {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let end = base;
  for (const [name, tensor] of inOrder) {
    if (tensor.start !== end) {
      const fault = tensor.start < end ? 'overlaps with another tensor' : 'leaves a hole before it';
      return refused([name, 'data_offsets'], `it ${fault}: it begins at byte ${tensor.start}, not ${end}`);
    }
    end = tensor.end;
  }
  return end === size
    ? E.right(undefined)
    : refused(
        [],
        `its tensors end at byte ${end}, the file has ${size}: it is ${end > size ? 'cut off' : 'too long'}`,
      );
}

/**
 * What a header says.
 * @param bytes the header's
 * @param size the file's
 */
export function readHeader(bytes: Uint8Array, size: number): E.Either<AdjointError, Header> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused(['header'], 'it is not UTF-8');
  }
  const entries = readHeaderText(text);
  if (E.isLeft(entries)) return entries;
  const metadata = readMetadata(entries.right.get(METADATA));
  if (E.isLeft(metadata)) return metadata;
  const base = LENGTH_BYTES + bytes.length;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, given] of entries.right) {
    if (name === METADATA) continue;
    const entry = readEntry(name, given, base);
    if (E.isLeft(entry)) return entry;
    tensors.set(name, entry.right);
  }
  const places = checkPlaces(tensors, base, size);
  return E.isLeft(places) ? places : E.right({ metadata: metadata.right, tensors });
}
