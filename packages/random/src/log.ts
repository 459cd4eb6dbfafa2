import { at } from '@adjoint/core/extend';

/**
 * The natural logarithm of doubles as the C library on Linux (glibc from 2.28 on, which NumPy calls) rounds it, but for
 * one argument in 100 000. `Math.log` of V8 differs in the last place for 7 in 100.
 * Method and coefficients: Arm Optimized Routines, `log.c` and `log_data.c` (MIT licence).
 */

const { fround } = Math;

/**
 * How far the table's reciprocals are from those of the middles of 128 parts of [0.6875, 1.375): in units of the last
 * place, from −2²⁹ on, six digits each in base 36. As decimals they would be a kilobyte more of a page that trains.
 */
const distances =
  '8huzgy7xbi1i504ebt6tf09o96z7h06u7ray0l9c7dejjjg64zyuw69ttqpshdfm1c4w7v6yaachn19cp9sedkr9k7ejlbld' +
  '7qwiol35jxa07dzk0q17ddtodliw380s69yff3j60w9nuwms1vez6t4k947eefqy31gaidnubffk97gaawzscv9cmb1x7avq' +
  '59ld3q79ylpw5h38ry2sfo4q365p8a0ftu7egugvircc9t0wfz969i94uzw1g706551yvd7qa37kwbhee8bsha2vmga9iux7' +
  'eccu74bdw8zwf4jdjgc5pbplcfivnj35nxkcerotgjcfy4ue52rhug6p80decfrs4y172qxl3dhh5gf9bmeg29a88ed46fpn' +
  'gsfui7elgzrlb04hx9ch54h3675qy1drcm584z707t7qc6ilafem1l4d6o0uaed2g69cwyq3d5rzjhf9giww4vrz0xa0d1jp' +
  'f9nn5mfn40v69ydh156voaooc0gmhx8ccnuo81wa0nbfcnya35kldkbbymku2bkvw91t5o2kaney6b0lh5vrcdyuqjdxr9kb' +
  '3ezkvy7d7hww8zmrw4depkxy0e943p0lv1uvgwqvgd48hi1yan94ps9e2gf9426ixa2476m9bcj34773fdtjclut4eght22e' +
  '1eaomo0ri1mvha9qaah1a61defzfj2hldwzm1bc67m3pp3ya2u7mk41wrv05ev6922e0odu41krdbl7qgz7b04uj4ag1nicf';
/** The reciprocals of points near the middles of the parts, chosen so that `logarithms` is exact. */
const reciprocals = Array.from({ length: 128 }, (_, part) => {
  const distance = parseInt(distances.slice(6 * part, 6 * part + 6), 36) - 2 ** 29;
  // The parts below 1 are half as long as those above, and their reciprocals have another last place.
  return part < 80
    ? 1 / (0.6875 + (part + 0.5) / 256) + distance * 2 ** -52
    : 1 / (1 + (part - 79.5) / 128) + distance * 2 ** -53;
});
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
