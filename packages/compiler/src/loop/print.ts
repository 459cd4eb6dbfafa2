import { scalar, type Scalar } from '@adjoint/core';
import { addsProducts, combinationOf } from './combine.js';
import { storesAt, type Kernel, type LoopKernel, type Reduction, type Store, type View } from './kernel.js';

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

/** What is used more than once, in the order in which it is computed. */
function sharedParts(values: readonly Scalar[]): readonly Scalar[] {
  const parts = scalar.subexpressions(values);
  const uses = new Map<Scalar, number>();
  const use = (part: Scalar): void => void uses.set(part, (uses.get(part) ?? 0) + 1);
  values.forEach(use);
  for (const part of parts) if (part.kind === 'applied') part.operands.forEach(use);
  return parts.filter((part) => part.kind === 'applied' && (uses.get(part) ?? 0) > 1);
}

/** Writes expressions, what they share under names of its own, `t1` and on. */
class Expressions {
  readonly #names: ReadonlyMap<string, string>;
  readonly #shared = new Map<Scalar, Scalar>();

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  /** A line for each part that several of the values share. */
  share(values: readonly Scalar[]): readonly string[] {
    return sharedParts(values).map((part) => {
      const written = this.write(part);
      const name = `t${this.#shared.size + 1}`;
      this.#shared.set(part, scalar.argument(name, part.dtype));
      return `${name} = ${written}`;
    });
  }

  write(value: Scalar): string {
    return scalar.formatScalar(scalar.substitute(value, this.#shared), this.#names);
  }
}

/** A sum of products of loads is a dot product to a reader, or a term of a matrix product. */
function titleOf(reduction: Reduction): string {
  const { element, combine } = reduction;
  const isDot =
    addsProducts(reduction) &&
    element.kind === 'applied' &&
    element.operands.every(({ kind }) => kind === 'argument');
  return isDot ? 'dot' : combinationOf(combine).title;
}

function loopLines(kernel: LoopKernel): readonly string[] {
  const { extents, reduced: depth, loads, reductions, parallel } = kernel;
  const names = new Map<string, string>();
  const name = (argument: Scalar, text: string): void => {
    if (argument.kind === 'argument') names.set(argument.name, text);
  };
  for (const { argument, view } of loads) name(argument, formatView(view));
  reductions.forEach((reduction, index) =>
    name(reduction.result, reductions.length > 1 ? `${titleOf(reduction)}${index}` : titleOf(reduction)),
  );
  const outs = extents.length - depth;
  const lines: string[] = [];
  const expressions = new Expressions(names);
  const computed = (level: Store['level'], reduced: readonly Reduction[], indent: string): void => {
    const stored = storesAt(kernel, level);
    const values = [...reduced.map(({ element }) => element), ...stored.map(({ value }) => value)];
    const written = [
      ...expressions.share(values),
      ...reduced.map(({ result, element }) => `${expressions.write(result)} ← ${expressions.write(element)}`),
      ...stored.map(({ view, value }) => `${formatView(view)} = ${expressions.write(value)}`),
    ];
    for (const line of written) lines.push(indent + line);
  };
  if (outs > 0) lines.push(`${parallel ? 'in parts, for' : 'for'} ${loopsText(extents.slice(0, outs), 0)}`);
  const indent = outs > 0 ? '  ' : '';
  if (depth === 0) {
    computed('element', [], indent);
    return lines;
  }
  lines.push(`${indent}for ${loopsText(extents.slice(outs), outs)}`);
  computed('element', reductions, `${indent}  `);
  computed('result', [], indent);
  return lines;
}

const namesOf = (views: readonly View[]): string => views.map(({ buffer }) => buffer.name).join(', ');

const indented = (kernels: readonly Kernel[]): readonly string[] =>
  kernels.flatMap(printKernel).map((line) => `  ${line}`);

/** A kernel as a reader would write its loops: `←` combines into the result of a reduction, `@` marks a view that moves with a loop. */
export function printKernel(kernel: Kernel): readonly string[] {
  switch (kernel.kind) {
    case 'loops':
      return loopLines(kernel);
    case 'copy':
      return [`${kernel.to.buffer.name} = ${kernel.from.buffer.name}  (${kernel.size} elements)`];
    case 'call':
      return [`${namesOf(kernel.writes)} ← the op's own kernel of ${namesOf(kernel.reads)}`];
    case 'repeat':
      return [`repeat ${kernel.steps} times`, ...indented(kernel.body)];
    case 'branch':
      return [
        `if ${formatView(kernel.predicate)}`,
        ...indented(kernel.whenTrue),
        'else',
        ...indented(kernel.whenFalse),
      ];
  }
}
