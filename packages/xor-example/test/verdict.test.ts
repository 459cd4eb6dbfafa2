import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorLine } from '../src/command.js';
import { presets, resolve } from '../src/configuration.js';
import { gradientGraph } from '../src/gradient-graph.js';
import { backward, forward, type Backward, type Forward, type Matrix } from '../src/manual.js';
import { xorModel, type InitialParameters, type XorModel } from '../src/model.js';
import { loadRegistry } from '../src/plugins.js';
import { quantityRows, verdictText, type HandDerivation } from '../src/quantities.js';

/** Hand derivations with one wrong line: that line is wrong, and what reads it follows. */

let model: XorModel;
let initial: InitialParameters;
beforeAll(async () => {
  const registry = await loadRegistry([]);
  if (E.isLeft(registry)) throw new Error(errorLine(registry.left));
  const resolved = resolve({ ...presets.numpy, hidden: 3 }, registry.right);
  if (E.isLeft(resolved)) throw new Error(errorLine(resolved.left));
  initial = resolved.right.initial;
  model = xorModel(initial, resolved.right.activation, resolved.right.loss, 'f64');
});

/** The verdicts that are not "agrees". */
const verdicts = (derivation: HandDerivation): Readonly<Record<string, string>> =>
  Object.fromEntries(
    quantityRows(model, gradientGraph(model), initial, derivation).flatMap(({ name, verdict }) =>
      verdict.kind === 'agrees' ? [] : [[name, verdictText(verdict)]],
    ),
  );

const each = (matrix: Matrix, f: (x: number) => number): Matrix => matrix.map((row) => row.map(f));
const product = (A: Matrix, B: Matrix): Matrix =>
  A.map((row) => (B[0] ?? []).map((_, j) => row.reduce((sum, a, k) => sum + a * (B[k]?.[j] ?? NaN), 0)));
const transpose = (A: Matrix): Matrix => (A[0] ?? []).map((_, j) => A.map((row) => row[j] ?? NaN));
const sums = (A: Matrix): Matrix => [transpose(A).map((row) => row.reduce((sum, x) => sum + x, 0))];
const times = (A: Matrix, B: Matrix): Matrix => A.map((row, i) => row.map((a, j) => a * (B[i]?.[j] ?? NaN)));

/** A backward pass whose lines can be exchanged one by one. */
const backwardWith =
  (line: Partial<Record<keyof Backward, (right: Matrix) => Matrix>>): HandDerivation['backward'] =>
  ({ W2 }, X, Y, { Z1, A1, A2 }) => {
    const own = (name: keyof Backward, right: Matrix): Matrix => line[name]?.(right) ?? right;
    const dA2 = own(
      'dA2',
      A2.map((row, i) => row.map((a, j) => (2 * (a - (Y[i]?.[j] ?? NaN))) / 4)),
    );
    const dZ2 = own(
      'dZ2',
      times(
        dA2,
        each(A2, (a) => a * (1 - a)),
      ),
    );
    const dW2 = own('dW2', product(transpose(A1), dZ2));
    const db2 = own('db2', sums(dZ2));
    const dA1 = own('dA1', product(dZ2, transpose(W2)));
    const dZ1 = own(
      'dZ1',
      times(
        dA1,
        each(Z1, (z) => (z > 0 ? 1 : 0)),
      ),
    );
    const dW1 = own('dW1', product(transpose(X), dZ1));
    const db1 = own('db1', sums(dZ1));
    return { dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1 };
  };

const forwardWith =
  (change: (right: Forward) => Forward): HandDerivation['forward'] =>
  (parameters, X) =>
    change(forward(parameters, X));

describe('the verdict on a hand derivation', () => {
  it('is that it agrees where it is right, by whichever formula', () => {
    expect(verdicts({ forward, backward })).toEqual({});
    expect(verdicts({ forward, backward: backwardWith({}) })).toEqual({});
  });

  it('says that a shape is wrong', () => {
    expect(verdicts({ forward, backward: backwardWith({ dW2: transpose }) })).toEqual({
      dW2: 'wrong: its shape is [1, 3]',
    });
    const cut = (matrix: Matrix): Matrix => matrix.slice(0, 2);
    expect(verdicts({ forward, backward: backwardWith({ dW2: cut }) })).toEqual({
      dW2: 'wrong: its shape is [2, 1]',
    });
    const ragged = (matrix: Matrix): Matrix => matrix.map((row, i) => (i === 0 ? [...row, 1] : row));
    expect(verdicts({ forward, backward: backwardWith({ dW1: ragged }) })).toEqual({
      dW1: 'wrong: its shape is 2 rows of unlike lengths',
    });
  });

  it('is of one line: what reads a wrong quantity follows', () => {
    const doubled = (matrix: Matrix): Matrix => each(matrix, (x) => 2 * x);
    expect(verdicts({ forward, backward: backwardWith({ dZ2: doubled }) })).toEqual({
      dZ2: 'wrong',
      dW2: 'follows dZ2',
      db2: 'follows dZ2',
      dA1: 'follows dZ2',
      dZ1: 'follows dA1',
      dW1: 'follows dZ1',
      db1: 'follows dZ1',
    });
    expect(verdicts({ forward, backward: backwardWith({ db1: doubled }) })).toEqual({ db1: 'wrong' });
  });

  it('finds a second wrong line below the first', () => {
    const doubled = (matrix: Matrix): Matrix => each(matrix, (x) => 2 * x);
    expect(verdicts({ forward, backward: backwardWith({ dZ1: doubled, db1: doubled }) })).toEqual({
      dZ1: 'wrong',
      dW1: 'follows dZ1',
      db1: 'wrong',
    });
  });

  it.each([
    ['by the activation', backwardWith({})],
    ['by what it is an activation of', backward],
  ])('of a wrong A2 spares a derivative of the sigmoid %s', (_, by) => {
    const wrong = forwardWith((right) => ({ ...right, A2: each(right.A2, (a) => a / 2) }));
    const { A2, dA2, dZ2 } = verdicts({ forward: wrong, backward: by });
    expect({ A2, dA2, dZ2 }).toMatchObject({ A2: 'wrong', dA2: 'follows A2' });
    expect(dZ2).toMatch(/^follows /);
  });

  it('is never that what is no number agrees', () => {
    expect(verdicts({ forward, backward: backwardWith({ db2: (m) => each(m, () => NaN) }) })).toEqual({
      db2: 'wrong',
    });
  });
});
