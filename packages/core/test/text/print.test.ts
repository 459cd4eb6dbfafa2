import {
  add,
  cond,
  constant,
  graph,
  input,
  less,
  matmul,
  mean,
  multiply,
  named,
  print,
  relu,
  scan,
  scope,
  sigmoid,
  square,
  sum,
  type Value,
} from '@adjoint/core';
import { nameValues, nodeParts, nodeText } from '@adjoint/core/extend';
import { gradient } from '@adjoint/autograd';
import { describe, expect, it } from 'vitest';

describe('print', () => {
  const x = input('x', [2, 3]);

  it('writes a node a line, literals where they are used', () => {
    const w = constant([[1], [2], [3]]);
    expect(print(graph({ out: multiply(0.5, matmul(x, w)) }))).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[3, 1] = constant([[1], [2], [3]])
        %2: f64[2, 1] = matmul(x, %1)
        %3: f64[2, 1] = multiply(0.5, %2)
        return out = %3
      }"
    `);
  });

  it('folds a composite, unless told not to', () => {
    const each = graph({ loss: named('loss', mean(square(x))) });
    expect(print(each)).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[2, 3] = square(x)
        loss: f64[] = mean(%1)
        return loss
      }"
    `);
    expect(print(each, { fold: false })).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[2, 3] = square(x)
        %2: f64[] = sum(%1)
        %3: f64[] = count(%1)
        loss: f64[] = divide(%2, %3)
        return loss
      }"
    `);
  });

  it('folds a layer with what is in it, but not one that is used halfway', () => {
    const layer = (): readonly [Value, Value] =>
      scope('layer', () => {
        const inner = square(x);
        return [inner, relu(sum(inner, { axes: [0] }))] as const;
      });
    const [, whole] = layer();
    expect(print(graph({ whole }))).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[3] = layer(x)
        return whole = %1
      }"
    `);
    const [inner, result] = layer();
    expect(print(graph({ inner, result }))).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[2, 3] = square(x)
        %2: f64[3] = sum(%1, axes=[0])
        %3: f64[3] = relu(%2)
        return inner = %1, result = %3
      }"
    `);
  });

  it('does not give the name of the whole to a part', () => {
    const part = mean(x).node.inputs[1];
    if (part === undefined) throw new Error('mean has an operand');
    expect(print(graph({ part }))).not.toContain('mean');
  });

  it('shows a gradient with derivatives as formulas and cotangents by name', () => {
    const y = named('y', sigmoid(multiply(x, 3)));
    expect(print(graph({ dx: gradient(sum(y), x) }))).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[2, 3] = multiply(x, 3)
        y: f64[2, 3] = sigmoid(%1)
        dy: f64[2, 3] = broadcastLike(1, y)
        %2: f64[2, 3] = y * (1 - y)  # sigmoid′
        %3: f64[2, 3] = multiply(dy, %2)
        dx: f64[2, 3] = multiply(%3, 3)
        return dx
      }"
    `);
  });

  it('tells values of one name apart', () => {
    const both = add(named('h', square(x)), named('h', relu(x)));
    expect(print(graph({ both }))).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        h: f64[2, 3] = square(x)
        h_2: f64[2, 3] = relu(x)
        %1: f64[2, 3] = add(h, h_2)
        return both = %1
      }"
    `);
  });

  it('indents the body of a scan', () => {
    const [total = x] = scan(([carry = x], [row = x]) => ({ carries: [add(carry, row)] }), {
      init: [constant([0, 0, 0])],
      sequences: [x],
    });
    expect(print(graph({ total }))).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[3] = constant([0, 0, 0])
        %2: f64[3] = scan(%1, x)
          (carry0: f64[3], slice0: f64[3]) {
            %1: f64[3] = add(carry0, slice0)
            return carry0 = %1
          }
        return total = %2
      }"
    `);
  });

  it('names the bodies of a cond', () => {
    const [y = x] = cond(
      less(sum(x), 1),
      ([each = x]) => [relu(each)],
      ([each = x]) => [each],
      [x],
    );
    expect(print(graph({ y }))).toMatchInlineSnapshot(`
      "(x: f64[2, 3]) {
        %1: f64[] = sum(x)
        %2: bool[] = less(%1, 1)
        %3: f64[2, 3] = cond(%2, x)
          whenTrue (operand0: f64[2, 3]) {
            %1: f64[2, 3] = relu(operand0)
            return out0 = %1
          }
          whenFalse (operand0: f64[2, 3]) {
            return out0 = operand0
          }
        return y = %3
      }"
    `);
  });

  it('gives a node in parts, a formula with what it is the formula of', () => {
    const loss = sum(sigmoid(named('z', multiply(x, 2))));
    const whole = graph({ loss, dx: gradient(loss, x) });
    const names = nameValues(whole);
    const derivative = whole.nodes.map((node) => nodeParts(node, names)).find(({ comment }) => comment);
    expect(derivative).toEqual({
      results: ['%4: f64[2, 3]'],
      operation: '%1 * (1 - %1)',
      comment: 'sigmoid′',
    });
    expect(nodeParts(loss.node, names)).toEqual({ results: ['%2: f64[]'], operation: 'sum(%1)' });
    expect(nodeText(whole, loss.node)).toBe('%2: f64[] = sum(%1)');
  });
});
