import type { Parameter } from './spec.js';

/** The view in pixels, wide enough for the box with its labels at every angle. */
export const VIEW = { width: 580, height: 570 } as const;

/** Pixels to the box's side, and the box's height in units of its side. */
const SIDE = 325;
const HEIGHT = 0.62;

const angle = (name: string, value: number, min: number, max: number): Parameter => ({
  name,
  value,
  bind: { input: 'range', min, max, step: 1, name: `${name} ` },
});

/**
 * The camera: the two sliders, in degrees, and what follows from them. At azimuth 0 the eye looks along x2,
 * with x1 to the right; at elevation 0 it is level with the floor, at 90 above it.
 */
export const camera: readonly Parameter[] = [
  angle('azimuth', 30, -180, 180),
  angle('elevation', 35, 0, 90),
  { name: 'cosA', expr: 'cos(azimuth * PI / 180)' },
  { name: 'sinA', expr: 'sin(azimuth * PI / 180)' },
  { name: 'cosE', expr: 'cos(elevation * PI / 180)' },
  { name: 'sinE', expr: 'sin(elevation * PI / 180)' },
  // The two walls behind the surface: where they stand on their axis.
  { name: 'backX1', expr: 'sinA >= 0 ? 1 : 0' },
  { name: 'backX2', expr: 'cosA >= 0 ? 1 : 0' },
];

/** How far a point of the floor lies behind the box's axis, as an expression of expressions. */
export const depth = (x1: string, x2: string): string => `(${x1} - 0.5) * sinA + (${x2} - 0.5) * cosA`;

/** Where a point of the box is drawn, in pixels; `h` is its height as a part of the box's. Orthographic. */
export const screen = (x1: string, x2: string, h: string): readonly [x: string, y: string] => [
  `${VIEW.width / 2} + ${SIDE} * ((${x1} - 0.5) * cosA - (${x2} - 0.5) * sinA)`,
  `${VIEW.height / 2 - 8} - ${SIDE} * (${HEIGHT} * (${h} - 0.5) * cosE + (${depth(x1, x2)}) * sinE)`,
];

/** How long the box's edges come out, in pixels: under a glancing look there is no room for labels. */
export const edgeLength: { readonly x1: string; readonly x2: string; readonly h: string } = {
  x1: `${SIDE} * sqrt(cosA * cosA + pow(sinA * sinE, 2))`,
  x2: `${SIDE} * sqrt(sinA * sinA + pow(cosA * sinE, 2))`,
  h: `${SIDE * HEIGHT} * cosE`,
};
