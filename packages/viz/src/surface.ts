import { drawable, extent } from './number.js';

/**
 * A function f(x1, x2) sampled on the unit square, `grid` points along each side:
 * f(j / (grid − 1), i / (grid − 1)) stands at `i * grid + j`.
 */
export interface Surface {
  readonly grid: number;
  readonly values: readonly number[];
}

/** The value that parts the two classes. */
export const BOUNDARY = 0.5;

/**
 * The surface's numbers as charts draw them, `null` where there is none.
 *
 * @throws RangeError where the grid has fewer than two points a side, or the values do not fill it
 */
export function drawableSurface({ grid, values }: Surface): (number | null)[] {
  if (!Number.isInteger(grid) || grid < 2) {
    throw new RangeError(`a surface needs a grid of at least 2 points a side, not ${grid}`);
  }
  if (values.length !== grid * grid) {
    throw new RangeError(`a surface of grid ${grid} has ${grid * grid} values, not ${values.length}`);
  }
  return values.map(drawable);
}

/** The colours of a surface: blue for class 0, orange for class 1, pale at the boundary, the same to both sides. */
interface SurfaceScale {
  readonly scheme: 'blueorange';
  readonly domain: [number, number];
}

/** From 0 to 1, or as far to both sides of the boundary as the surface goes. */
export function surfaceScale(values: readonly (number | null)[]): SurfaceScale {
  const { least, greatest } = extent(values) ?? { least: 0, greatest: 1 };
  const reach = Math.max(BOUNDARY, BOUNDARY - least, greatest - BOUNDARY);
  return { scheme: 'blueorange', domain: [BOUNDARY - reach, BOUNDARY + reach] };
}
