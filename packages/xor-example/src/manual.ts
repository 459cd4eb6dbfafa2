/**
 * Backpropagation through the XOR network, derived by hand: 2 inputs, one hidden layer of relu, one sigmoid output,
 * mean squared error. Plain arrays of numbers, and one line for each formula of the notebook.
 *
 * Throughout, `dQ` is ∂L/∂Q, and has the shape of Q.
 */
export type Matrix = readonly (readonly number[])[];

/** Two layers: W1 is 2×hidden, b1 is 1×hidden, W2 is hidden×1, b2 is 1×1. */
export interface Parameters {
  W1: Matrix;
  b1: Matrix;
  W2: Matrix;
  b2: Matrix;
}

/** What the forward pass computes, in its order. */
export type Forward = Record<'Z1' | 'A1' | 'Z2' | 'A2', Matrix>;

/** What the backward pass computes, in its order. */
export type Backward = Record<'dA2' | 'dZ2' | 'dW2' | 'db2' | 'dA1' | 'dZ1' | 'dW1' | 'db1', Matrix>;

/** The twelve quantities of one epoch. */
export type Quantities = Forward & Backward;

/** The network on X, one example a row. `A2` holds the predictions. */
export function forward({ W1, b1, W2, b2 }: Parameters, X: Matrix): Forward {
  const Z1 = addRow(matmul(X, W1), b1);
  const A1 = map(Z1, relu);
  const Z2 = addRow(matmul(A1, W2), b2);
  const A2 = map(Z2, sigmoid);
  return { Z1, A1, Z2, A2 };
}

/** The chain rule from the loss back to the parameters, through what `forward` computed on the same X. */
export function backward({ W2 }: Parameters, X: Matrix, Y: Matrix, { Z1, A1, Z2, A2 }: Forward): Backward {
  const dA2 = zip(A2, Y, (a, y) => (2 * (a - y)) / Y.length); // L = Σ (A2 − Y)² / N
  const dZ2 = zip(dA2, Z2, (dA, z) => dA * sigmoidDerivative(z)); // A2 = σ(Z2)
  const dW2 = matmul(transpose(A1), dZ2); // Z2 = A1·W2 + b2: entry by entry, ∂Z2ᵢₖ/∂W2ⱼₖ = A1ᵢⱼ
  const db2 = columnSums(dZ2); // b2 is added to every row

  const dA1 = matmul(dZ2, transpose(W2)); // ∂Z2ᵢₖ/∂A1ᵢⱼ = W2ⱼₖ
  const dZ1 = zip(dA1, Z1, (dA, z) => dA * reluDerivative(z)); // A1 = relu(Z1)
  const dW1 = matmul(transpose(X), dZ1); // Z1 = X·W1 + b1
  const db1 = columnSums(dZ1);
  return { dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1 };
}

/** The mean squared error, L = Σ (A2 − Y)² / N. */
export function meanSquaredError(A2: Matrix, Y: Matrix): number {
  return sum(zip(A2, Y, (a, y) => (a - y) * (a - y)).flat()) / Y.length;
}

/** One epoch of gradient descent. `loss` and `quantities` are those at `parameters`; `next` is one step on. */
export function epoch(
  parameters: Parameters,
  X: Matrix,
  Y: Matrix,
  learningRate: number,
): { loss: number; quantities: Quantities; next: Parameters } {
  const ahead = forward(parameters, X);
  const back = backward(parameters, X, Y, ahead);
  const descend = (Q: Matrix, dQ: Matrix): Matrix => zip(Q, dQ, (q, dq) => q - learningRate * dq);
  const next = {
    W1: descend(parameters.W1, back.dW1),
    b1: descend(parameters.b1, back.db1),
    W2: descend(parameters.W2, back.dW2),
    b2: descend(parameters.b2, back.db2),
  };
  return { loss: meanSquaredError(ahead.A2, Y), quantities: { ...ahead, ...back }, next };
}

/**
 * The notebook's training loop, at least one epoch long: the loss of every epoch, the quantities of the first
 * and of the last, and the parameters after the last.
 */
export function trainByHand(
  parameters: Parameters,
  X: Matrix,
  Y: Matrix,
  { learningRate, epochs }: { learningRate: number; epochs: number },
): { loss: number[]; first: Quantities; last: Quantities; parameters: Parameters } {
  let step = epoch(parameters, X, Y, learningRate);
  const first = step.quantities;
  const loss = [step.loss];
  while (loss.length < epochs) {
    step = epoch(step.next, X, Y, learningRate);
    loss.push(step.loss);
  }
  return { loss, first, last: step.quantities, parameters: step.next };
}

const relu = (z: number): number => Math.max(0, z);
const reluDerivative = (z: number): number => (z > 0 ? 1 : 0);
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const sigmoidDerivative = (z: number): number => sigmoid(z) * (1 - sigmoid(z));

/** An entry that has to be there: what is missing must not pass for a number. */
function entry<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`there is no entry ${index} among ${list.length}`);
  return found;
}

const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);
const columnSums = (A: Matrix): Matrix => [transpose(A).map(sum)];
const transpose = (A: Matrix): Matrix => entry(A, 0).map((_, j) => A.map((row) => entry(row, j)));
const map = (A: Matrix, f: (a: number) => number): Matrix => A.map((row) => row.map(f));
const zip = (A: Matrix, B: Matrix, f: (a: number, b: number) => number): Matrix =>
  A.map((row, i) => row.map((a, j) => f(a, entry(entry(B, i), j))));
const addRow = (A: Matrix, b: Matrix): Matrix => A.map((row) => row.map((a, j) => a + entry(entry(b, 0), j)));

function matmul(A: Matrix, B: Matrix): Matrix {
  const columns = transpose(B);
  const dot = (row: readonly number[], column: readonly number[]): number =>
    sum(row.map((a, k) => a * entry(column, k)));
  return A.map((row) => columns.map((column) => dot(row, column)));
}
