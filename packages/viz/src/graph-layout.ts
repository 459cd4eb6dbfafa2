import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel, type Point } from '@dagrejs/dagre';
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

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
}

export const LABEL_SIZE = 13;
export const DETAIL_SIZE = 11;
const LONGEST_TEXT = 260;
const MARGIN = 4;

/**
 * Places a graph in layers. Forward edges lead down and backward edges lead up, so that each step of the backward
 * pass comes to lie beside the step of the forward pass that it belongs to.
 *
 * @throws RangeError where two nodes share an id, or an edge names a node that is not there
 */
export function layoutGraph(drawing: GraphDrawing): GraphLayout {
  const nodes = new Map<string, DrawingNode>();
  for (const node of drawing.nodes) {
    if (nodes.has(node.id)) throw new RangeError(`two nodes of the drawing have the id ${JSON.stringify(node.id)}`);
    nodes.set(node.id, node);
  }
  const nodeOf = (id: string): DrawingNode => {
    const node = nodes.get(id);
    if (!node) throw new RangeError(`an edge of the drawing names ${JSON.stringify(id)}, which is no node's id`);
    return node;
  };

  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, edgesep: 12, ranksep: 36, marginx: MARGIN, marginy: MARGIN });
  const texts = drawing.nodes.map(textsOf);
  drawing.nodes.forEach(({ id }, index) => graph.setNode(id, sizeOf(texts[index])));
  const edges = drawing.edges.map((edge, index) => {
    const { phase } = nodeOf(edge.to);
    const upwards = phase === 'backward' && nodeOf(edge.from).phase === 'backward';
    const [v, w] = upwards ? [edge.to, edge.from] : [edge.from, edge.to];
    const name = String(index);
    graph.setEdge(v, w, edge.label === undefined ? {} : { ...textSize(edge.label), labelpos: 'c' }, name);
    return { ...edge, phase, upwards, place: { v, w, name } };
  });
  // …
}
