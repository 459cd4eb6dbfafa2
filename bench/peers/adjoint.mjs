// The graph is declared, its gradient derived, and the whole step compiled.
import * as a from '@adjoint/core';
import { sizeOf } from '@adjoint/core/extend';
import { gradient } from '@adjoint/autograd';
import { sgd, softmaxCrossEntropy, trainingStep } from '@adjoint/learn';
import { hasRelaxedArithmetic, wasmBackend } from '@adjoint/wasm';
import { absoluteSum, openData, serve } from './peer.mjs';

const [, , workload, path, ...options] = process.argv;
const take = openData(path);
if (options.includes('relaxed') && !hasRelaxedArithmetic()) {
  // Node 20 has multiply-add behind this flag.
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}
const backend = options.includes('interpreter')
  ? a.interpreter
  : wasmBackend({
      arithmetic: options.includes('relaxed') ? 'relaxed' : 'strict',
      threads: options.includes('threads=2') ? 2 : 1,
    });

const arrays = { f64: Float64Array, f32: Float32Array, i32: Int32Array };
const tensor = (dtype, ...shape) => a.fromData(dtype, shape, take(arrays[dtype], sizeOf(shape)));

function right(result) {
  if (result._tag === 'Left') throw new a.AdjointException(result.left);
  return result.right;
}

/**
 * Measures a program with its feeds: how many steps one call runs, so that copying the outputs is not what is
 * measured; how many calls come before, and what is checked of the outputs of each.
 */
function measure(program, feeds, { steps = 1, warmUp = 1, check }) {
  const executable = right(backend.compileSync({ program }));
  const run = () => right(executable.runSync('program', feeds, { steps })).outputs;
  return serve(Array.from({ length: warmUp }, () => check(run())).flat(), () => void run(), steps);
}

const workloads = {
  xor() {
    const [x, y] = [tensor('f64', 4, 2), tensor('f64', 4, 1)];
    const [X, Y] = [a.input('X', [4, 2]), a.input('Y', [4, 1])];
    const parameters = a.state({
      W1: tensor('f64', 2, 10),
      b1: a.zeros([1, 10]),
      W2: tensor('f64', 10, 1),
      b2: a.zeros([1, 1]),
    });
    const { W1, b1, W2, b2 } = parameters;
    const hidden = a.relu(a.add(a.matmul(X, W1), b1));
    const prediction = a.sigmoid(a.add(a.matmul(hidden, W2), b2));
    const loss = a.mean(a.square(a.subtract(prediction, Y)));
    const step = trainingStep({ loss, parameters, optimizer: sgd({ learningRate: 1.5 }) });
    return measure(step, { X: x, Y: y }, { steps: 500, check: ({ loss: { data } }) => [data[0]] });
  },

  mlp() {
    const sizes = [784, 256, 128, 10];
    const feeds = { X: tensor('f32', 128, 784), Y: tensor('f32', 128, 10) };
    const parameters = a.state(
      Object.fromEntries(
        [0, 1, 2].map((i) => [
          i,
          { w: tensor('f32', sizes[i], sizes[i + 1]), b: a.zeros([sizes[i + 1]], 'f32') },
        ]),
      ),
    );
    const X = a.input('X', [128, 784], 'f32');
    const logits = [0, 1, 2].reduce((h, i) => {
      const z = a.add(a.matmul(h, parameters[i].w), parameters[i].b);
      return i < 2 ? a.relu(z) : z;
    }, X);
    const loss = softmaxCrossEntropy(logits, a.input('Y', [128, 10], 'f32'));
    const step = trainingStep({ loss, parameters, optimizer: sgd({ learningRate: 0.01 }) });
    return measure(step, feeds, { warmUp: 3, check: ({ loss: { data } }) => [data[0]] });
  },

  map() {
    const size = 1e6;
    const x = a.input('x', [size], 'f32');
    const value = a.sum(a.add(a.multiply(a.sigmoid(x), a.tanh(x)), a.exp(a.negate(a.square(x)))));
    const program = a.program({ outputs: { value, g: gradient(value, x) } });
    const check = ({ value: { data }, g }) => [data[0], g.data[size / 2], absoluteSum(g.data)];
    return measure(program, { x: tensor('f32', size) }, { steps: 10, check });
  },

  matmul() {
    const n = 512;
    const feeds = { x: tensor('f32', n, n), y: tensor('f32', n, n) };
    const [x, y] = ['x', 'y'].map((name) => a.input(name, [n, n], 'f32'));
    const program = a.program({ outputs: { out: a.matmul(x, y) } });
    const check = ({ out: { data } }) => [data[0], data[(n * n) / 2 + 7], absoluteSum(data)];
    return measure(program, feeds, { steps: 5, check });
  },

  convnet() {
    const feeds = { x: tensor('f32', 32, 1, 28, 28), labels: tensor('i32', 32) };
    const parameters = a.state({
      k1: tensor('f32', 8, 1, 3, 3),
      k2: tensor('f32', 16, 8, 3, 3),
      w: tensor('f32', 784, 10),
      c1: a.zeros([8, 1, 1], 'f32'),
      c2: a.zeros([16, 1, 1], 'f32'),
      b: a.zeros([10], 'f32'),
    });
    const layer = (h, k, c) => a.maxPool2d(a.relu(a.add(a.conv2d(h, k, { padding: 1 }), c)), { size: 2 });
    const { k1, k2, w, c1, c2, b } = parameters;
    const h = layer(layer(a.input('x', [32, 1, 28, 28], 'f32'), k1, c1), k2, c2);
    const logits = a.add(a.matmul(a.flatten(h, 1), w), b);
    const loss = softmaxCrossEntropy(logits, a.input('labels', [32], 'i32'));
    const step = trainingStep({ loss, parameters, optimizer: sgd({ learningRate: 0.01 }) });
    return measure(step, feeds, { warmUp: 3, check: ({ loss: { data } }) => [data[0]] });
  },

  chain() {
    const x = a.input('x', []);
    let y = x;
    for (let i = 0; i < 250; i++) y = a.subtract(a.multiply(a.add(a.multiply(y, x), 0.3), 0.9), 0.1);
    const program = a.program({ outputs: { y, g: gradient(y, x) } });
    const check = (outputs) => [outputs.y.data[0], outputs.g.data[0]];
    return measure(program, { x: tensor('f64') }, { steps: 100, check });
  },
};

await workloads[workload]();
