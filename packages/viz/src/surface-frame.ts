import { edgeLength, screen } from './projection.js';
import type { Layer, Transform } from './spec.js';
import { colours } from './theme.js';
import type { Ticks } from './ticks.js';

/** A place along x1 or x2: a number, or wherever the wall behind the surface stands at this azimuth. */
type Place = number | 'back';
type Corner = readonly [x1: Place, x2: Place, h: number];

const QUARTERS = [0, 0.25, 0.5, 0.75, 1] as const;

const heightsOf = ({ domain: [least, greatest], values }: Ticks): { text: string; h: number }[] =>
  values.map((value) => ({ text: short(value), h: (value - least) / (greatest - least) }));

const short = (value: number): string => (Math.abs(value) < 1e5 ? String(value) : value.toExponential());

const onScreen = ([x, y]: readonly [x: string, y: string]): Transform[] => [
  { calculate: x, as: 'x' },
  { calculate: y, as: 'y' },
];

/** The floor and the two walls behind the surface, ruled at the ticks. */
export function frame(ticks: Ticks): Layer {
  const lines: (readonly [Corner, Corner])[] = [];
  const rule = (from: Corner, to: Corner): void => void lines.push([from, to]);
  for (const t of QUARTERS) {
    rule([t, 0, 0], [t, 1, 0]);
    rule([0, t, 0], [1, t, 0]);
    rule(['back', t, 0], ['back', t, 1]);
    rule([t, 'back', 0], [t, 'back', 1]);
  }
  for (const h of new Set([0, 1, ...heightsOf(ticks).map((tick) => tick.h)])) {
    rule(['back', 0, h], ['back', 1, h]);
    rule([0, 'back', h], [1, 'back', h]);
  }
  const place = (value: string, back: string): string => `(${value} === 'back' ? ${back} : ${value})`;
  const end = (index: 0 | 1): readonly [x: string, y: string] => {
    const corner = `datum.ends[${index}]`;
    return screen(place(`${corner}[0]`, 'backX1'), place(`${corner}[1]`, 'backX2'), `${corner}[2]`);
  };
  const [toX, toY] = end(1);
  return {
    data: { values: lines.map((ends) => ({ ends })) },
    transform: [...onScreen(end(0)), { calculate: toX, as: 'toX' }, { calculate: toY, as: 'toY' }],
    mark: { type: 'rule', color: colours.frame, strokeCap: 'round', aria: false },
    encoding: {
      longitude: { field: 'x' },
      latitude: { field: 'y' },
      longitude2: { field: 'toX' },
      latitude2: { field: 'toY' },
    },
  };
}

/** The numbers and names of the three axes: along the two front edges of the floor, and up the leftmost edge. */
export function labels(ticks: Ticks): readonly Layer[] {
  const outside = (back: string): string => `(0.5 + (0.5 - ${back}) * (1 + 2 * datum.out))`;
  const alongFloor = (name: string): LabelRow[] => [
    { text: name, at: 0.5, out: 0.13, name: true },
    ...[0, 0.5, 1].map((at) => ({ text: String(at), at, out: 0.08 })),
  ];
  return [
    axisLabels(
      alongFloor('x1'),
      screen('datum.at', outside('backX2'), '0'),
      edgeLength.x1,
      '(datum.name ? 26 : 9) * cosE',
    ),
    axisLabels(
      alongFloor('x2'),
      screen(outside('backX1'), 'datum.at', '0'),
      edgeLength.x2,
      '(datum.name ? 26 : 9) * cosE',
    ),
    axisLabels(
      [
        { text: 'f(x1, x2)', at: 1, out: 0, name: true },
        ...heightsOf(ticks).map(({ text, h }) => ({ text, at: h, out: 0 })),
      ],
      // Of the four upright edges the leftmost on the screen stands here, whatever the azimuth.
      screen('(1 - backX2)', 'backX1', 'datum.at'),
      edgeLength.h,
      '(datum.name ? -18 : 0)',
      'right',
    ),
  ];
}

interface LabelRow {
  readonly text: string;
  readonly at: number;
  readonly out: number;
  /** The axis's name rather than one of its numbers. */
  readonly name?: true;
}

function axisLabels(
  rows: readonly LabelRow[],
  [x, y]: readonly [x: string, y: string],
  length: string,
  down: string,
  align: 'center' | 'right' = 'center',
): Layer {
  return {
    data: { values: [...rows] },
    transform: [...onScreen([align === 'right' ? `${x} - (datum.name ? 0 : 10)` : x, `${y} + ${down}`])],
    mark: {
      type: 'text',
      align: { expr: `datum.name ? 'center' : '${align}'` },
      baseline: 'middle',
      color: { expr: `datum.name ? '${colours.text}' : '${colours.muted}'` },
      fontSize: { expr: 'datum.name ? 13 : 12' },
      // On an edge that is seen end on, the labels would lie on each other.
      opacity: { expr: `${length} > 60 ? 1 : 0` },
    },
    encoding: {
      longitude: { field: 'x' },
      latitude: { field: 'y' },
      text: { field: 'text' },
      description: { field: 'text' },
    },
  };
}
