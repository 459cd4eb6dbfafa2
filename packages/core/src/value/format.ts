import { formatNumber, formatType } from './error.js';
import { expectArgument } from './argument.js';
import { limits } from './limits.js';
import { sizeOf } from './shape.js';
import { toNested, writtenTensor, type Nested, type Tensor } from './tensor.js';

const digits = (value: number, dtype: Tensor['dtype']): string =>
  dtype === 'bool'
    ? String(value !== 0)
    : dtype === 'f32'
      ? String(Number(value.toPrecision(8)))
      : formatNumber(value);

/** How many numbers, or rows without any, a reader sees in full. */
const MOST = 16;

/** A small tensor in full, a large one by its type: `[[0, 1], [1, 0]]`, `f64[784, 256] {…}`. */
export function formatTensor(value: Tensor): string {
  expectArgument('formatTensor', 'value', value, writtenTensor);
  const { shape, data } = value;
  const rows = data.length === 0 ? shape.slice(0, shape.indexOf(0)) : [];
  if (data.length > MOST || sizeOf(rows) > MOST || shape.length > limits.rank)
    return `${formatType(value)} {…}`;
  const write = (nested: Nested): string =>
    typeof nested === 'object' ? `[${nested.map(write).join(', ')}]` : digits(Number(nested), value.dtype);
  return write(toNested(value));
}
