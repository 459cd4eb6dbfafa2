import type { AdjointError, Tensor } from '@adjoint/core';
import {
  attempt,
  cut,
  errorOf,
  invalid,
  isStorage,
  lookup,
  quoted,
  refuse,
  sizeOf,
} from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { decoders, fileDType } from './dtypes.js';
import {
  headerLength,
  LENGTH_BYTES,
  METADATA,
  MOST_HEADER_BYTES,
  readHeader,
  type Header,
  type StoredTensor,
} from './header.js';

/** The format of Hugging Face: a header in JSON, then the elements. https://github.com/huggingface/safetensors */

/** Bytes of which any part can be read: a file, or an answer to a request. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `start` up to, but not including, `end`. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
}

/** A file that was opened: what it has is known, and each tensor is read when it is asked for. */
export interface SafetensorsFile extends Header {
  readonly read: (name: string) => TaskEither<AdjointError, Tensor>;
}

/** A file in memory. */
export interface SafetensorsBytes extends Header {
  readonly read: (name: string) => E.Either<AdjointError, Tensor>;
}

/** Where a tensor is; Left where there is none, or its dtype has none here. */
function place({ tensors }: Header, name: string): E.Either<AdjointError, StoredTensor> {
  const stored = tensors.get(name);
  if (stored === undefined) {
    return E.left(
      invalid('file', [name], `no such tensor; there are ${cut([...tensors.keys()].join(', ')) || 'none'}`),
    );
  }
  return decoders.has(stored.dtype)
    ? E.right(stored)
    : E.left(
        invalid(
          'file',
          [name, 'dtype'],
          `${stored.dtype} is not read; ${[...decoders.keys()].join(', ')} are`,
          'Convert the tensor before it is written.',
        ),
      );
}

/** The tensor of these bytes. */
function decode(
  name: string,
  { dtype, shape }: StoredTensor,
  bytes: Uint8Array,
): E.Either<AdjointError, Tensor> {
  if (dtype === 'BOOL' && bytes.some((byte) => byte > 1)) {
    return E.left(invalid('file', [name], 'a bool is neither 0 nor 1'));
  }
  return attempt(`reading ${quoted(name)}`, () => lookup(decoders, dtype)(bytes, shape));
}

/**
 * A file in memory. Its header is checked whole; the elements of a tensor are copied when it is read.
 * Floats of 16 bits are read as f32, and what else there is (I64, U8, …) is listed, but not read.
 * @returns Left where the bytes are no safetensors file, or a damaged one
 * @example
 * const file = parseSafetensors(writeSafetensors({ w: tensor([1, 2]) }));
 * file.right.read('w').right.data // Float64Array [1, 2]
 */
export function parseSafetensors(bytes: Uint8Array): E.Either<AdjointError, SafetensorsBytes> {
  if (!((bytes as unknown) instanceof Uint8Array)) {
    return E.left(invalid('argument', ['parseSafetensors', 'bytes'], 'expected a Uint8Array'));
  }
  const length = headerLength(bytes.subarray(0, LENGTH_BYTES), bytes.length);
  if (E.isLeft(length)) return length;
  const header = readHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length.right), bytes.length);
  if (E.isLeft(header)) return header;
  return E.right({
    ...header.right,
    read: (name) => {
      const stored = place(header.right, name);
      return E.isLeft(stored)
        ? stored
        : decode(name, stored.right, bytes.subarray(stored.right.start, stored.right.end));
    },
  });
}

/** Some bytes of a source, which has to give as many as it was asked for. */
async function bytesFrom(
  source: ByteSource,
  start: number,
  end: number,
): Promise<E.Either<AdjointError, Uint8Array>> {
  try {
    const bytes = await source.read(start, end);
    return bytes.length === end - start
      ? E.right(bytes)
      : E.left(invalid('file', [], `it gives ${bytes.length} of the bytes ${start} to ${end}`));
  } catch (thrown) {
    return E.left(errorOf(thrown, 'reading the file'));
  }
}

/**
 * A file, of which only the header is read until a tensor is asked for.
 * @returns Left as `parseSafetensors` gives it, or where the source fails
 */
export const openSafetensors =
  (source: ByteSource): TaskEither<AdjointError, SafetensorsFile> =>
  async () => {
    const size = attempt('the source', () => source.size);
    if (E.isLeft(size)) return size;
    const first = await bytesFrom(source, 0, Math.min(LENGTH_BYTES, size.right));
    if (E.isLeft(first)) return first;
    const length = headerLength(first.right, size.right);
    if (E.isLeft(length)) return length;
    const bytes = await bytesFrom(source, LENGTH_BYTES, LENGTH_BYTES + length.right);
    if (E.isLeft(bytes)) return bytes;
    const header = readHeader(bytes.right, size.right);
    if (E.isLeft(header)) return header;
    return E.right({
      ...header.right,
      read: (name) => async () => {
        const stored = place(header.right, name);
        if (E.isLeft(stored)) return stored;
        const elements = await bytesFrom(source, stored.right.start, stored.right.end);
        return E.isLeft(elements) ? elements : decode(name, stored.right, elements.right);
      },
    });
  };

/**
 * The bytes of a file with these tensors and texts.
 * @throws AdjointException where a name is taken by the format, or names and texts are more than a header may hold
 * @example parseSafetensors(writeSafetensors({ w: tensor([1, 2]) })).right.tensors.get('w').dtype // 'F64'
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  if (typeof (tensors as unknown) !== 'object' || (tensors as unknown) === null) {
    refuse('argument', ['writeSafetensors', 'tensors'], 'expected a record of tensors');
  }
  // Large elements first, so that each tensor begins at a multiple of their size; the order of names does not matter.
  const entries = Object.entries(tensors)
    .map(([name, { dtype, shape, data }]) => ({ name, dtype, shape, data }))
    .sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let size = 0;
  // Put together by hand: a name may be `__proto__`.
  const fields = entries.map(({ name, dtype, shape, data }) => {
    if (name === METADATA || /\p{Surrogate}/u.test(name)) {
      refuse('file', [name], 'a tensor cannot have this name', 'Take another.');
    }
    if (!isStorage(dtype, data) || data.length !== sizeOf(shape)) {
      refuse(
        'tensor',
        [name],
        'its data are not what its dtype and shape say',
        'Make tensors with tensor or fromData.',
      );
    }
    const offsets = [size, (size += data.byteLength)];
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: fileDType[dtype], shape, data_offsets: offsets })}`;
  });
  const texts = Object.entries(metadata).map(([name, text]) => {
    if (/\p{Surrogate}/u.test(name + text))
      refuse('file', [METADATA, name], 'it has half of a character in it');
    return `${JSON.stringify(name)}:${JSON.stringify(text)}`;
  });
  const parts = [...(texts.length > 0 ? [`"${METADATA}":{${texts.join(',')}}`] : []), ...fields];
  const text = new TextEncoder().encode(`{${parts.join(',')}}`);
  // Spaces behind it, so that the elements begin at a multiple of 8.
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MOST_HEADER_BYTES) {
    refuse('file', [], `the header would have ${length} bytes, and at most ${MOST_HEADER_BYTES} are read`);
  }
  const bytes = new Uint8Array(LENGTH_BYTES + length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(' '.charCodeAt(0), LENGTH_BYTES, LENGTH_BYTES + length).set(text, LENGTH_BYTES);
  let end = LENGTH_BYTES + length;
  for (const { data } of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end);
    end += data.byteLength;
  }
  return bytes;
}
