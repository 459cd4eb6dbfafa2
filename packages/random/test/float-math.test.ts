import { expect, test } from 'vitest';
import { logf, sincosf } from '../src/float-math.js';

/** The uniform f32 numbers that a normal deviate may be made of, a 64th of them. */
const uniforms = Array.from({ length: 2 ** 17 }, (_, k) => k * 2 ** -17);
const angle = (uniform: number): number => Math.fround(2 * Math.PI * uniform);

/** A hash of the bits of f32 numbers. */
const hash = (values: readonly number[]): number =>
  new Uint32Array(Float32Array.from(values).buffer).reduce(
    (sum, bits) => (Math.imul(sum, 31) + bits) >>> 0,
    0,
  );

test("glibc's logf, by a hash of the results", () => {
  expect(hash(uniforms.map((uniform) => logf(Math.max(uniform, Math.fround(1e-7)))))).toBe(1962315282);
});

test("glibc's sincosf, by a hash of the results", () => {
  expect(hash(uniforms.map((uniform) => sincosf(angle(uniform))[0]))).toBe(2083641743);
  expect(hash(uniforms.map((uniform) => sincosf(angle(uniform))[1]))).toBe(2506900732);
});
