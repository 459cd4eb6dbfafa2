import type { ActivationCurve, GraphDrawing, Surface } from '@adjoint/viz';

/** A function sampled on the grid of the unit square, x1 along the rows. */
export function sampled(grid: number, f: (x1: number, x2: number) => number): Surface {
  const values: number[] = [];
  for (let i = 0; i < grid; i++) {
    for (let j = 0; j < grid; j++) values.push(f(j / (grid - 1), i / (grid - 1)));
  }
  return { grid, values };
}

/** What a model makes of XOR: high in two opposite corners, low in the others. */
export const xorLike = (grid: number): Surface =>
  sampled(grid, (x1, x2) => 1 / (1 + Math.exp(8 * (2 * x1 - 1) * (2 * x2 - 1))));

export function curve(
  name: string,
  value: (x: number) => number,
  derivative: (x: number) => number,
): ActivationCurve {
  const xs = Array.from({ length: 201 }, (_, index) => -5 + index / 20);
  return { name, rows: xs.map((x) => ({ x, value: value(x), derivative: derivative(x) })) };
}

type Node = GraphDrawing['nodes'][number];

const node = (id: string, kind: Node['kind'], phase: Node['phase'], detail?: string): Node => ({
  id,
  label: id,
  kind,
  phase,
  ...(detail === undefined ? {} : { detail }),
});

/** loss = mean((x w)²) with its gradient by w. */
export const smallGraph: GraphDrawing = {
  nodes: [
    node('x', 'input', 'forward', 'f64[4, 2]'),
    node('w', 'state', 'forward', 'f64[2, 1]'),
    node('matmul', 'operation', 'forward', 'f64[4, 1]'),
    node('square', 'operation', 'forward', 'f64[4, 1]'),
    node('mean', 'operation', 'forward', 'f64[]'),
    node('loss', 'output', 'forward'),
    node('one', 'constant', 'backward', 'f64[]'),
    node('broadcastLike', 'operation', 'backward', 'f64[4, 1]'),
    node('double', 'operation', 'backward', 'f64[4, 1]'),
    node('transpose', 'operation', 'backward', 'f64[2, 4]'),
    node('product', 'operation', 'backward', 'f64[2, 1]'),
    node('gradient of w', 'output', 'backward'),
  ],
  edges: [
    { from: 'x', to: 'matmul' },
    { from: 'w', to: 'matmul' },
    { from: 'matmul', to: 'square' },
    { from: 'matmul', to: 'square' },
    { from: 'square', to: 'mean' },
    { from: 'mean', to: 'loss' },
    { from: 'one', to: 'broadcastLike' },
    { from: 'square', to: 'broadcastLike' },
    { from: 'broadcastLike', to: 'double', label: 'cotangent' },
    { from: 'matmul', to: 'double' },
    { from: 'x', to: 'transpose' },
    { from: 'transpose', to: 'product' },
    { from: 'double', to: 'product' },
    { from: 'product', to: 'gradient of w' },
  ],
};

/**
 * A chain of layers with its backward pass, each step of which needs a value of the forward pass:
 * six nodes for each layer and four more.
 */
export function deepGraph(layers: number): GraphDrawing {
  const nodes: Node[] = [node('input', 'input', 'forward', 'f64[4, 2]')];
  const edges: { from: string; to: string }[] = [];
  let last = 'input';
  for (let layer = 0; layer < layers; layer++) {
    nodes.push(node(`W${layer}`, 'state', 'forward', 'f64[10, 10]'));
    nodes.push(node(`matmul ${layer}`, 'operation', 'forward', 'f64[4, 10]'));
    nodes.push(node(`tanh ${layer}`, 'operation', 'forward', 'f64[4, 10]'));
    edges.push({ from: last, to: `matmul ${layer}` }, { from: `W${layer}`, to: `matmul ${layer}` });
    edges.push({ from: `matmul ${layer}`, to: `tanh ${layer}` });
    last = `tanh ${layer}`;
  }
  nodes.push(node('loss', 'output', 'forward'), node('one', 'constant', 'backward'));
  nodes.push(node('expand', 'operation', 'backward', 'f64[4, 10]'));
  edges.push({ from: last, to: 'loss' }, { from: 'one', to: 'expand' }, { from: last, to: 'expand' });
  let cotangent = 'expand';
  for (let layer = layers - 1; layer >= 0; layer--) {
    nodes.push(node(`map: cotangent · (1 − out²) ${layer}`, 'operation', 'backward', 'f64[4, 10]'));
    nodes.push(node(`gradient ${layer}`, 'operation', 'backward', 'f64[10, 10]'));
    nodes.push(node(`∂W${layer}`, 'output', 'backward'));
    edges.push({ from: cotangent, to: `map: cotangent · (1 − out²) ${layer}` });
    edges.push({ from: `tanh ${layer}`, to: `map: cotangent · (1 − out²) ${layer}` });
    edges.push({ from: `map: cotangent · (1 − out²) ${layer}`, to: `gradient ${layer}` });
    edges.push({ from: layer === 0 ? 'input' : `tanh ${layer - 1}`, to: `gradient ${layer}` });
    edges.push({ from: `gradient ${layer}`, to: `∂W${layer}` });
    cotangent = `map: cotangent · (1 − out²) ${layer}`;
  }
  return { nodes, edges };
}
