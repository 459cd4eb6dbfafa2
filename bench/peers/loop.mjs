// Hand-written loops over typed arrays, gradients derived by hand.
import { absoluteSum, openData, serve } from './peer.mjs';

const [, , workload, path] = process.argv;
const take = openData(path);

/** c[m×n] = a b; element (i, j) of a lies at i·aRow + j·aColumn, and so for b, whose columns are walked innermost. */
function matmul(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c) {
  c.fill(0);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const factor = a[i * aRow + l * aColumn];
      for (let j = 0; j < n; j++) c[i * n + j] += factor * b[l * bRow + j * bColumn];
    }
  }
}

const workloads = {
  xor() {
    const [examples, hidden, rate, steps] = [4, 10, 1.5, 500];
    const [x, y, w1, w2] = [8, 4, 2 * hidden, hidden].map((length) => take(Float64Array, length));
    const b1 = new Float64Array(hidden);
    const z1 = new Float64Array(hidden);
    const [dw1, db1, dw2] = [2 * hidden, hidden, hidden].map((length) => new Float64Array(length));
    let b2 = 0;
    let loss = 0;
    const step = () => {
      dw1.fill(0);
      db1.fill(0);
      dw2.fill(0);
      let db2 = 0;
      loss = 0;
      for (let n = 0; n < examples; n++) {
        let z2 = b2;
        for (let h = 0; h < hidden; h++) {
          z1[h] = x[2 * n] * w1[h] + x[2 * n + 1] * w1[hidden + h] + b1[h];
          if (z1[h] > 0) z2 += z1[h] * w2[h];
        }
        const a2 = 1 / (1 + Math.exp(-z2));
        const difference = a2 - y[n];
        loss += (difference * difference) / examples;
        const dz2 = (2 / examples) * difference * a2 * (1 - a2);
        db2 += dz2;
        for (let h = 0; h < hidden; h++) {
          if (!(z1[h] > 0)) continue;
          dw2[h] += z1[h] * dz2;
          const dz1 = dz2 * w2[h];
          db1[h] += dz1;
          dw1[h] += x[2 * n] * dz1;
          dw1[hidden + h] += x[2 * n + 1] * dz1;
        }
      }
      for (let i = 0; i < w1.length; i++) w1[i] -= rate * dw1[i];
      for (let h = 0; h < hidden; h++) {
        b1[h] -= rate * db1[h];
        w2[h] -= rate * dw2[h];
      }
      b2 -= rate * db2;
    };
    const run = () => {
      for (let i = 0; i < steps; i++) step();
    };
    run();
    return serve([loss], run, steps);
  },

  mlp() {
    const [batch, rate] = [128, 0.01];
    const sizes = [784, 256, 128, 10];
    const [x, y] = [take(Float32Array, batch * 784), take(Float32Array, batch * 10)];
    const layers = [0, 1, 2].map((i) => {
      const [from, to] = [sizes[i], sizes[i + 1]];
      const zeros = (length) => new Float32Array(length);
      return {
        from,
        to,
        w: take(Float32Array, from * to),
        b: zeros(to),
        out: zeros(batch * to),
        d: zeros(batch * to),
        g: zeros(from * to),
      };
    });
    let loss = 0;
    const run = () => {
      let input = x;
      layers.forEach(({ from, to, w, b, out }, index) => {
        matmul(batch, to, from, input, from, 1, w, to, 1, out);
        for (let n = 0; n < batch; n++) {
          for (let j = 0; j < to; j++) {
            const z = out[n * to + j] + b[j];
            out[n * to + j] = index < 2 && z <= 0 ? 0 : z;
          }
        }
        input = out;
      });
      const { out: logits, d: dLogits } = layers[2];
      loss = 0;
      for (let n = 0; n < batch; n++) {
        let most = -Infinity;
        let sum = 0;
        for (let j = 0; j < 10; j++) most = Math.max(most, logits[n * 10 + j]);
        for (let j = 0; j < 10; j++) sum += Math.exp(logits[n * 10 + j] - most);
        for (let j = 0; j < 10; j++) {
          const logarithm = logits[n * 10 + j] - most - Math.log(sum);
          loss -= (y[n * 10 + j] * logarithm) / batch;
          dLogits[n * 10 + j] = (Math.exp(logarithm) - y[n * 10 + j]) / batch;
        }
      }
      for (let index = 2; index > 0; index--) {
        const [{ from, to, w, d }, { out, d: below }] = [layers[index], layers[index - 1]];
        matmul(batch, from, to, d, to, 1, w, 1, to, below);
        for (let i = 0; i < below.length; i++) if (out[i] <= 0) below[i] = 0;
      }
      layers.forEach(({ from, to, w, b, d, g }, index) => {
        const into = index === 0 ? x : layers[index - 1].out;
        matmul(from, to, batch, into, 1, from, d, to, 1, g);
        for (let i = 0; i < w.length; i++) w[i] -= rate * g[i];
        for (let j = 0; j < to; j++) {
          let sum = 0;
          for (let n = 0; n < batch; n++) sum += d[n * to + j];
          b[j] -= rate * sum;
        }
      });
    };
    const losses = [0, 1, 2].map(() => {
      run();
      return loss;
    });
    return serve(losses, run, 1);
  },

  map() {
    const size = 1e6;
    const x = take(Float32Array, size);
    const g = new Float32Array(size);
    let value = 0;
    const run = () => {
      value = 0;
      for (let i = 0; i < size; i++) {
        const s = 1 / (1 + Math.exp(-x[i]));
        const t = Math.tanh(x[i]);
        const e = Math.exp(-x[i] * x[i]);
        value += s * t + e;
        g[i] = s * (1 - s) * t + s * (1 - t * t) - 2 * x[i] * e;
      }
    };
    run();
    return serve([value, g[size / 2], absoluteSum(g)], run, 1);
  },

  matmul() {
    const n = 512;
    const [a, b] = [take(Float32Array, n * n), take(Float32Array, n * n)];
    const c = new Float32Array(n * n);
    const run = () => matmul(n, n, n, a, n, 1, b, n, 1, c);
    run();
    return serve([c[0], c[(n * n) / 2 + 7], absoluteSum(c)], run, 1);
  },

  /** As a scalar engine keeps it: a flat tape of operations with their operands, walked there and back. */
  chain() {
    const [links, calls] = [1000, 100];
    const [x] = take(Float64Array, 1);
    const kinds = Uint8Array.from({ length: links }, (_, i) => i % 4);
    const values = new Float64Array(links + 1);
    let g = 0;
    const run = () => {
      for (let call = 0; call < calls; call++) {
        values[0] = x;
        for (let i = 0; i < links; i++) {
          const y = values[i];
          const kind = kinds[i];
          values[i + 1] = kind === 0 ? y * x : kind === 1 ? y + 0.3 : kind === 2 ? y * 0.9 : y - 0.1;
        }
        g = 0;
        let d = 1;
        for (let i = links - 1; i >= 0; i--) {
          if (kinds[i] === 2) d *= 0.9;
          else if (kinds[i] === 0) {
            g += d * values[i];
            d *= x;
          }
        }
        g += d;
      }
    };
    run();
    return serve([values[links], g], run, calls);
  },
};

await workloads[workload]();
