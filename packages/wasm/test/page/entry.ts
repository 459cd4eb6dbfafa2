import { equalTensors, fromData, input, matmul, program, relu, sum, type Tensor } from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import { wasmBackend } from '@adjoint/wasm';

/** What runs in the page: a product large enough to be shared, with its gradient, on one thread and on two. */

const numbers = (seed: number): Tensor =>
  fromData(
    'f32',
    [128, 128],
    Float32Array.from({ length: 128 * 128 }, (_, i) => Math.sin(seed * (i + 1))),
  );

const [x, w] = [input('x', [128, 128], 'f32'), input('w', [128, 128], 'f32')];
const value = sum(relu(matmul(x, w)));
const compiled = program({ outputs: { value, dw: gradient(value, w) } });

/** Kept, so that its threads are not collected before they are counted. */
const executables: unknown[] = [];
Object.assign(globalThis, { executables });

async function outputs(threads: number): Promise<Readonly<Record<string, Tensor>> | string> {
  const executable = await wasmBackend({ threads }).compile({ compiled })();
  if (executable._tag === 'Left') return JSON.stringify(executable.left);
  executables.push(executable.right);
  const run = executable.right.run('compiled', { x: numbers(1), w: numbers(2) }, { steps: 20 });
  const result = await run();
  return result._tag === 'Left' ? JSON.stringify(result.left) : result.right.outputs;
}

const [alone, together] = [await outputs(1), await outputs(2)];
const atOnce = wasmBackend({ threads: 1 }).compileSync({ compiled });
const same =
  typeof alone !== 'string' &&
  typeof together !== 'string' &&
  Object.entries(alone).every(([name, tensor]) => {
    const other = together[name];
    return other !== undefined && equalTensors(tensor, other);
  });
document.title =
  atOnce._tag === 'Left' && typeof alone === 'string'
    ? `refused: ${alone} and at once ${JSON.stringify(atOnce.left)}`
    : same
      ? 'the same'
      : `different: ${JSON.stringify([alone, together])}`;
