import { at } from '@adjoint/core/extend';

/**
 * The natural logarithm of doubles as the C library on Linux (glibc from 2.28 on, which NumPy calls) rounds it, but for
 * one argument in 100 000. `Math.log` of V8 differs in the last place for 7 in 100.
 * Method and coefficients: Arm Optimized Routines, `log.c` and `log_data.c` (MIT licence).
 */

const { fround } = Math;

/**
 * How far the table's reciprocals are from those of the middles of the 128 parts of [0.6875, 1.375), in units of 2⁻⁵³ and
 * in base 36: few digits, since who trains in a browser loads them.
 */
const distances = `
  -rk1jw -1wn0es -7r17u6 -44fzyg moeg8 -42uhvw -gkrc32 bbt2ek -7rcapg 1wdgxs gzl7kw -7yua3w 2teysa
  y4j30 9e8imm bbwmoy -29gz4m -bg65xs -2zawgc -fcj8ug 9frroo -g6xgky cfsbk0 1kfsrs -e0g246 -8mrs30
  b47voa etqqtw 53l40m etbths 7z8oqu -dwveqc -783aac -37ct20 -6t3ixw -c6eo8c -beym18 -gvmc30 fxnqjq
  6x9lk0 e78c18 ifzaa emqbsi -dtja2c 2f55au h1ig5s gsvqr4 2rrpcm axfnwg 50ihi0 chsql4 6k4mxe 73rqta
  -bfy5d4 bs3mfa 74m970 -7lr0sw -4ctzr0 749js4 -fd4imm -b0b26w crd8b4 -d8pk10 8h2uxi ftloim bfnz1e
  48yzcq 7708ge -5cyilq 9rf7so -7sw026 -2alngm 33j7le -90wog4 31g4ek yjwye 8k9yl6 crn1c0 -7zq2fy
  29g2lm 6e0mwq 6rh0ma 12qgs9 -1zypk8 34tm91 -jace8 -tqq89 2jpnpe -5q2evc 2gbmby -6k24cn -72hc6c
  1rrxxf -8a5ud5 3ibuhn 5249bf -5gnfcy -1ific0 3zrn8 4j2kp2 -8hdw57 -89rye1 813v7h -4n5i6y 1rm4gw
  ifg6d -4tghbm -6rftmn 2gw2vb -1s7mfd 3q7svi 7m61ti -7hcbm8 -844ym1 8emq1e 85n5sh 5kcfa6 8pqwqq
  -7kau1a -55xwam -61fdos -6yv58r 5zj8t6 551dl8 -7avmxb -15611l -8qsh4m 760i3j
`;
/** The parts below 1 are half as long as those above. */
const middle = (part: number): number => (part < 80 ? 0.6875 + (part + 0.5) / 256 : 1 + (part - 79.5) / 128);
/** The reciprocals of points near the middles of the parts, chosen so that `logarithms` is exact. */
const reciprocals = distances
  .trim()
  .split(/\s+/)
  .map((distance, part) => 1 / middle(part) + parseInt(distance, 36) * 2 ** -53);
/** The logarithms of those points, with as many bits as can be added to multiples of `ln2High` exactly. */
const logarithms = reciprocals.map((reciprocal) => Math.round(-Math.log(reciprocal) * 2 ** 43) / 2 ** 43);
const ln2High = 0.6931471805598903;
const ln2Low = 5.497923018708371e-14;
const rangeStart = 0x3fe60000; // the upper half of the bits of 0.6875

const bits = new DataView(new ArrayBuffer(8));

/** ln(1 + r) where r is small: r − r² / 2 summed with its rounding error, and a polynomial. */
function logNearOne(r: number): number {
  const square = r * r;
  const cube = r * square;
  const tail =
    0.3333333333333352 -
    0.24999999999998432 * r +
    0.19999999999320328 * square +
    cube *
      (-0.16666666669929706 +
        0.14285715076560868 * r -
        0.12499997863982555 * square +
        cube *
          (0.11110712032936046 -
            0.10000486757818193 * r +
            0.09181994006195467 * square -
            0.08328363062289341 * cube));
  // The upper half of the bits of r, whose square is exact.
  const head = r + r * 2 ** 27 - r * 2 ** 27;
  const half = head * head * 0.5;
  const sum = r - half;
  const lost = r - sum - half - 0.5 * (r - head) * (head + r);
  return cube * tail + lost + sum;
}

/** ln x for a normal positive double. */
export function log(x: number): number {
  if (x >= 0.9375 && x < 1.064697265625) return logNearOne(x - 1);
  bits.setFloat64(0, x);
  const offset = bits.getInt32(0) - rangeStart;
  const part = (offset >>> 13) & 127;
  const exponent = offset >> 20;
  const z = x * 2 ** -exponent;
  const reciprocal = at(reciprocals, part);
  // z · reciprocal is near 1: its leading product is of 24 by 24 bits, so that it is exact, and so is that minus 1.
  const [a, b] = [fround(z), fround(reciprocal)];
  const r = a * b - 1 + (a * (reciprocal - b) + (z - a) * reciprocal);
  const square = r * r;
  const start = exponent * ln2High + at(logarithms, part);
  const sum = start + r;
  const lost = start - sum + r + exponent * ln2Low - 0.5000000000000001 * square;
  const tail =
    0.33333333331825593 - 0.2499999999622955 * r + (0.20000304511814496 - 0.16667054827627667 * r) * square;
  return r * square * tail + lost + sum;
}
