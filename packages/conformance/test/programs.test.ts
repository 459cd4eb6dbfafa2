import { randomProgram } from '@adjoint/conformance';
import { equalTensors, nameOfInput, simplify, type Tensor, type Value } from '@adjoint/core';
import { evaluateNodes, lookup } from '@adjoint/core/extend';
import { describe, expect, it } from 'vitest';

describe('random programs', () => {
  it('are the same for the same seed', () => {
    const [first, second] = [0, 0].map((seed) => randomProgram(seed, 'f64', new Map()));
    expect(first?.feeds).toEqual(second?.feeds);
    expect(first?.program.graph.nodes.map(({ op }) => op.name)).toEqual(
      second?.program.graph.nodes.map(({ op }) => op.name),
    );
  });

  it('keep their bits when they are simplified', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      const { program, feeds } = randomProgram(seed, seed % 2 === 0 ? 'f64' : 'f32', counts);
      const fed = new Map(Object.entries(feeds));
      const given = new Map<Value, Tensor>(
        program.graph.inputs.map((input) => [input, lookup(fed, nameOfInput(input))] as const),
      );
      const simpler = simplify(program.graph);
      const simplified = new Map(Object.entries(simpler.outputs));
      const [before, after] = [
        evaluateNodes(program.graph.nodes, given),
        evaluateNodes(simpler.nodes, given),
      ];
      for (const [name, value] of Object.entries(program.graph.outputs)) {
        const [x, y] = [lookup(before, value), lookup(after, lookup(simplified, name))];
        expect(equalTensors(x, y), `seed ${seed}, ${name}`).toBe(true);
      }
    }
  });
});
