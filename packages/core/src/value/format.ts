import { formatNumber, formatType } from './error.js';
import { toNested, type Nested, type Tensor } from './tensor.js';

const digits = (value: number, dtype: Tensor['dtype']): string =>
  dtype === 'bool'
    ? String(value !== 0)
    : dtype === 'f32'
      ? String(Number(value.toPrecision(8)))
      : formatNumber(value);

/** A small tensor in full, a large one by its type: `[[0, 1], [1, 0]]`, `f64[784, 256] {…}`. */
export function formatTensor(value: Tensor): string {
  if (value.data.length > 16) return `${formatType(value)} {…}`;
  const write = (nested: Nested): string =>
    typeof nested === 'object' ? `[${nested.map(write).join(', ')}]` : digits(Number(nested), value.dtype);
  return write(toNested(value));
}
