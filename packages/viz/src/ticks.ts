import { at } from '@adjoint/core/extend';

/** The part of an axis that is shown, and the numbers written along it. */
export interface Ticks {
  readonly domain: readonly [number, number];
  readonly values: readonly number[];
}

const MANTISSAS = [1, 2, 5] as const;

/** The `index`-th of …, 0.5, 1, 2, 5, 10, …, counted from 1; read from text, so that it is the nearest double. */
const roundNumber = (index: number): number => {
  const decade = Math.floor(index / 3);
  return Number(`${at(MANTISSAS, index - 3 * decade)}e${decade}`);
};

/** The greatest index whose round number is at most `value`. */
function indexBelow(value: number): number {
  let index = 3 * Math.floor(Math.log10(value)) + 3;
  while (roundNumber(index) > value) index--;
  return index;
}

/** Round numbers around the positive range from `least` to `greatest`: 1, 2, 5 in each decade, or decades alone. */
export function logTicks(least: number, greatest: number): Ticks {
  let first = indexBelow(least);
  let last = indexBelow(greatest);
  if (roundNumber(last) < greatest || last === first) last++;
  if (last - first < 2) first--;
  const domain = [roundNumber(first), roundNumber(last)] as const;
  const indices = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  const step = indices.length <= 12 ? 1 : 3 * Math.ceil(indices.length / 30);
  return { domain, values: indices.filter((index) => index % step === 0).map(roundNumber) };
}

/** About `count` round numbers, evenly spaced, within the range from `least` to `greatest`. */
export function linearTicks(least: number, greatest: number, count: number): Ticks {
  const wanted = (0.8 * (greatest - least)) / count;
  const index = indexBelow(wanted);
  const step = roundNumber(roundNumber(index) < wanted ? index + 1 : index);
  const first = Math.ceil(least / step - 1e-9);
  const length = Math.floor(greatest / step + 1e-9) - first + 1;
  const values = Array.from({ length }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { domain: [least, greatest], values };
}
