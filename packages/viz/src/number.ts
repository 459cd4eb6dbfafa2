/** Beyond this, and below its reciprocal, ticks and domains overflow; no reader can tell it from infinity or 0. */
const LARGEST = 1e300;

/** A number that a chart can draw, 0 for the tiniest; `null` where there is nothing to draw. */
export function inRange(value: number): number | null {
  const size = Math.abs(value);
  if (!(size <= LARGEST)) return null;
  return size < 1 / LARGEST ? 0 : value;
}

/**
 * A number as a chart draws it: to six digits, which no screen resolves, so that a spec stays small;
 * `null`, which JSON can hold, where there is nothing to draw.
 */
export function drawable(value: number): number | null {
  const drawn = inRange(value);
  return drawn === null ? null : Number(drawn.toPrecision(6));
}

export interface Extent {
  readonly least: number;
  readonly greatest: number;
}

/** The least and the greatest of the numbers that can be drawn; `undefined` where there are none. */
export function extent(values: Iterable<number | null>): Extent | undefined {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return least <= greatest ? { least, greatest } : undefined;
}
