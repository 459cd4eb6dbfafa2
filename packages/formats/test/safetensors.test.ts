import { readFileSync } from 'node:fs';
import { equalTensors, fromData, renderError, tensor, zeros, type DType, type Tensor } from '@adjoint/core';
import { allocate, lookup, roundTo, sizeOf } from '@adjoint/core/extend';
import {
  MOST_HEADER_BYTES,
  openSafetensors,
  parseSafetensors,
  writeSafetensors,
  type ByteSource,
} from '@adjoint/formats';
import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damaged } from './damage.js';

/** A file from its header's text. */
function fileOf(header: string, data: Uint8Array = new Uint8Array(), length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const problem = (bytes: Uint8Array): string => {
  const file = parseSafetensors(bytes);
  return E.isLeft(file) ? renderError(file.left) : 'nothing';
};

const right = <A>(either: E.Either<Parameters<typeof renderError>[0], A>): A => {
  if (E.isLeft(either)) throw new Error(renderError(either.left));
  return either.right;
};

describe('a file that Python wrote', () => {
  const bytes = readFileSync(new URL('./data/python.safetensors', import.meta.url));
  const file = right(parseSafetensors(bytes));
  const read = (name: string): Tensor => right(file.read(name));

  it('is listed, with its metadata', () => {
    expect(file.metadata).toEqual(new Map([['made by', 'safetensors 0.8.0'], ['emoji', 'é🦀']])); // prettier-ignore
    const listed = [...file.tensors].map(
      ([name, { dtype, shape }]) => `${name}: ${dtype}[${shape.join(', ')}]`,
    );
    expect(listed.sort()).toEqual([
      'bool: BOOL[3]',
      'empty: F32[0, 4]',
      'f16: F16[6]',
      'f32: F32[3]',
      'f64: F64[2, 2]',
      'i32: I32[1, 3]',
      'i64: I64[1]',
      'scalar: F64[]',
      'u8: U8[1]',
      'ünïcode "name": I32[1]',
    ]);
  });

  it('has the numbers that were written', () => {
    expect(read('f64')).toEqual(tensor([[0.1, -2.5e300], [Infinity, 5e-324]])); // prettier-ignore
    expect(read('f32')).toEqual(fromData('f32', [3], Float32Array.of(0.1, -3.4e38, 1e-45)));
    expect(read('i32')).toEqual(tensor([[-(2 ** 31), 2 ** 31 - 1, 7]], 'i32'));
    expect(read('bool')).toEqual(tensor([1, 0, 1], 'bool'));
    expect(read('scalar')).toEqual(tensor(3.5));
    expect(read('empty')).toEqual(zeros([0, 4], 'f32'));
    expect(read('ünïcode "name"')).toEqual(tensor([1], 'i32'));
    // Floats of 16 bits are exact in f32.
    expect(Array.from(read('f16').data)).toEqual([0.0999755859375, -65504, Infinity, 2 ** -24, -0, 1]);
  });

  it('says which dtypes it does not read', () => {
    expect(E.isLeft(file.read('i64'))).toBe(true);
    const left = file.read('u8');
    expect(E.isLeft(left) && renderError(left.left)).toBe(
      'invalid file at $.u8.dtype: U8 is not read; F64, F32, I32, BOOL, F16, BF16 are\n  Convert the tensor before it is written.',
    );
    expect(E.isLeft(file.read('none')) && file.tensors.has('none')).toBe(false);
  });

  it('reads bfloat16 as f32', () => {
    const words = Uint16Array.of(0x3f80, 0xc049, 0x7f80, 0x0001);
    const header = '{"x":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}';
    const x = right(right(parseSafetensors(fileOf(header, new Uint8Array(words.buffer)))).read('x'));
    expect(x).toEqual(fromData('f32', [4], Float32Array.of(1, -3.140625, Infinity, 2 ** -133)));
  });
});

const dtypes: readonly DType[] = ['f64', 'f32', 'i32', 'bool'];
const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }))
  .chain(([dtype, shape]) =>
    fc
      .array(fc.oneof(fc.double(), fc.integer()), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
      .map((numbers) => {
        const data = allocate(dtype, numbers.length);
        numbers.forEach((x, index) => (data[index] = roundTo(dtype, x)));
        return fromData(dtype, shape, data);
      }),
  );
const name = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', '"', '\\', 'toString', ''),
);
const anyFile = fc.dictionary(
  name.filter((each) => each !== '__metadata__'),
  anyTensor,
  { maxKeys: 6, noNullPrototype: true },
);

describe('what is written', () => {
  it('is read again, whatever the names, shapes and elements', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFile,
        fc.dictionary(name, name, { noNullPrototype: true }),
        async (tensors, metadata) => {
          const bytes = writeSafetensors(tensors, metadata);
          const file = right(parseSafetensors(bytes));
          expect(new Map(Object.entries(metadata))).toEqual(file.metadata);
          expect([...file.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
          const source: ByteSource = {
            size: bytes.length,
            read: (start, end) => Promise.resolve(bytes.slice(start, end)),
          };
          const opened = right(await openSafetensors(source)());
          for (const [each, own] of Object.entries(tensors)) {
            expect(equalTensors(right(file.read(each)), own)).toBe(true);
            expect(equalTensors(right(await opened.read(each)()), own)).toBe(true);
          }
        },
      ),
    );
  });

  it('begins each tensor at a multiple of its elements, whatever the order', () => {
    const file = right(
      parseSafetensors(writeSafetensors({ a: tensor([1], 'bool'), b: tensor([1]), c: tensor([1], 'f32') })),
    );
    expect(lookup(file.tensors, 'b').start % 8).toBe(0);
    expect(lookup(file.tensors, 'c').start % 4).toBe(0);
  });

  it('is not what cannot be read again', () => {
    expect(() => writeSafetensors({ __metadata__: tensor(1) })).toThrow('a tensor cannot have this name');
    expect(() => writeSafetensors({ 'half \ud83e': tensor(1) })).toThrow('a tensor cannot have this name');
    expect(() => writeSafetensors({}, { half: '\ud83e' })).toThrow('half of a character');
    const wrong = { dtype: 'f32', shape: [2], data: Float64Array.of(1, 2) } as const;
    expect(() => writeSafetensors({ wrong })).toThrow('its data are not what its dtype and shape say');
  });
});

describe('a file from elsewhere', () => {
  const entry = (more: string): string => `{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}${more}}`;
  const eight = new Uint8Array(8);

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), '0 bytes are no safetensors file'],
    ['seven bytes', new Uint8Array(7), '7 bytes are no safetensors file'],
    ['a header of 8 EiB', fileOf('{}', eight, 2n ** 63n), 'its header would have 9223372036854775808 bytes'],
    [
      'a header beyond the limit',
      fileOf('{}', eight, BigInt(MOST_HEADER_BYTES) + 1n),
      'at most 100000000 are read',
    ],
    ['a header beyond the file', fileOf('{}', eight, 99n), 'it is cut off, or no safetensors file'],
    ['no JSON', fileOf('{"x"'), 'expected : at character 4'],
    ['no UTF-8', fileOf('{"\u00e9":[]}').map((byte) => (byte === 0xc3 ? 0xff : byte)), 'it is not UTF-8'],
    ['a list', fileOf('[]'), 'expected {'],
    ['something behind', fileOf('{} x'), 'something follows the header'],
    ['a deep header', fileOf(`{"x":${'['.repeat(100_000)}`), 'expected a whole number'],
    ['deep objects', fileOf('{"x":'.repeat(100_000)), 'expected a text, a list of numbers or an object'],
    [
      'a name twice',
      fileOf(entry(',"x":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}'), eight),
      '"x" stands twice',
    ],
    [
      'the same name escaped',
      fileOf(entry(',"\\u0078":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}'), eight),
      '"x" stands twice',
    ],
    [
      'an overlap',
      fileOf(entry(',"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}'), new Uint8Array(12)),
      'overlaps',
    ],
    [
      'the same place twice',
      fileOf(entry(',"y":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'), eight),
      'overlaps',
    ],
    [
      'a hole',
      fileOf(entry(',"y":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}'), new Uint8Array(16)),
      'hole',
    ],
    ['bytes behind', fileOf(entry(''), new Uint8Array(9)), 'too long'],
    ['bytes that are missing', fileOf(entry(''), new Uint8Array(7)), 'cut off'],
    [
      'a wrong size',
      fileOf('{"x":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}', eight),
      'has 16 bytes, its place 8',
    ],
    [
      'sizes beyond numbers',
      fileOf(`{"x":{"dtype":"U8","shape":[${'9007199254740991,'.repeat(30)}0],"data_offsets":[0,0]}}`),
      'its place 0',
    ],
    [
      'a size that is none',
      fileOf('{"x":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}'),
      'expected a whole number',
    ],
    [
      'a size with a fraction',
      fileOf('{"x":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}'),
      'expected ]',
    ],
    ['places backwards', fileOf('{"x":{"dtype":"U8","shape":[0],"data_offsets":[1,0]}}'), 'begin and end'],
    [
      'an unknown dtype',
      fileOf('{"x":{"dtype":"F128","shape":[0],"data_offsets":[0,0]}}'),
      'expected one of BOOL',
    ],
    ['no dtype', fileOf('{"x":{"shape":[0],"data_offsets":[0,0]}}'), 'expected one of BOOL'],
    [
      'a field that there is not',
      fileOf('{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"order":"C"}}'),
      'no such field',
    ],
    ['metadata of numbers', fileOf('{"__metadata__":{"x":[1]}}'), 'expected a text'],
    ['metadata that is none', fileOf('{"__metadata__":"x"}'), 'expected an object of texts'],
    [
      'half a character',
      fileOf('{"\\ud83e":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'),
      'not one of JSON',
    ],
  ])('with %s is refused', (_what, bytes, message) => {
    expect(problem(bytes)).toContain(message);
  });

  it('may have a tensor named __proto__, and nothing is inherited', () => {
    const file = right(
      parseSafetensors(fileOf('{"__proto__":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}')),
    );
    expect([...file.tensors.keys()]).toEqual(['__proto__']);
    expect(E.isLeft(file.read('toString'))).toBe(true);
  });

  it('has bools that are 0 or 1', () => {
    const bytes = fileOf('{"x":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}', Uint8Array.of(1, 2));
    const read = right(parseSafetensors(bytes)).read('x');
    expect(E.isLeft(read) && renderError(read.left)).toContain('a bool is neither 0 nor 1');
  });

  it('is read in linear time: a hundred thousand tensors, in any order', () => {
    const count = 100_000;
    const entries = Array.from({ length: count }, (_, i) => {
      const place = (i * 7919) % count;
      return `"t${i}":{"dtype":"U8","shape":[1],"data_offsets":[${place},${place + 1}]}`;
    });
    const file = right(parseSafetensors(fileOf(`{${entries.join(',')}}`, new Uint8Array(count))));
    expect(file.tensors.size).toBe(count);
  });

  it('from a source that fails, or gives too little, is a Left', async () => {
    const bytes = writeSafetensors({ x: tensor([1, 2]) });
    const failing: ByteSource = { size: bytes.length, read: () => Promise.reject(new Error('unplugged')) };
    const failed = await openSafetensors(failing)();
    expect(E.isLeft(failed) && renderError(failed.left)).toBe('reading the file threw Error: unplugged');
    const short: ByteSource = {
      size: bytes.length,
      read: (start) => Promise.resolve(bytes.slice(start, start + 4)),
    };
    const torn = await openSafetensors(short)();
    expect(E.isLeft(torn) && renderError(torn.left)).toContain('it gives 4 of the bytes 0 to 8');
    // @ts-expect-error what JavaScript may pass
    expect(E.isLeft(await openSafetensors(null)())).toBe(true);
    // @ts-expect-error what JavaScript may pass
    expect(E.isLeft(parseSafetensors('{}'))).toBe(true);
  });

  it('that is damaged is a Left, or has tensors of the size that it says', () => {
    let refusedFiles = 0;
    for (const bytes of damaged(3000)) {
      const file = parseSafetensors(bytes);
      if (E.isLeft(file)) {
        refusedFiles++;
        continue;
      }
      for (const [each, { shape, start, end }] of file.right.tensors) {
        const read = file.right.read(each);
        if (E.isLeft(read)) continue;
        expect(read.right.shape).toEqual(shape);
        expect(read.right.data).toHaveLength(sizeOf(shape));
        // 16-bit floats became wider, everything else has the very bytes.
        const own = read.right.data;
        const raw = new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
        if (own.byteLength === end - start) expect(raw).toEqual(Uint8Array.from(bytes.subarray(start, end)));
      }
    }
    expect(refusedFiles).toBeGreaterThan(1000);
  });
});
