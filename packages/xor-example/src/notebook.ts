import { at } from '@adjoint/core/extend';
import type { Matrix } from './manual.js';
import { fixed, formatArray, roundHalfEven, type Nested, type PrintedType } from './numpy-text.js';

/** What the notebook prints of a run: the loss of every epoch, and one prediction for each row of X and Y. */
export interface NotebookRun {
  readonly loss: readonly number[];
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly predictions: readonly number[];
  readonly accuracy: number;
}

/** What the NumPy half of the notebook prints, without the last line end. Its X and Y are integers. */
export function numpyOutput(run: NotebookRun): string {
  return output(run, { data: 'i32', computed: 'f64', rounded: (prediction) => [[prediction]] });
}

/** What the TensorFlow half prints after its version, without the last line end. All of it is f32. */
export function tensorflowOutput(run: NotebookRun): string {
  return output(run, { data: 'f32', computed: 'f32', rounded: (prediction) => [prediction] });
}

/** How a half prints: the dtypes of X and Y and of what it computes, and how it nests one rounded prediction. */
interface Half {
  readonly data: PrintedType;
  readonly computed: PrintedType;
  readonly rounded: (prediction: number) => Nested;
}

function output({ loss, X, Y, predictions, accuracy }: NotebookRun, half: Half): string {
  const data = (row: readonly number[]): string => formatArray(row, half.data);
  const computed = (values: Nested): string => formatArray(values, half.computed);
  return [
    ...loss.flatMap((value, epoch) => (epoch % 20 === 0 ? [`Epoch ${epoch}, Loss: ${fixed(value, 4)}`] : [])),
    '',
    'Predictions after training:',
    ...predictions.map((prediction, i) => {
      const predicted = computed(half.rounded(roundHalfEven(prediction)));
      return `Input: ${data(at(X, i))}, Predicted: ${predicted}, True: ${data(at(Y, i))}`;
    }),
    `Final XOR preds: ${computed(predictions.map((prediction) => [prediction]))}`,
    `Accuracy: ${computed(accuracy)}`,
  ].join('\n');
}
