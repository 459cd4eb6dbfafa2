import { bytesPerElement, scalar, type Scalar } from '@adjoint/core';
import type { Kernel, LoopKernel, View } from './kernel.js';

/** The loop IR as text. */

const letters = ['i', 'j', 'k', 'l', 'm', 'n', 'p', 'q'];
const letterOf = (axis: number): string => letters[axis] ?? `i${axis}`;

/** `W1[10k + j]` */
function formatView({ buffer, offset, strides, slot, index: indexed }: View): string {
  const times = (stride: number, factor: string): string =>
    stride === 1 ? factor : `${stride}${factor.length === 1 ? '' : '·'}${factor}`;
  const terms = strides.flatMap((stride, axis) => (stride === 0 ? [] : [times(stride, letterOf(axis))]));
  const chosen = indexed === undefined ? [] : [times(indexed.stride, formatView(indexed.by))];
  const index = [...chosen, ...terms, ...(offset === 0 ? [] : [String(offset)])].join(' + ');
  return `${buffer.name}${slot === undefined ? '' : '@'}[${index === '' ? '0' : index}]`;
}

const loopsText = (extents: readonly number[], first: number): string =>
  extents.map((extent, index) => `${letterOf(first + index)} < ${extent}`).join(', ');

function loopLines({ extents, reduced, loads, reductions, stores, parallel }: LoopKernel): readonly string[] {
  const names = new Map<string, string>();
  const name = (argument: Scalar, text: string): void => {
    if (argument.kind === 'argument') names.set(argument.name, text);
  };
  for (const { argument, view } of loads) name(argument, formatView(view));
  reductions.forEach(({ reducer, result }, index) =>
    name(result, reductions.length > 1 ? `${reducer}${index}` : reducer),
  );
  const outs = extents.length - reduced;
  const lines: string[] = [];
  const stored = (level: 'element' | 'result', indent: string): void => {
    for (const store of stores) {
      if (store.level === level)
        lines.push(`${indent}${formatView(store.view)} = ${scalar.formatScalar(store.value, names)}`);
    }
  };
  if (outs > 0) lines.push(`${parallel ? 'in parts, for' : 'for'} ${loopsText(extents.slice(0, outs), 0)}`);
  const indent = outs > 0 ? '  ' : '';
  if (reduced === 0) {
    stored('element', indent);
    return lines;
  }
  lines.push(`${indent}for ${loopsText(extents.slice(outs), outs)}`);
  for (const { element, result } of reductions) {
    lines.push(`${indent}  ${scalar.formatScalar(result, names)} ← ${scalar.formatScalar(element, names)}`);
  }
  stored('element', `${indent}  `);
  stored('result', indent);
  return lines;
}

/** A kernel as a reader would write its loops: `←` gathers into a reduction, `@` marks a view that moves with a loop. */
export function printKernel(kernel: Kernel): readonly string[] {
  switch (kernel.kind) {
    case 'loops':
      return loopLines(kernel);
    case 'copy':
      return [`${kernel.to.buffer.name} = ${kernel.from.buffer.name}  (${kernel.size} elements)`];
    case 'call':
      return [
        `${kernel.writes.map(formatView).join(', ')} = the op's own kernel of ${kernel.reads.map(formatView).join(', ')}`,
      ];
    case 'repeat':
      return [`repeat ${kernel.steps} times`, ...kernel.body.flatMap(printKernel).map((line) => `  ${line}`)];
  }
}

const product = (sizes: readonly number[]): number => sizes.reduce((x, y) => x * y, 1);

/** How many scalar functions a kernel evaluates. */
export function flopsOf(kernel: Kernel, count: (values: readonly Scalar[]) => number): number {
  if (kernel.kind === 'repeat')
    return kernel.steps * kernel.body.reduce((sum, each) => sum + flopsOf(each, count), 0);
  if (kernel.kind !== 'loops') return 0;
  const { extents, reduced, reductions, stores } = kernel;
  const at = (level: 'element' | 'result'): readonly Scalar[] =>
    stores.filter((store) => store.level === level).map(({ value }) => value);
  const elements = count([...at('element'), ...reductions.map(({ element }) => element)]) + reductions.length;
  return (
    product(extents) * elements + product(extents.slice(0, extents.length - reduced)) * count(at('result'))
  );
}

/** How many bytes a kernel reads and writes, each element of each view once. */
export function bytesMoved(kernel: Kernel): number {
  if (kernel.kind === 'repeat')
    return kernel.steps * kernel.body.reduce((sum, each) => sum + bytesMoved(each), 0);
  if (kernel.kind === 'copy') return 2 * kernel.size * bytesPerElement[kernel.from.buffer.dtype];
  if (kernel.kind === 'call') {
    return [...kernel.reads, ...kernel.writes].reduce(
      (sum, { buffer }) => sum + buffer.size * bytesPerElement[buffer.dtype],
      0,
    );
  }
  const elements = ({ strides }: View): number =>
    product(kernel.extents.filter((_, axis) => strides[axis] !== 0));
  return [...kernel.loads, ...kernel.stores].reduce(
    (sum, { view }) => sum + elements(view) * bytesPerElement[view.buffer.dtype],
    0,
  );
}
