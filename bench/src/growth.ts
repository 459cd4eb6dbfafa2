import {
  add,
  exp,
  input,
  multiply,
  program,
  sum,
  zeros,
  tensor,
  type Program,
  type Tensors,
} from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import { wasm } from '@adjoint/wasm';
import { median } from './statistics.js';

/** What compiling and running costs at one size. */
export interface Cost {
  readonly size: number;
  readonly compileSeconds: number;
  readonly stepSeconds: number;
}

/** A chain of scalar operations with its gradient, of about so many nodes. */
function chain(nodes: number): Program {
  const x = input('x', []);
  let y = x;
  // A product and a sum are 3 nodes with the number, their gradient 3 more.
  for (let i = 0; i < nodes / 6; i++) y = add(multiply(y, x), 0.3);
  return program({ outputs: { y, g: gradient(y, x) } });
}

/** A value and its gradient over so many elements. */
function elements(size: number): Program {
  const x = input('x', [size], 'f32');
  const value = sum(exp(multiply(x, x)));
  return program({ outputs: { value, g: gradient(value, x) } });
}

const timed = (run: () => void): number => {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
};

/** Seconds. */
const WARM_UP = 1.5;

function cost(size: number, program: Program, feeds: Tensors, fewestSteps: number): Cost {
  const compile = () => wasm.compileSync({ program });
  const compileSeconds = median(Array.from({ length: 3 }, () => timed(() => void compile())));
  const executable = compile();
  if (executable._tag === 'Left') throw new Error(`a program of size ${size} does not compile`);
  // Several steps a call, so that copying the feeds and the outputs is not what is measured.
  const steps = Math.max(fewestSteps, Math.round(2e5 / size));
  const run = (): void => void executable.right.runSync('program', feeds, { steps });
  // Engines optimize code that has run for a while, a large function late.
  for (let spent = 0; spent < WARM_UP;) spent += timed(run);
  const stepSeconds = median(Array.from({ length: 7 }, () => timed(run))) / steps;
  return { size, compileSeconds, stepSeconds };
}

/** Over the number of nodes, from 10 to 100,000. */
export const overNodes = (): readonly Cost[] =>
  [10, 100, 1e3, 1e4, 1e5].map((size) => {
    const program = chain(size);
    return cost(program.graph.nodes.length, program, { x: tensor(0.999) }, 200);
  });

/** Over the number of elements, from 1 to 10⁷. */
export const overElements = (): readonly Cost[] =>
  [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].map((size) =>
    cost(size, elements(size), { x: zeros([size], 'f32') }, 20),
  );
