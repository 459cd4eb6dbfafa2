// TensorFlow.js, on the backend that the last argument names.
import tf from '@tensorflow/tfjs';
import { absoluteSum, openData, serve } from './peer.mjs';

const [, , workload, path, backend] = process.argv;
if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
// It greets on standard output, which is for figures.
console.warn = () => undefined;
await tf.setBackend(backend);
const take = openData(path);
const tensor = (...shape) =>
  tf.tensor(
    take(
      Float32Array,
      shape.reduce((x, y) => x * y, 1),
    ),
    shape,
  );
const narrowed = (...shape) =>
  tf.tensor(
    Float32Array.from(
      take(
        Float64Array,
        shape.reduce((x, y) => x * y, 1),
      ),
    ),
    shape,
  );

/** Steps of gradient descent on variables. */
function descent(loss, variables, rate) {
  return () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, variables);
      for (const variable of variables) {
        variable.assign(tf.sub(variable, tf.mul(grads[variable.name], rate)));
      }
      return value.dataSync()[0];
    });
}

/**
 * A convolution of 3×3 filters with padding. The WebAssembly backend has no gradient by the filter: here it is the
 * product of the cotangent with the nine shifted images.
 */
const convolve = tf.customGrad((x, filter, save) => {
  save([x, filter]);
  const gradFunc = (d, [image, kernel]) => {
    const [batch, height, width, channels] = image.shape;
    const outs = kernel.shape[3];
    const byImage = () => tf.conv2dTranspose(d, kernel, image.shape, 1, 'same');
    const byFilter = () => {
      const padded = tf.pad(image, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]);
      const cotangent = tf.reshape(d, [-1, outs]);
      const parts = Array.from({ length: 9 }, (_, i) => {
        const from = [0, Math.floor(i / 3), i % 3, 0];
        const shifted = tf.slice(padded, from, [batch, height, width, channels]);
        return tf.matMul(tf.reshape(shifted, [-1, channels]), cotangent, true, false);
      });
      return tf.reshape(tf.stack(parts), [3, 3, channels, outs]);
    };
    return [byImage(), byFilter()];
  };
  return { value: tf.conv2d(x, filter, 1, 'same'), gradFunc };
});

const workloads = {
  xor() {
    const [x, y] = [narrowed(4, 2), narrowed(4, 1)];
    const variables = [narrowed(2, 10), narrowed(10, 1), tf.zeros([1, 10]), tf.zeros([1, 1])].map((each) =>
      tf.variable(each),
    );
    const [w1, w2, b1, b2] = variables;
    const loss = () => {
      const hidden = tf.relu(tf.add(tf.matMul(x, w1), b1));
      const prediction = tf.sigmoid(tf.add(tf.matMul(hidden, w2), b2));
      return tf.mean(tf.square(tf.sub(prediction, y)));
    };
    const step = descent(loss, variables, 1.5);
    let last = 0;
    const run = () => {
      for (let i = 0; i < 500; i++) last = step();
    };
    run();
    return serve([last], run, 500);
  },

  mlp() {
    const sizes = [784, 256, 128, 10];
    const [x, y] = [tensor(128, 784), tensor(128, 10)];
    const weights = [0, 1, 2].map((i) => tf.variable(tensor(sizes[i], sizes[i + 1])));
    const biases = [0, 1, 2].map((i) => tf.variable(tf.zeros([sizes[i + 1]])));
    const loss = () => {
      const logits = weights.reduce((h, w, i) => {
        const z = tf.add(tf.matMul(h, w), biases[i]);
        return i < 2 ? tf.relu(z) : z;
      }, x);
      return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits)), -1)));
    };
    const step = descent(loss, [...weights, ...biases], 0.01);
    return serve([step(), step(), step()], step, 1);
  },

  async map() {
    const x = tensor(1e6);
    const both = tf.valueAndGrad((v) =>
      tf.sum(tf.add(tf.mul(tf.sigmoid(v), tf.tanh(v)), tf.exp(tf.neg(tf.square(v))))),
    );
    const results = tf.tidy(() => both(x));
    const g = results.grad.dataSync();
    const check = [results.value.dataSync()[0], g[5e5], absoluteSum(g)];
    const run = () => tf.tidy(() => void both(x).value.dataSync());
    return serve(check, run, 1);
  },

  matmul() {
    const n = 512;
    const [a, b] = [tensor(n, n), tensor(n, n)];
    const c = tf.tidy(() => tf.matMul(a, b).dataSync());
    const run = () => tf.tidy(() => void tf.matMul(a, b));
    return serve([c[0], c[(n * n) / 2 + 7], absoluteSum(c)], run, 1);
  },

  /** Its images have their channels last; the dense layer reads them with the channels first, as the others do. */
  convnet() {
    const x = tf.reshape(tensor(32, 1, 28, 28), [32, 28, 28, 1]);
    const labels = tf.tensor(take(Int32Array, 32), [32], 'int32');
    const kernel = (...shape) => tf.variable(tf.transpose(tensor(...shape), [2, 3, 1, 0]));
    const [k1, k2, w] = [kernel(8, 1, 3, 3), kernel(16, 8, 3, 3), tf.variable(tensor(784, 10))];
    const [c1, c2, b] = [8, 16, 10].map((size) => tf.variable(tf.zeros([size])));
    const targets = tf.oneHot(labels, 10);
    const layer = (h, k, c) => tf.maxPool(tf.relu(tf.add(convolve(h, k), c)), 2, 2, 'valid');
    const loss = () => {
      const h = tf.transpose(layer(layer(x, k1, c1), k2, c2), [0, 3, 1, 2]);
      const logits = tf.add(tf.matMul(tf.reshape(h, [32, 784]), w), b);
      return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1)));
    };
    const step = descent(loss, [k1, k2, w, c1, c2, b], 0.01);
    return serve([step(), step(), step()], step, 1);
  },

  chain() {
    const x = narrowed();
    const both = tf.valueAndGrad((v) => {
      let y = v;
      for (let i = 0; i < 250; i++) y = tf.sub(tf.mul(tf.add(tf.mul(y, v), 0.3), 0.9), 0.1);
      return y;
    });
    const run = () =>
      tf.tidy(() => {
        const { value, grad } = both(x);
        return [value.dataSync()[0], grad.dataSync()[0]];
      });
    return serve(run(), run, 1);
  },
};

await workloads[workload]();
