import { at } from '@adjoint/core';

/**
 * Logarithm, sine and cosine of f32 numbers as the C library on Linux (glibc from 2.28 on) rounds them, which is not
 * always to the nearest. Method and coefficients: Arm Optimized Routines, `logf.c` and `sincosf.c` (MIT licence).
 */

const { fround } = Math;

const float = new DataView(new ArrayBuffer(4));

/** The reciprocals of points near the middles of the sixteenths of [0.699, 1.398), and their negated logarithms. */
const reciprocals = [
  1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752,
  1.1479821020556429, 1.1082251448272158, 1.0711297413057381, 1.036437278977283, 1.0, 0.9492859795739057,
  0.8951049428609004, 0.8476821620351103, 0.8050314851692001, 0.7664671008843108, 0.731428603316328,
];
const logarithms = reciprocals.map((reciprocal) => -Math.log(reciprocal));
const rangeStart = 0x3f330000; // the bits of 0.699

/** ln x for a normal positive f32 number. */
export function logf(x: number): number {
  float.setFloat32(0, x);
  const offset = float.getInt32(0) - rangeStart;
  const sixteenth = (offset >>> 19) & 15;
  const exponent = offset >> 23;
  const r = x * 2 ** -exponent * at(reciprocals, sixteenth) - 1;
  const square = r * r;
  const start = at(logarithms, sixteenth) + exponent * Math.LN2;
  const upper = 0.333456765744066 * r - 0.4999997485802103 - 0.25089342214237154 * square;
  return fround(upper * square + (start + r));
}

/** [sin x, cos x] for an f32 number of at most a few turns. */
export function sincosf(x: number): readonly [number, number] {
  const quarter = Math.round(x * (2 / Math.PI));
  const y = x - quarter * (Math.PI / 2);
  const square = y * y;
  const cube = y * square;
  const fourth = square * square;
  const sine =
    y - 0.16666654943701084 * cube + cube * square * (0.008332178146138854 - 0.00019517298981385725 * square);
  const cosine =
    1 -
    0.49999999725108224 * square +
    0.041666623324344516 * fourth +
    fourth * square * (2.4390450703564542e-5 * square - 0.001388676379437604);
  const s = fround(sine);
  const c = fround(cosine);
  switch (quarter & 3) {
    case 0:
      return [s, c];
    case 1:
      return [c, -s];
    case 2:
      return [-s, -c];
    default:
      return [-c, s];
  }
}
