import { fromData, type DType, type Shape, type Tensor } from '@adjoint/core';
import { allocate, bytesPerElement } from '@adjoint/core/extend';

/** The dtypes of safetensors files, and what becomes of their elements. */

/** The bits of an element of each dtype that the format names. */
export const bitsOf: ReadonlyMap<string, number> = new Map(
  Object.entries({
    BOOL: 8, F4: 4, F6_E2M3: 6, F6_E3M2: 6, U8: 8, I8: 8, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, I16: 16, U16: 16,
    F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32, F64: 64, I64: 64, U64: 64, C64: 64,
  }), // prettier-ignore
);

/** What each dtype of Adjoint is called in a file. */
export const fileDType: Readonly<Record<DType, string>> = {
  f64: 'F64',
  f32: 'F32',
  i32: 'I32',
  bool: 'BOOL',
};

/** A float of 16 bits as the number that it is: a sign, bits of the exponent, and those of the fraction. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The two bytes of each element as a number: a copy, aligned, which the `slice` of a Node Buffer is not. */
const words = (bytes: Uint8Array): Uint16Array => new Uint16Array(new Uint8Array(bytes).buffer);

/** Elements as they are: the bytes are copied, so that they need not be aligned. */
const same =
  (dtype: DType) =>
  (bytes: Uint8Array, shape: Shape): Tensor => {
    const data = allocate(dtype, bytes.length / bytesPerElement[dtype]);
    new Uint8Array(data.buffer).set(bytes);
    return fromData(dtype, shape, data);
  };

/** The tensor of some bytes, for each dtype that can be held exactly; 16-bit floats become f32. */
export const decoders: ReadonlyMap<string, (bytes: Uint8Array, shape: Shape) => Tensor> = new Map([
  ['F64', same('f64')],
  ['F32', same('f32')],
  ['I32', same('i32')],
  ['BOOL', same('bool')],
  ['F16', (bytes, shape) => fromData('f32', shape, Float32Array.from(words(bytes), half))],
  [
    'BF16',
    // The upper half of an f32.
    (bytes, shape) =>
      fromData('f32', shape, new Float32Array(Uint32Array.from(words(bytes), (bits) => bits << 16).buffer)),
  ],
]);
