import { FunctionBody } from '../binary/code.js';
import type { ModuleFunction } from '../binary/module.js';

/**
 * Functions of single doubles, for what has no formula without branches. They are in a module only where one of its
 * kernels calls them, once for each lane.
 */
export type LibraryName = 'remainder' | 'reduceByHalfPi';

/** The bits of 2/π behind the point, 64 a word. */
const TWO_OVER_PI = [
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
  0xf0cfbc209af4361dn,
];

/**
 * |x| mod |y|, by subtracting |y| · 2ᵏ, every step of which is exact.
 * Parameters: x, y. NaN where x is infinite or y is 0.
 */
function remainder(): ModuleFunction {
  const body = new FunctionBody(2);
  const [x, y] = [0, 1];
  const part = body.local('f64');
  for (const parameter of [x, y]) body.ops(['local.get', parameter], 'f64.abs', ['local.set', parameter]);
  body.ops(['local.get', x]);
  body.f64(Infinity);
  body.ops('f64.lt', ['local.get', y]);
  body.f64(0);
  body.ops('f64.gt', 'i32.and', 'i32.eqz');
  body.nested('if', () => {
    body.f64(NaN);
    body.op('return');
  });
  body.ops(['local.get', y], ['local.set', part]);
  // The largest |y| · 2ᵏ that is not above |x|; an infinite |y| is above every |x|.
  body.nested('block', () => {
    body.nested('loop', () => {
      body.ops(['local.get', part], ['local.get', x]);
      body.f64(0.5);
      body.ops('f64.mul', 'f64.le', 'i32.eqz', ['br_if', 1]);
      body.ops(['local.get', part], ['local.get', part], 'f64.add', ['local.set', part], ['br', 0]);
    });
  });
  body.nested('block', () => {
    body.nested('loop', () => {
      body.ops(['local.get', x], ['local.get', y], 'f64.lt', ['br_if', 1]);
      body.ops(['local.get', x], ['local.get', part], 'f64.ge');
      body.nested('if', () => {
        body.ops(['local.get', x], ['local.get', part], 'f64.sub', ['local.set', x]);
      });
      body.ops(['local.get', part]);
      body.f64(0.5);
      body.ops('f64.mul', ['local.set', part], ['br', 0]);
    });
  });
  body.op('local.get', x);
  return { parameters: ['f64', 'f64'], results: ['f64'], body };
}

/** Pushes the 64 bits of 2/π that start at a bit, counted from 64 zeros before the point. */
function pushBits(body: FunctionBody, bit: number, extra: number): void {
  const word = body.local('i32');
  const shift = body.local('i64');
  const [first, second] = [body.local('i64'), body.local('i64')];
  body.ops(['local.get', bit]);
  body.i32(extra);
  body.ops('i32.add', ['local.tee', word]);
  body.i32(63);
  body.ops('i32.and', 'i64.extend_i32_u', ['local.set', shift]);
  body.ops(['local.get', word]);
  body.i32(6);
  body.ops('i32.shr_u', ['local.set', word]);
  // Word 0 is the zeros before the point.
  body.i64(0n);
  body.op('local.set', first);
  body.i64(0n);
  body.op('local.set', second);
  TWO_OVER_PI.forEach((bits, index) => {
    for (const [local, at] of [
      [first, index + 1],
      [second, index],
    ] as const) {
      body.op('local.get', word);
      body.i32(at);
      body.op('i32.eq');
      body.nested('if', () => {
        body.i64(BigInt.asIntN(64, bits));
        body.op('local.set', local);
      });
    }
  });
  body.ops(['local.get', first], ['local.get', shift], 'i64.shl', ['local.get', second]);
  body.i64(1n);
  body.op('i64.shr_u');
  body.i64(63n);
  body.ops(['local.get', shift], 'i64.sub', 'i64.shr_u', 'i64.or');
  body.release('i32', word);
  for (const local of [shift, first, second]) body.release('i64', local);
}

/** Pushes the upper 64 bits of the product of two unsigned numbers, of which the first is below 2⁵³. */
function pushUpperProduct(body: FunctionBody, x: number, y: number): void {
  const low = (local: number): void => {
    body.op('local.get', local);
    body.i64(0xffff_ffffn);
    body.op('i64.and');
  };
  const high = (local: number): void => {
    body.op('local.get', local);
    body.i64(32n);
    body.op('i64.shr_u');
  };
  const middle = body.local('i64');
  // middle = high(x) low(y) + (low(x) low(y) >> 32), below 2⁵⁴
  high(x);
  low(y);
  body.op('i64.mul');
  low(x);
  low(y);
  body.op('i64.mul');
  body.i64(32n);
  body.ops('i64.shr_u', 'i64.add', ['local.set', middle]);
  // high(x) high(y) + (middle >> 32) + ((low(x) high(y) + low(middle)) >> 32)
  high(x);
  high(y);
  body.op('i64.mul');
  high(middle);
  body.op('i64.add');
  low(x);
  high(y);
  body.op('i64.mul');
  low(middle);
  body.op('i64.add');
  body.i64(32n);
  body.ops('i64.shr_u', 'i64.add');
  body.release('i64', middle);
}

/** π in two parts, times the weight of the fraction's last bit, and the first part cut in halves of 26 and 27 bits. */
const PI_HIGH = Math.PI * 2 ** -63;
const PI_LOW = 1.2246467991473532e-16 * 2 ** -63;
const PI_LEFT = 3.1415926218032837 * 2 ** -63;

/**
 * Sets y and lost to two parts of (high + low 2⁻⁶⁴) π/2 2⁻⁶². The product of the leading parts is exact in two (Dekker,
 * 1971).
 */
function timesHalfPi(
  body: FunctionBody,
  { high, low, y, lost }: Readonly<Record<'high' | 'low' | 'y' | 'lost', number>>,
): void {
  const [whole, rest, product] = [body.local('f64'), body.local('f64'), body.local('f64')];
  const [left, right] = [body.local('f64'), body.local('f64')];
  const times = (x: number, factor: number): void => {
    body.op('local.get', x);
    body.f64(factor);
    body.op('f64.mul');
  };
  // The 53 bits that a double has exactly, and what is below them.
  body.op('local.get', high);
  body.i64(-0x800n);
  body.ops('i64.and', 'f64.convert_i64_s', ['local.set', whole], ['local.get', high]);
  body.i64(0x7ffn);
  body.ops('i64.and', 'f64.convert_i64_s', ['local.get', low]);
  body.i64(1n);
  body.ops('i64.shr_u', 'f64.convert_i64_s');
  body.f64(2 ** -63);
  body.ops('f64.mul', 'f64.add', ['local.set', rest]);
  body.ops(['local.get', whole], 'i64.reinterpret_f64');
  body.i64(-0x800_0000n);
  body.ops('i64.and', 'f64.reinterpret_i64', ['local.set', left]);
  body.ops(['local.get', whole], ['local.get', left], 'f64.sub', ['local.set', right]);
  times(whole, PI_HIGH);
  body.op('local.set', product);
  times(left, PI_LEFT);
  body.ops(['local.get', product], 'f64.sub');
  times(left, PI_HIGH - PI_LEFT);
  body.op('f64.add');
  times(right, PI_LEFT);
  body.op('f64.add');
  times(right, PI_HIGH - PI_LEFT);
  body.op('f64.add');
  times(whole, PI_LOW);
  times(rest, PI_HIGH);
  body.ops('f64.add', 'f64.add', ['local.set', lost]);
  body.ops(['local.get', product], ['local.get', lost], 'f64.add', ['local.set', y]);
  body.ops(['local.get', product], ['local.get', y], 'f64.sub', ['local.get', lost], 'f64.add');
  body.op('local.set', lost);
  for (const each of [whole, rest, left, right, product]) body.release('f64', each);
}

/**
 * For |x| > 2¹⁶: x − n π/2 in the first lane, and in the second what its rounding lost, of which the two lowest bits
 * are n mod 4 instead. 0 and 0 for other x, whose reduction has a formula; NaN where x is not finite.
 * x = m · 2ᵉ times those 192 bits of 2/π that say something of n mod 4 (Payne and Hanek, 1983).
 */
function reduceByHalfPi(): ModuleFunction {
  const body = new FunctionBody(1);
  const x = 0;
  const [bits, m] = [body.local('i64'), body.local('i64')];
  const bit = body.local('i32');
  const words = [body.local('i64'), body.local('i64'), body.local('i64')] as const;
  const [high, low, n] = [body.local('i64'), body.local('i64'), body.local('i64')];
  const [y, lost] = [body.local('f64'), body.local('f64')];
  const result = (write: () => void): void => {
    write();
    body.op('return');
  };
  body.ops(['local.get', x], 'f64.abs');
  body.f64(LARGEST_BY_FORMULA);
  body.op('f64.le');
  body.nested('if', () => result(() => body.bytes16('v128.const', new Uint8Array(16))));
  body.ops(['local.get', x], 'f64.abs');
  body.f64(Infinity);
  body.ops('f64.lt', 'i32.eqz');
  body.nested('if', () =>
    result(() => {
      body.f64(NaN);
      body.op('f64x2.splat');
    }),
  );
  // x = m · 2ᵉ; the first e − 2 bits of 2/π times m are multiples of 4.
  body.ops(['local.get', x], 'i64.reinterpret_f64', ['local.tee', bits]);
  body.i64(0xf_ffff_ffff_ffffn);
  body.op('i64.and');
  body.i64(0x10_0000_0000_0000n);
  body.ops('i64.or', ['local.set', m], ['local.get', bits]);
  body.i64(52n);
  body.op('i64.shr_u');
  body.i64(0x7ffn);
  body.ops('i64.and', 'i32.wrap_i64');
  body.i32(1075 + 2 - 64);
  body.ops('i32.sub', ['local.set', bit]);
  words.forEach((word, index) => {
    pushBits(body, bit, 64 * index);
    body.op('local.set', word);
  });
  // The product modulo 2¹⁹², without its last word: n in its first two bits, then the fraction.
  body.ops(['local.get', m], ['local.get', words[1]], 'i64.mul');
  pushUpperProduct(body, m, words[2]);
  body.ops('i64.add', ['local.tee', low], ['local.get', m], ['local.get', words[1]], 'i64.mul', 'i64.lt_u');
  body.ops('i64.extend_i32_u', ['local.get', m], ['local.get', words[0]], 'i64.mul', 'i64.add');
  pushUpperProduct(body, m, words[1]);
  body.ops('i64.add', ['local.tee', high]);
  body.i64(1n << 61n);
  body.op('i64.add');
  body.i64(62n);
  body.ops('i64.shr_u', ['local.tee', n]);
  body.i64(62n);
  body.ops('i64.shl', ['local.set', bits], ['local.get', high], ['local.get', bits], 'i64.sub');
  body.op('local.set', high);
  timesHalfPi(body, { high, low, y, lost });
  // sin is odd: −x has −y and −n.
  body.ops(['local.get', x]);
  body.f64(0);
  body.op('f64.lt');
  body.nested('if', () => {
    for (const part of [y, lost]) body.ops(['local.get', part], 'f64.neg', ['local.set', part]);
    body.i64(0n);
    body.ops(['local.get', n], 'i64.sub');
    body.i64(3n);
    body.ops('i64.and', ['local.set', n]);
  });
  body.ops(['local.get', y], 'f64x2.splat', ['local.get', lost], 'i64.reinterpret_f64');
  body.i64(-4n);
  body.ops('i64.and', ['local.get', n], 'i64.or', 'f64.reinterpret_i64', ['f64x2.replace_lane', 1]);
  return { parameters: ['f64'], results: ['v128'], body };
}

/** Up to here the formula for sin and cos holds. */
const LARGEST_BY_FORMULA = 2 ** 16;

export const library: Readonly<Record<LibraryName, () => ModuleFunction>> = { remainder, reduceByHalfPi };
