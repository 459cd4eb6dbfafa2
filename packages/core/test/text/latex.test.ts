import { add, formulasOf, graph, input, named, splitLike } from '@adjoint/core';
import { at, build } from '@adjoint/core/extend';
import { expect, it } from 'vitest';

it('tells the outputs of one node apart by their indices', () => {
  const [z, x] = [input('z', [4]), input('x', [2])];
  const { outputs } = build(splitLike, [z, x, x], { axis: 0 });
  const sum = named('y', add(at(outputs, 0), at(outputs, 1)));
  expect([...formulasOf(graph({ sum })).values()]).toMatchInlineSnapshot(`
    [
      "{\\operatorname{split}\\left(z\\right)}_{0} + {\\operatorname{split}\\left(z\\right)}_{1}",
    ]
  `);
});
