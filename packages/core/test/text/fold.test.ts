import { add, graph, input, multiply, scope, tanh, type Graph, type Value } from '@adjoint/core';
import { boxesOf, scopePath, type Scope } from '@adjoint/core/extend';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** What a box is, written as its definition is: in a time that grows with the square of the nodes. */
function boxesByDefinition({ nodes, outputs }: Graph): readonly (readonly [Scope, number])[] {
  const own = (scope: Scope): number => nodes.filter((node) => node.scope === scope).length;
  const inside = (scope: Scope) => nodes.filter((node) => scopePath(node.scope).includes(scope));
  const scopes = [...new Set(nodes.flatMap(({ scope }) => scopePath(scope)))];
  const broken = scopes.filter((scope) => own(scope) > 0 && own(scope) < scope.size);
  const given = new Set(Object.values(outputs).map(({ node }) => node));
  const isBox = (scope: Scope): boolean => {
    const members = inside(scope);
    const complete = own(scope) > 0 && !broken.some((each) => scopePath(each).includes(scope));
    return (
      complete &&
      members.length > 1 &&
      members
        .slice(0, -1)
        .every(
          (node) =>
            !given.has(node) &&
            nodes.every(
              (user) => members.includes(user) || user.inputs.every(({ node: used }) => used !== node),
            ),
        )
    );
  };
  const all = scopes.filter(isBox);
  return all
    .filter((scope) => scopePath(scope.parent).every((outer) => !all.includes(outer)))
    .map((scope) => [scope, inside(scope).length]);
}

describe('boxes', () => {
  it('are the outermost scopes that are whole and have one result', () => {
    const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(40), fc.nat(40)), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(steps, fc.nat(40), (given, chosen) => {
        const values: Value[] = [input('x', [2])];
        const pick = (index: number): Value => values[index % values.length] ?? input('x', [2]);
        const rest = [...given];
        const build = (depth: number): void => {
          for (let step = rest.shift(); step !== undefined; step = rest.shift()) {
            const [kind, first, second] = step;
            if (kind < 2) scope(`s${kind}`, () => build(depth + 1));
            else if (kind === 2 && depth > 0) return;
            else if (kind === 3) values.push(tanh(pick(first)));
            else
              values.push((kind === 4 ? add : multiply)(pick(first), pick(values.length - 1 - (second % 2))));
          }
        };
        build(0);
        const made = graph({ out: pick(values.length - 1), other: pick(chosen) });
        const boxes = boxesOf(made).map(({ scope: each, nodes }) => [each, nodes.length]);
        expect(boxes).toEqual(boxesByDefinition(made));
      }),
      { numRuns: 300 },
    );
  });
});
