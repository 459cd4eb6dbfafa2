import {
  equalTensors,
  evaluateNodes,
  interpreter,
  nameOfInput,
  simplify,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { explainPlan, wasm } from '@adjoint/wasm';
import { describe, expect, it } from 'vitest';
import { randomProgram } from './random-programs.js';
import { right } from './running.js';

/** The largest finite number in some tensors. */
const largest = (tensors: Iterable<Tensor>): number => {
  let most = 0;
  for (const { data } of tensors)
    for (const x of data) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x));
  return most;
};

describe('random programs', () => {
  it.each([
    ['f64', 1e-13],
    ['f32', 2e-4],
  ] as const)('of %s agree with the interpreter', (dtype, bound) => {
    const counts = new Map<string, number>();
    const failures: string[] = [];
    for (let seed = 0; seed < Number(process.env.N ?? 1500); seed++) {
      const { program, feeds } = randomProgram(seed, dtype, counts);
      try {
        if (seed % 10 === 0) expect(explainPlan(program)).toContain('every op has code');
        const given = new Map<Value, Tensor>(
          program.graph.inputs.flatMap((input) => {
            const feed = feeds[nameOfInput(input)];
            return feed === undefined ? [] : [[input, feed] as const];
          }),
        );
        const used = Object.fromEntries([...given].map(([input, feed]) => [nameOfInput(input), feed]));
        const scale = largest(evaluateNodes(program.graph.nodes, given).values());
        const expected = right(right(interpreter.compileSync({ p: program })).runSync('p', used)).outputs;
        const found = right(right(wasm.compileSync({ p: program })).runSync('p', used)).outputs;
        for (const [name, tensor] of Object.entries(expected)) {
          tensor.data.forEach((x, index) => {
            const error = Math.abs((found[name]?.data[index] ?? NaN) - x) / scale;
            if (!(error <= bound) && Number.isFinite(x))
              failures.push(
                `seed ${seed} ${name}[${index}]: ${found[name]?.data[index]} not ${x} (scale ${scale})`,
              );
          });
        }
      } catch (error) {
        failures.push(
          `seed ${seed}: ${String(error)} ${error instanceof Error ? error.stack?.split('\n').slice(1, 4).join(' ') : ''}`,
        );
      }
    }
    console.log(Object.fromEntries([...counts].sort()));
    expect(failures.slice(0, 8)).toEqual([]);
  });

  it('keep their bits when they are simplified', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      const { program, feeds } = randomProgram(seed, seed % 2 === 0 ? 'f64' : 'f32', counts);
      const given = new Map<Value, Tensor>(
        program.graph.inputs.flatMap((input) => {
          const feed = feeds[nameOfInput(input)];
          return feed === undefined ? [] : [[input, feed] as const];
        }),
      );
      const simpler = simplify(program.graph);
      const [before, after] = [
        evaluateNodes(program.graph.nodes, given),
        evaluateNodes(simpler.nodes, given),
      ];
      for (const [name, value] of Object.entries(program.graph.outputs)) {
        const [x, y] = [before.get(value), after.get(simpler.outputs[name] ?? value)];
        expect(x && y && equalTensors(x, y), `seed ${seed}, ${name}`).toBe(true);
      }
    }
  });
});
