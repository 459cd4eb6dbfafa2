// jax-js on its WebAssembly backend, each step under `jit`.
import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { absoluteSum, openData, serve } from './peer.mjs';

// It asks of every array whether it is one of these, which Node has from version 24 on.
globalThis.Float16Array ??= class {};

const [, , workload, path] = process.argv;
await init('wasm');
defaultDevice('wasm');
const take = openData(path);
const sizeOf = (shape) => shape.reduce((x, y) => x * y, 1);
const tensor = (...shape) => np.array(take(Float32Array, sizeOf(shape))).reshape(shape);
const doubles = (...shape) =>
  np.array(take(Float64Array, sizeOf(shape)), { dtype: np.float64 }).reshape(shape);

/** Steps of gradient descent under jit, from parameters that each step replaces. */
function descent(loss, start, rate) {
  const step = jit((parameters) => {
    const [value, grads] = valueAndGrad(loss)(tree.ref(parameters));
    return [value, parameters.map((each, i) => each.sub(grads[i].mul(rate)))];
  });
  let parameters = start;
  return async () => {
    const [value, next] = step(parameters);
    parameters = next;
    return (await value.data())[0];
  };
}

const workloads = {
  async xor() {
    const [x, y, w1, w2] = [doubles(4, 2), doubles(4, 1), doubles(2, 10), doubles(10, 1)];
    const zeros = (...shape) => np.zeros(shape, { dtype: np.float64 });
    const loss = ([w1, w2, b1, b2]) => {
      const z = np.matmul(x.ref, w1).add(b1);
      // Its relu has the derivative 1 at 0.
      const hidden = np.where(z.ref.greater(0), z, np.zeros([4, 10], { dtype: np.float64 }));
      const prediction = nn.sigmoid(np.matmul(hidden, w2).add(b2));
      return np.mean(np.square(prediction.sub(y.ref)));
    };
    const step = descent(loss, [w1, w2, zeros(1, 10), zeros(1, 1)], 1.5);
    let last = 0;
    const run = async () => {
      for (let i = 0; i < 500; i++) last = await step();
    };
    await run();
    return serve([last], run, 500);
  },

  async mlp() {
    const sizes = [784, 256, 128, 10];
    const [x, y] = [tensor(128, 784), tensor(128, 10)];
    const weights = [0, 1, 2].map((i) => tensor(sizes[i], sizes[i + 1]));
    const biases = [0, 1, 2].map((i) => np.zeros([sizes[i + 1]]));
    const loss = ([w1, w2, w3, b1, b2, b3]) => {
      const hidden = nn.relu(np.matmul(x.ref, w1).add(b1));
      const logits = np.matmul(nn.relu(np.matmul(hidden, w2).add(b2)), w3).add(b3);
      return np.mean(np.sum(y.ref.mul(nn.logSoftmax(logits)), -1)).neg();
    };
    const step = descent(loss, [...weights, ...biases], 0.01);
    return serve([await step(), await step(), await step()], step, 1);
  },

  async map() {
    const x = tensor(1e6);
    const both = jit(
      valueAndGrad((v) =>
        np.sum(
          nn
            .sigmoid(v.ref)
            .mul(np.tanh(v.ref))
            .add(np.exp(np.square(v).neg())),
        ),
      ),
    );
    const [value, grad] = both(x.ref);
    const g = await grad.data();
    const check = [(await value.data())[0], g[5e5], absoluteSum(g)];
    const run = async () => {
      const [again, gradient] = both(x.ref);
      await again.data();
      await gradient.blockUntilReady();
      gradient.dispose();
    };
    return serve(check, run, 1);
  },

  async matmul() {
    const n = 512;
    const [a, b] = [tensor(n, n), tensor(n, n)];
    const product = jit((x, y) => np.matmul(x, y));
    const c = await product(a.ref, b.ref).data();
    const run = async () => {
      const out = product(a.ref, b.ref);
      await out.blockUntilReady();
      out.dispose();
    };
    return serve([c[0], c[(n * n) / 2 + 7], absoluteSum(c)], run, 1);
  },

  async convnet() {
    const x = tensor(32, 1, 28, 28);
    const labels = np.array(take(Int32Array, 32), { dtype: np.int32 });
    const parameters = [tensor(8, 1, 3, 3), tensor(16, 8, 3, 3), tensor(784, 10)];
    parameters.push(np.zeros([8, 1, 1]), np.zeros([16, 1, 1]), np.zeros([10]));
    const targets = nn.oneHot(labels, 10);
    const layer = (h, k, c) => {
      const convolved = lax.convGeneralDilated(
        h,
        k,
        [1, 1],
        [
          [1, 1],
          [1, 1],
        ],
      );
      const [batch, channels, height, width] = convolved.shape;
      const windows = [batch, channels, height / 2, 2, width / 2, 2];
      return np.max(nn.relu(convolved.add(c)).reshape(windows), [3, 5]);
    };
    const loss = ([k1, k2, w, c1, c2, b]) => {
      const h = layer(layer(x.ref, k1, c1), k2, c2);
      const logits = np.matmul(h.reshape([32, 784]), w).add(b);
      return np.mean(np.sum(targets.ref.mul(nn.logSoftmax(logits)), -1)).neg();
    };
    const step = descent(loss, parameters, 0.01);
    return serve([await step(), await step(), await step()], step, 1);
  },

  async chain() {
    const x = doubles();
    const both = jit(
      valueAndGrad((v) => {
        let y = v.ref;
        for (let i = 0; i < 250; i++) y = y.mul(v.ref).add(0.3).mul(0.9).sub(0.1);
        v.dispose();
        return y;
      }),
    );
    const run = async () => {
      const [value, grad] = both(x.ref);
      return [(await value.data())[0], (await grad.data())[0]];
    };
    return serve(await run(), run, 1);
  },
};

await workloads[workload]();
