import { at, last, scalar } from '@adjoint/core';
import { restride } from '../loop/view.js';
import { inMemory } from './location.js';
import type { Rule } from './rule.js';

/** The list with its last two elements replaced. */
const insert = <T>(list: readonly T[], ...ends: readonly T[]): T[] => [...list.slice(0, -2), ...ends];

/** A matrix product over the domain [batch…, m, n, k]: x has no n, y no m, and y's last two axes change places. */
export const lowerMatmul: Rule = (block, node, out) => {
  const operands = block.operands(node);
  const [x, y] = [at(operands, 0), at(operands, 1)];
  const depth = last(x.shape);
  if (depth === 1) {
    const [a, b] = [scalar.argument('x', out.dtype), scalar.argument('y', out.dtype)];
    const lambda = { parameters: [a, b], body: scalar.multiply(a, b) };
    block.values.set(out, block.fuser.elementwise('matmul', lambda, [x, y], out.shape));
    return;
  }
  const [m, n] = [at(x.shape, x.shape.length - 2), last(y.shape)];
  const xView = restride(block.storage.view(x), (strides) =>
    insert(strides, at(strides, strides.length - 2), 0, last(strides)),
  );
  const yView = restride(block.storage.view(y), (strides) =>
    insert(strides, 0, last(strides), at(strides, strides.length - 2)),
  );
  const factors = [
    inMemory(xView, insert(x.shape, m, 1, depth)),
    inMemory(yView, insert(y.shape, 1, n, depth)),
  ];
  const domain = { shape: [...out.shape, depth], summed: 1 };
  block.values.set(out, block.fuser.contract('matmul', factors, domain));
};
