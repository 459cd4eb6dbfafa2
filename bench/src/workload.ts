import { numpyLegacy, type NumpyLegacyStream } from '@adjoint/random';

/** What is to be reached: a time, as a multiple of another peer's in the same run. */
interface Goal {
  readonly peer: string;
  readonly of: string;
  readonly most: number;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly unit: 'µs' | 'ms';
  /** What every peer reads: arrays one after another, in the byte order of the machine. */
  readonly data: () => readonly (Float64Array | Float32Array | Int32Array)[];
  /** How far, relative to the first peer's, a peer's values may lie. */
  readonly tolerance: number;
  readonly goals: readonly Goal[];
}

const floats = (stream: NumpyLegacyStream, size: number, scale: number): Float32Array =>
  Float32Array.from(stream.randn([size]).data, (x) => x * scale);

const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (i * 7) % 10);

function oneHot(indices: Int32Array): Float32Array {
  const rows = new Float32Array(indices.length * 10);
  indices.forEach((label, row) => (rows[row * 10 + label] = 1));
  return rows;
}

/** The ratios are those of hand-written WebAssembly to the C peer on one machine, with some slack. */
export const workloads: readonly Workload[] = [
  {
    name: 'xor',
    title: 'XOR step, f64, 500 in one call',
    unit: 'µs',
    data: () => {
      const stream = numpyLegacy(1);
      const points = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1);
      const targets = Float64Array.of(0, 1, 1, 0);
      return [
        points,
        targets,
        ...[[2, 10] as const, [10, 1] as const].map((shape) => stream.randn(shape).data),
      ];
    },
    // Some peers have floats only.
    tolerance: 1e-5,
    goals: [{ peer: 'adjoint', of: 'C -O3', most: 1.5 }],
  },
  {
    name: 'mlp',
    title: 'MLP 784-256-128-10, batch 128, f32',
    unit: 'ms',
    data: () => {
      const stream = numpyLegacy(2);
      return [
        floats(stream, 128 * 784, 1),
        oneHot(labels(128)),
        floats(stream, 784 * 256, 0.05),
        floats(stream, 256 * 128, 0.05),
        floats(stream, 128 * 10, 0.05),
      ];
    },
    tolerance: 1e-5,
    goals: [
      { peer: 'adjoint relaxed', of: 'C -O3', most: 0.9 },
      { peer: 'adjoint relaxed, 2 threads', of: 'C -O3', most: 0.52 },
      { peer: 'adjoint interpreter', of: 'JS loop', most: 3 },
    ],
  },
  {
    name: 'map',
    title: 'sum(sigmoid(x)·tanh(x) + exp(−x²)), value and gradient, a million f32',
    unit: 'ms',
    data: () => [floats(numpyLegacy(3), 1e6, 2)],
    // Some peers add up a million floats one by one.
    tolerance: 2e-3,
    goals: [
      { peer: 'adjoint', of: 'C -O3', most: 0.98 },
      { peer: 'adjoint, 2 threads', of: 'C -O3', most: 0.55 },
    ],
  },
  {
    name: 'matmul',
    title: 'matmul 512³, f32',
    unit: 'ms',
    data: () => {
      const stream = numpyLegacy(4);
      return [floats(stream, 512 * 512, 1), floats(stream, 512 * 512, 1)];
    },
    tolerance: 1e-3,
    goals: [
      { peer: 'adjoint', of: 'C -O3', most: 1.07 },
      { peer: 'adjoint relaxed', of: 'C -O3', most: 0.89 },
      { peer: 'adjoint relaxed, 2 threads', of: 'C -O3', most: 0.55 },
    ],
  },
  {
    name: 'convnet',
    title: 'convnet, 32×28×28, two convolutions with pooling, dense, f32',
    unit: 'ms',
    data: () => {
      const stream = numpyLegacy(5);
      return [
        floats(stream, 32 * 28 * 28, 1),
        labels(32),
        floats(stream, 8 * 9, 0.3),
        floats(stream, 16 * 8 * 9, 0.1),
        floats(stream, 784 * 10, 0.05),
      ];
    },
    tolerance: 1e-5,
    goals: [{ peer: 'adjoint', of: 'tfjs wasm', most: 0.7 }],
  },
  {
    name: 'chain',
    title: 'chain of 1,000 scalar operations, value and gradient, f64',
    unit: 'µs',
    data: () => [Float64Array.of(0.99)],
    tolerance: 1e-5,
    goals: [{ peer: 'adjoint', of: 'C -O3', most: 7 }],
  },
];
