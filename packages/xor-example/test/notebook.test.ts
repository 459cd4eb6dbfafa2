import { expect, test } from 'vitest';
import { numpyOutput, tensorflowOutput, type NotebookRun } from '../src/notebook.js';
import numpy from './data/xor-numpy-seed1.json' with { type: 'json' };
import tensorflow from './data/xor-tensorflow-seed1.json' with { type: 'json' };

const xor = {
  X: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  Y: [[0], [1], [1], [0]],
};

const run = (of: Partial<NotebookRun>): NotebookRun => ({
  ...xor,
  loss: [],
  predictions: [0, 1, 1, 0],
  accuracy: 1,
  ...of,
});

test('the NumPy half, as the notebook has it', () => {
  const { loss, predictions } = numpy;
  expect(numpyOutput({ ...xor, loss, predictions, accuracy: 1 })).toBe(
    `Epoch 0, Loss: 0.3051
Epoch 20, Loss: 0.0828
Epoch 40, Loss: 0.0324
Epoch 60, Loss: 0.0176
Epoch 80, Loss: 0.0110
Epoch 100, Loss: 0.0078
Epoch 120, Loss: 0.0059
Epoch 140, Loss: 0.0047
Epoch 160, Loss: 0.0039
Epoch 180, Loss: 0.0033
Epoch 200, Loss: 0.0029
Epoch 220, Loss: 0.0025
Epoch 240, Loss: 0.0022
Epoch 260, Loss: 0.0020
Epoch 280, Loss: 0.0018
Epoch 300, Loss: 0.0017
Epoch 320, Loss: 0.0015
Epoch 340, Loss: 0.0014
Epoch 360, Loss: 0.0013
Epoch 380, Loss: 0.0012
Epoch 400, Loss: 0.0012
Epoch 420, Loss: 0.0011
Epoch 440, Loss: 0.0010
Epoch 460, Loss: 0.0010
Epoch 480, Loss: 0.0009

Predictions after training:
Input: [0 0], Predicted: [[0.]], True: [0]
Input: [0 1], Predicted: [[1.]], True: [1]
Input: [1 0], Predicted: [[1.]], True: [1]
Input: [1 1], Predicted: [[0.]], True: [0]
Final XOR preds: [[0.04852618]
 [0.98003239]
 [0.97855588]
 [0.01685806]]
Accuracy: 1.0`,
  );
});

const tensorflowHalf = `Epoch 0, Loss: 0.4084
Epoch 20, Loss: 0.1162
Epoch 40, Loss: 0.0397
Epoch 60, Loss: 0.0179
Epoch 80, Loss: 0.0105
Epoch 100, Loss: 0.0072
Epoch 120, Loss: 0.0054
Epoch 140, Loss: 0.0042
Epoch 160, Loss: 0.0035
Epoch 180, Loss: 0.0029
Epoch 200, Loss: 0.0025
Epoch 220, Loss: 0.0022
Epoch 240, Loss: 0.0020
Epoch 260, Loss: 0.0018
Epoch 280, Loss: 0.0016
Epoch 300, Loss: 0.0015
Epoch 320, Loss: 0.0013
Epoch 340, Loss: 0.0012
Epoch 360, Loss: 0.0012
Epoch 380, Loss: 0.0011
Epoch 400, Loss: 0.0010
Epoch 420, Loss: 0.0010
Epoch 440, Loss: 0.0009
Epoch 460, Loss: 0.0009
Epoch 480, Loss: 0.0008

Predictions after training:
Input: [0. 0.], Predicted: [0.], True: [0.]
Input: [0. 1.], Predicted: [1.], True: [1.]
Input: [1. 0.], Predicted: [1.], True: [1.]
Input: [1. 1.], Predicted: [0.], True: [0.]
`;

test('the TensorFlow half, as the notebook has it', () => {
  const predictions = [0.04663704, 0.98344207, 0.98039705, 0.01546111];
  expect(tensorflowOutput({ ...xor, loss: tensorflow.loss, predictions, accuracy: 1 })).toBe(
    `${tensorflowHalf}Final XOR preds: [[0.04663704]
 [0.98344207]
 [0.98039705]
 [0.01546111]]
Accuracy: 1.0`,
  );
});

test('the TensorFlow half, as a later TensorFlow computes it: two predictions differ in the last place', () => {
  const { loss, predictions } = tensorflow;
  expect(tensorflowOutput({ ...xor, loss, predictions, accuracy: 1 })).toBe(
    `${tensorflowHalf}Final XOR preds: [[0.04663704]
 [0.983442  ]
 [0.98039705]
 [0.0154611 ]]
Accuracy: 1.0`,
  );
});

test('every 20th epoch has its line, however many there are', () => {
  const lines = (epochs: number): string[] =>
    numpyOutput(run({ loss: Array<number>(epochs).fill(0.25) }))
      .split('\n\n')[0]
      ?.split('\n') ?? [];
  expect(lines(1)).toEqual(['Epoch 0, Loss: 0.2500']);
  expect(lines(20)).toEqual(['Epoch 0, Loss: 0.2500']);
  expect(lines(41)).toEqual(['Epoch 0, Loss: 0.2500', 'Epoch 20, Loss: 0.2500', 'Epoch 40, Loss: 0.2500']);
});

test('predictions round halves to the even side, and a wrong one shows', () => {
  const text = numpyOutput(run({ predictions: [0.5, 0.5000001, 0.2, NaN], accuracy: 0.75 }));
  expect(text).toContain('Input: [0 0], Predicted: [[0.]], True: [0]');
  expect(text).toContain('Input: [0 1], Predicted: [[1.]], True: [1]');
  expect(text).toContain('Input: [1 0], Predicted: [[0.]], True: [1]');
  expect(text).toContain('Input: [1 1], Predicted: [[nan]], True: [0]');
  expect(text).toContain('Final XOR preds: [[0.5      ]\n [0.5000001]\n [0.2      ]\n [      nan]]');
  expect(text).toContain('Accuracy: 0.75');
});

test('a prediction near zero puts all of them in scientific notation', () => {
  const text = tensorflowOutput(run({ predictions: [0.00001, 0.9, 0.9, 0.1] }));
  expect(text).toContain('Final XOR preds: [[1.e-05]\n [9.e-01]\n [9.e-01]\n [1.e-01]]\n');
});
