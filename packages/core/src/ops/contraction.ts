import { noAttributes, type NoAttributes } from '../file/codec.js';
import type { DType, TypedArray } from '../value/dtype.js';
import { product, within } from '../scalar/formula.js';
import { primitive, type KernelCall, type Primitive } from '../ir/op.js';
import type { Fits, Matmul, OneDType } from './shape-types.js';
import { build1, type Value } from '../ir/value.js';
import { broadcastShapes, broadcastStrides, offsetsOf, type Shape } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';
import { expandDims, matrixTranspose, squeeze } from './movement.js';
import { sumLike } from './reduction.js';
import { one, refused } from './rule.js';

interface MatmulBuilder {
  <D extends DType, E extends DType, A extends Shape, B extends Shape>(
    x: Value<D, A>,
    y: Value<E, B> & Fits<'matmul', A, B, Matmul<A, B>> & OneDType<'matmul', D, E>,
  ): Value<D & E, Matmul<A, B>>;
  <D extends DType, B extends Shape>(
    y: Value<D, B>,
  ): <A extends Shape>(x: Value<D, A> & Fits<'matmul', A, B, Matmul<A, B>>) => Value<D, Matmul<A, B>>;
}

/** Adds x[m, k] · y[k, n] to `sums`, row by row of `y`, so that the inner loop runs along memory. */
function addProduct(
  x: TypedArray,
  y: TypedArray,
  sums: Float64Array,
  { m, k, n, xBase, yBase }: Record<'m' | 'k' | 'n' | 'xBase' | 'yBase', number>,
): void {
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const factor = x[xBase + i * k + l] ?? 0;
      const row = yBase + l * n;
      for (let j = 0; j < n; j++) sums[i * n + j] = (sums[i * n + j] ?? 0) + factor * (y[row + j] ?? 0);
    }
  }
}

/** Sums in doubles, rounded once: the reference for every other backend. */
function kernel({ inputs: [x, y], out }: KernelCall<NoAttributes, readonly [Tensor, Tensor]>): void {
  const [m = 1, n = 1] = out.shape.slice(-2);
  const k = x.shape.at(-1) ?? 1;
  const batch = out.shape.slice(0, -2);
  const offsets = (shape: Shape): Int32Array => offsetsOf(batch, broadcastStrides(shape.slice(0, -2), batch));
  const xOffsets = offsets(x.shape);
  const yOffsets = offsets(y.shape);
  const sums = new Float64Array(m * n);
  for (let each = 0; each < xOffsets.length; each++) {
    // What every number can be added to without changing; a sum of nothing is 0.
    sums.fill(k > 0 ? -0 : 0);
    const xBase = (xOffsets[each] ?? 0) * m * k;
    const yBase = (yOffsets[each] ?? 0) * k * n;
    addProduct(x.data, y.data, sums, { m, k, n, xBase, yBase });
    out.data.set(sums, each * m * n);
  }
}

/**
 * The matrix product over the last two axes; leading axes are batches and broadcast. A vector on the left is a row,
 * on the right a column, and its axis is not in the result.
 */
export const matmul: MatmulBuilder & Primitive<NoAttributes> = primitive(
  {
    name: 'matmul',
    arity: 2,
    attributes: () => noAttributes,
    types([x, y]) {
      if (x.dtype !== y.dtype) return refused('the operands differ in dtype', 'Convert one with astype.');
      if (x.dtype !== 'f64' && x.dtype !== 'f32') return refused(`takes f64 or f32, given ${x.dtype}`);
      const [m, k] = x.shape.slice(-2);
      const [inner, n] = y.shape.slice(-2);
      if (m === undefined || k === undefined || inner === undefined || n === undefined) {
        return refused('takes matrices, or batches of them');
      }
      if (k !== inner) {
        return refused(
          `the first operand has ${k} columns, the second ${inner} rows`,
          'The last axis of the first and the last but one of the second must be equal.',
        );
      }
      const batch = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2));
      return batch === undefined
        ? refused('the batch axes do not broadcast')
        : one(x.dtype, [...batch, m, n]);
    },
    kernel,
    // C = A B: dA = dC Bᵀ, dB = Aᵀ dC, summed over the batches for which an operand was repeated.
    pullback: ({ inputs: [x, y], cotangent }) => [
      fitted(matmul(cotangent, matrixTranspose(y)), x),
      fitted(matmul(matrixTranspose(x), cotangent), y),
    ],
    latex: ([x, y]) => product(`${within(x, 3)} \\, ${within(y, 3)}`),
  },
  (op) => {
    const product = (x: Value, y: Value): Value => {
      // Vectors become matrices with an axis of size 1, which the result gives up again.
      const row = x.shape.length === 1;
      const column = y.shape.length === 1;
      const out = build1(op(), [row ? expandDims(x, [0]) : x, column ? expandDims(y, [1]) : y], {});
      const added = [...(row ? [-2] : []), ...(column ? [-1] : [])];
      return added.length === 0 ? out : squeeze(out, added);
    };
    return (first: Value, second?: Value): unknown =>
      second === undefined ? (x: Value) => product(x, first) : product(first, second);
  },
  // The type rule computes the shape that the type says.
) as MatmulBuilder & Primitive<NoAttributes>;

/** Two matrices have no batches to sum over, however they are rebound; more axes may have. */
const fitted = (cotangent: Value, operand: Value): Value =>
  cotangent.shape.length === 2 && operand.shape.length === 2 ? cotangent : sumLike(cotangent, operand);
