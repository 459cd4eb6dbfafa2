import {
  formatTensor,
  fromData,
  full,
  tensor,
  toNested,
  zeros,
  type Nested,
  type Shape,
} from '@adjoint/core';
import { faultOfName, faultOfShape, limits } from '@adjoint/core/extend';
import { describe, expect, it } from 'vitest';

describe('a shape', () => {
  it.each<[string, Shape]>([
    ['of no axes', []],
    ['of as many axes as there may be', Array<number>(limits.rank).fill(1)],
    ['of as many elements as there may be', [limits.elements]],
    ['of none', [0, limits.elements]],
  ])('may be %s', (_, shape) => {
    expect(faultOfShape(shape)).toBeUndefined();
  });

  it.each<[string, unknown, RegExp]>([
    ['too many axes', Array<number>(65).fill(1), /at most 64 axes, and this one has 65/],
    ['too many elements', [65536, 32768], /multiply to at most 2147483647.* to 2147483648/],
    ['too many elements beside an axis of none', [2 ** 40, 0], /multiply to at most 2147483647/],
    ['sizes whose product is no number', [0, 2 ** 52, 25], /to too many/],
    ['a negative size', [2, -1], /-1 is none/],
    ['a fraction', [1.5], /1\.5 is none/],
    ['infinity', [Infinity], /Infinity is none/],
    ['no numbers', ['2'], /2 is none/],
    ['no list', 7, /a list of sizes|expected a shape/],
  ])('is refused for %s', (_, shape, problem) => {
    expect(faultOfShape(shape)).toMatch(problem);
    // Plain JavaScript passes whatever it likes.
    expect(() => fromData('f64', shape as Shape, new Float64Array(1))).toThrow(problem);
    expect(() => full(shape as Shape, 0)).toThrow(problem);
    expect(() => zeros(shape as Shape, 'i32')).toThrow(problem);
  });
});

describe('a name', () => {
  it.each(['x', '', 'constructor', 'toString', 'dZ1′', '😀'])('may be %j', (name) => {
    expect(faultOfName(name)).toBeUndefined();
  });

  it.each<[unknown, RegExp]>([
    ['__proto__', /cannot be a name/],
    ['\ud83d', /ends inside a character/],
    ['x'.repeat(257), /at most 256 characters, and this one has 257/],
    [7, /should be a string/],
  ])('is refused: %j', (name, problem) => {
    expect(faultOfName(name)).toMatch(problem);
  });
});

describe('a tensor', () => {
  it('of bools holds 0 and 1 alone', () => {
    expect(() => fromData('bool', [3], new Uint8Array([0, 2, 255]))).toThrow(
      /a bool is 0 or 1, and element 1 is 2/,
    );
    expect(fromData('bool', [2], new Uint8Array([0, 1])).shape).toEqual([2]);
  });

  it('has a dtype that there is, and its storage', () => {
    // Plain JavaScript passes whatever it likes.
    expect(() => fromData('f16' as 'f64', [1], new Float64Array(1))).toThrow(
      /expected a dtype .*, found "f16"/,
    );
    expect(() => fromData('f64', [1], new Float32Array(1) as unknown as Float64Array)).toThrow(
      /expected a Float64Array/,
    );
  });

  it('is not made of lists that hold themselves', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => tensor(list as readonly number[])).toThrow(/at most 64 axes/);
  });

  it('without elements is written in time that does not depend on its other sizes', () => {
    expect(formatTensor(zeros([2_000_000_000, 0]))).toBe('f64[2000000000, 0] {…}');
    expect(formatTensor(zeros([2, 0]))).toBe('[[], []]');
    expect(() => toNested(zeros([2_000_000_000, 0]))).toThrow(/2000000000 lists without an element/);
    expect(toNested(zeros([2, 0, 3]))).toEqual([[], []]);
  });

  it('nests as deep as it has axes', () => {
    const deep = fromData('f64', Array<number>(64).fill(1), new Float64Array([7]));
    expect(formatTensor(deep)).toMatch(/^\[{64}7\]{64}$/);
    let nested: Nested | undefined = toNested(deep);
    let depth = 0;
    for (; typeof nested === 'object'; depth++) nested = nested[0];
    expect([nested, depth]).toEqual([7, 64]);
    expect(toNested(tensor([[1, 2, 3], [4, 5, 6]]))).toEqual([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
  });
});
