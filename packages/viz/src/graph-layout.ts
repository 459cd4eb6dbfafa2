import { at } from '@adjoint/core/extend';
import { placeGraph } from './placement/place.js';
import type { PlacedBox, Point } from './placement/placement.js';
import { fitted, textWidth } from './text-width.js';

export type DrawingPhase = 'forward' | 'backward';

/** A computation graph as a picture shows it. */
export interface GraphDrawing {
  readonly nodes: readonly {
    readonly id: string;
    readonly label: string;
    /** A second line, such as `f64[4, 10]`. */
    readonly detail?: string;
    readonly kind: 'input' | 'state' | 'constant' | 'operation' | 'output';
    readonly phase: DrawingPhase;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label?: string }[];
}

type DrawingNode = GraphDrawing['nodes'][number];

/** A box around its middle, with the texts that fit it. */
export interface Box {
  readonly node: DrawingNode;
  readonly label: string;
  readonly detail: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The way of an edge, from the rim of one box to the rim of the other. */
export interface Route {
  /** That of the box it leads to. */
  readonly phase: DrawingPhase;
  readonly points: readonly Point[];
  readonly label: { readonly text: string; readonly x: number; readonly y: number } | undefined;
}

interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
}

export const LABEL_SIZE = 13;
export const DETAIL_SIZE = 11;
const LONGEST_TEXT = 260;
/** How far an arrow stands upright on its box. */
const STUB = 12;
/** How far from a box's corner an arrow keeps. */
const CORNER = 12;

/**
 * Places a graph in layers. Forward edges lead down and backward edges lead up, so that each step of the backward
 * pass comes to lie beside the step of the forward pass that it belongs to.
 *
 * @throws RangeError where two nodes share an id, or an edge names a node that is not there
 */
export function layoutGraph(drawing: GraphDrawing): GraphLayout {
  const indices = new Map<string, number>();
  for (const [index, { id }] of drawing.nodes.entries()) {
    if (indices.has(id)) throw new RangeError(`two nodes of the drawing have the id ${JSON.stringify(id)}`);
    indices.set(id, index);
  }
  const find = (id: string): number => {
    const index = indices.get(id);
    if (index !== undefined) return index;
    throw new RangeError(`an edge of the drawing names ${JSON.stringify(id)}, which is no node's id`);
  };
  const phaseOf = (index: number): DrawingPhase => at(drawing.nodes, index).phase;

  const texts = drawing.nodes.map(textsOf);
  const edges = drawing.edges.map(({ label, ...edge }) => {
    const [from, to] = [find(edge.from), find(edge.to)];
    const upwards = phaseOf(from) === 'backward' && phaseOf(to) === 'backward';
    const [upper, lower] = upwards ? [to, from] : [from, to];
    const text = label === undefined ? undefined : fitted(label, DETAIL_SIZE, LONGEST_TEXT);
    const size = text === undefined ? {} : { width: textWidth(text, DETAIL_SIZE), height: DETAIL_SIZE + 4 };
    return { phase: phaseOf(to), upwards, text, upper, lower, size };
  });
  const { width, height, boxes: places, ways: bendsOf } = placeGraph(texts.map(sizeOf), edges);

  const boxes = drawing.nodes.map((node, index): Box => ({
    node,
    ...at(texts, index),
    ...at(places, index),
  }));
  const ways = edges.map((edge, index) => {
    const { bends: inner, label } = at(bendsOf, index);
    const [upper, lower] = [at(places, edge.upper), at(places, edge.lower)];
    // Between neighbouring layers nothing is in the way, and the one bend would only be a wiggle.
    const bends = inner.length === 1 && edge.text === undefined ? [] : inner;
    const start: Port = { box: upper, x: bends.at(0)?.x ?? lower.x };
    const end: Port = { box: lower, x: bends.at(-1)?.x ?? upper.x };
    return { ...edge, start, bends, end, label };
  });
  spread(ways.map(({ start }) => start));
  spread(ways.map(({ end }) => end));
  const routes = ways.map(({ phase, upwards, text, start, bends, end, label }): Route => {
    const top = start.box.y + start.box.height / 2;
    const bottom = end.box.y - end.box.height / 2;
    // Upright at both ends: dagre's own ends leave a box sideways and run behind the next.
    const points = [
      { x: start.x, y: top },
      { x: start.x, y: top + STUB },
      ...bends,
      { x: end.x, y: bottom - STUB },
      { x: end.x, y: bottom },
    ];
    return {
      phase,
      points: upwards ? points.toReversed() : points,
      label: text === undefined || label === undefined ? undefined : { text, ...label },
    };
  });
  return { width: Math.ceil(width), height: Math.ceil(height), boxes, routes };
}

/** Where an edge meets the side of a box; before they are spread, where it comes from. */
interface Port {
  readonly box: PlacedBox;
  x: number;
}

/** One alone on its side stands as straight as can be, several stand side by side in the order they come in. */
function spread(ports: readonly Port[]): void {
  const sides = new Map<PlacedBox, Port[]>();
  for (const port of ports) {
    const side = sides.get(port.box);
    if (side) side.push(port);
    else sides.set(port.box, [port]);
  }
  for (const [{ x: middle, width }, side] of sides) {
    side.sort((a, b) => a.x - b.x);
    const left = middle - width / 2;
    for (const [order, port] of side.entries()) {
      port.x =
        side.length > 1
          ? left + (width * (order + 0.5)) / side.length
          : Math.min(Math.max(port.x, left + CORNER), left + width - CORNER);
    }
  }
}

interface Texts {
  readonly label: string;
  readonly detail: string;
}

const textsOf = ({ label, detail = '' }: DrawingNode): Texts => ({
  label: fitted(label, LABEL_SIZE, LONGEST_TEXT),
  detail: fitted(detail, DETAIL_SIZE, LONGEST_TEXT),
});

const sizeOf = ({ label, detail }: Texts): { width: number; height: number } => ({
  width: Math.max(40, 20 + Math.max(textWidth(label, LABEL_SIZE), textWidth(detail, DETAIL_SIZE))),
  height: detail === '' ? 30 : 42,
});
