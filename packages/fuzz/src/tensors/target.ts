import { tensor } from '@adjoint/core';
import { openSafetensors, parseSafetensors, writeSafetensors } from '@adjoint/formats';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { damagedBytes } from '../graphs/bytes.js';
import { damagedStructure } from '../graphs/structure.js';
import { expect, target, type Target } from '../target.js';
import { expectError } from '../error.js';

/** Damaged safetensors files: one that is read gives the bytes that stand where its header says. */

interface File {
  /** The text of the header. */
  readonly header: string;
  /** What the file says of its length, where that is not what it is. */
  readonly length?: number;
  /** How many bytes follow. */
  readonly bytes: number;
}

const whole = writeSafetensors(
  {
    W1: tensor([[1, 2, 3], [4, 5, 6]]), // prettier-ignore
    b1: tensor([0.5, -0.5], 'f32'),
    step: tensor(7, 'i32'),
    mask: tensor([1, 0, 1], 'bool'),
  },
  { format: 'test' },
);
const LENGTH_BYTES = 8;
const headerLength = Number(new DataView(whole.buffer).getBigUint64(0, true));
const header = new TextDecoder().decode(whole.subarray(LENGTH_BYTES, LENGTH_BYTES + headerLength));
const payload = whole.length - LENGTH_BYTES - headerLength;

const lengths = fc.oneof(
  fc.constantFrom(
    0,
    1,
    2,
    headerLength - 1,
    headerLength + 1,
    2 ** 31,
    2 ** 32 + 1,
    2 ** 53 - 1,
    8 * 2 ** 60,
  ),
  fc.nat(400),
);

const files: fc.Arbitrary<File> = fc
  .tuple(
    fc.oneof(damagedBytes([header]), damagedStructure([header]), fc.constant(header)),
    fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: lengths }),
    fc.oneof({ weight: 5, arbitrary: fc.constant(payload) }, { weight: 1, arbitrary: fc.nat(200) }),
  )
  .map(([text, length, bytes]) => ({ header: text, ...(length !== undefined && { length }), bytes }));

function bytesOf({ header: text, length, bytes }: File): Uint8Array {
  const encoded = new TextEncoder().encode(text);
  const made = new Uint8Array(LENGTH_BYTES + encoded.length + bytes);
  new DataView(made.buffer).setBigUint64(0, BigInt(length ?? encoded.length), true);
  made.set(encoded, LENGTH_BYTES);
  made.set(
    // Of bools there are only two.
    Uint8Array.from({ length: bytes }, (_, index) => (index * 7) % 2),
    LENGTH_BYTES + encoded.length,
  );
  return made;
}

async function expectReads(file: File): Promise<void> {
  const bytes = bytesOf(file);
  const parsed = parseSafetensors(bytes);
  const opened = await openSafetensors({
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  })();
  expect(E.isLeft(parsed) === E.isLeft(opened), 'a file in memory is read otherwise than one by parts');
  if (E.isLeft(parsed)) {
    expectError(parsed.left);
    return;
  }
  const begin = LENGTH_BYTES + (file.length ?? new TextEncoder().encode(file.header).length);
  // It was read, so that it is JSON.
  const said = JSON.parse(file.header) as Readonly<
    Record<string, { readonly data_offsets: readonly [number, number] }>
  >;
  for (const [name, { dtype }] of parsed.right.tensors) {
    const tensorRead = parsed.right.read(name);
    if (E.isLeft(tensorRead)) {
      expectError(tensorRead.left);
      continue;
    }
    const byParts = E.isRight(opened) ? await opened.right.read(name)() : undefined;
    const { data } = tensorRead.right;
    const found = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const offsets = Object.hasOwn(said, name) ? said[name]?.data_offsets : undefined;
    if (offsets === undefined || file.length !== undefined || !/^(F64|F32|I32|BOOL)$/.test(dtype)) continue;
    const expected = bytes.subarray(begin + offsets[0], begin + offsets[1]);
    expect(Buffer.compare(found, expected) === 0, 'a tensor has other bytes than the file');
    expect(
      byParts !== undefined &&
        E.isRight(byParts) &&
        Buffer.compare(new Uint8Array(byParts.right.data.buffer), expected) === 0,
      'a tensor that is read by itself has other bytes',
    );
  }
}

export const tensors: Target = target(
  'tensors',
  t.intersection([t.type({ header: t.string, bytes: t.number }), t.partial({ length: t.number })]),
  files,
  ({ header: text, bytes, length }) =>
    expectReads({ header: text, bytes, ...(length !== undefined && { length }) }),
);
