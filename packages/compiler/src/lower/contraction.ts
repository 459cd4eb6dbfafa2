import { scalar, type Node, type Scalar } from '@adjoint/core';
import {
  at,
  lettersFor,
  lookup,
  rightOrThrow,
  sizeOf,
  sizesOfLetters,
  stridesOver,
  summedLetters,
} from '@adjoint/core/extend';
import { restride } from '../loop/view.js';
import type { Block } from './block.js';
import { inMemory, type Operand } from './location.js';
import { shapesOf, type FamilyOf } from './rule.js';

/** Sums of products: the domain has the axes of the result, then those that are summed over. */
export function lowerContraction(block: Block, node: Node, family: FamilyOf<'contraction'>): void {
  const out = at(node.outputs, 0);
  const operands = block.operands(node);
  const letters = lettersFor(family, operands, node.attributes);
  const sizes = rightOrThrow(sizesOfLetters(letters, shapesOf(operands)));
  const domain = [...letters.result, ...summedLetters(letters)];
  const shape = domain.map((letter) => lookup(sizes, letter));
  const summed = shape.length - out.shape.length;
  if (sizeOf(shape) === 0) {
    block.values.set(out, { kind: 'literal', value: 0, dtype: out.dtype });
    return;
  }
  if (sizeOf(shape.slice(out.shape.length)) !== 1) {
    const factors = operands.map((operand, index) =>
      over(block, operand, at(letters.operands, index), domain),
    );
    block.values.set(out, block.fuser.contract(node.op.name, factors, { shape, summed }));
    return;
  }
  // Where nothing is summed it is a product at each position.
  const factors = operands.map((operand, index) =>
    factorOver(block, operand, at(letters.operands, index), letters.result),
  );
  const parameters = factors.map((_, index) => scalar.argument(`x${index}`, out.dtype));
  const body = parameters.map((each): Scalar => each).reduce((x, y) => scalar.multiply(x, y));
  block.values.set(out, block.fuser.elementwise(node.op.name, { parameters, body }, factors, out.shape));
}

/** An operand in memory over the axes of some letters, stretched along those that it has not. */
function over(block: Block, operand: Operand, own: readonly string[], letters: readonly string[]): Operand {
  const { shape } = operand;
  const view = restride(block.storage.view(operand), (strides) => stridesOver(letters, own, shape, strides));
  const sizes = letters.map((letter) => (own.includes(letter) ? at(shape, own.indexOf(letter)) : 1));
  return inMemory(view, sizes);
}

/** The same, where it is, if its axes have the order of the letters already: what is not in memory need not go there. */
function factorOver(
  block: Block,
  operand: Operand,
  own: readonly string[],
  letters: readonly string[],
): Operand {
  const { location, shape } = operand;
  const long = own.filter((_, axis) => shape[axis] !== 1);
  const isInOrder = long.join() === letters.filter((letter) => long.includes(letter)).join();
  return location.kind === 'view' || !isInOrder
    ? over(block, operand, own, letters)
    : {
        location,
        shape: letters.map((letter) => (own.includes(letter) ? at(shape, own.indexOf(letter)) : 1)),
      };
}
