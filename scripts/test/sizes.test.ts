import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { describe, expect, it } from 'vitest';

/** How much of the packages comes along with what a page uses, minified and gzipped. A limit is raised with a reason. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const entry = 'entry.js';

/** A module that is nowhere in a file. */
const written = (code: string): Plugin => ({
  name: 'written',
  resolveId: (id) => (id === entry ? `${root}${entry}` : undefined),
  load: (id) => (id === `${root}${entry}` ? code : undefined),
});

async function gzippedSize(code: string): Promise<number> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [written(code)],
    build: { write: false, rolldownOptions: { input: entry } },
  });
  if ('close' in built) throw new TypeError('vite watches');
  const chunks = [built].flat().flatMap(({ output }) => output.filter((each) => each.type === 'chunk'));
  return chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0);
}

/** The README's network, trained on a backend. */
const xor = (backend: 'interpreter' | 'wasm'): string => `
  import { add, input, ${backend}, matmul, mean, numpyLegacy, program, relu, sgd, sigmoid, square } from 'adjoint';
  import { state, subtract, tensor, train, zeros } from 'adjoint';
  const [X, Y] = [input('X', [4, 2]), input('Y', [4, 1])];
  const random = numpyLegacy(1);
  const parameters = state({
    W1: random.randn([2, 10]),
    b1: zeros([1, 10]),
    W2: random.randn([10, 1]),
    b2: zeros([1, 1]),
  });
  const { W1, b1, W2, b2 } = parameters;
  const prediction = sigmoid(add(matmul(relu(add(matmul(X, W1), b1)), W2), b2));
  const trained = await train({
    backend: ${backend},
    loss: mean(square(subtract(prediction, Y))),
    parameters,
    optimizer: sgd({ learningRate: 1.5 }),
    feeds: { X: tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), Y: tensor([[0], [1], [1], [0]]) },
    steps: 500,
    programs: { predict: program({ outputs: { prediction } }) },
  })();
  console.log(trained);`;

const addition = "import { add, input } from 'adjoint'; console.log(add(input('x', [2]), input('y', [2])));";

// The aim is 15, 32 and 62 kB. The last two are missed for now: the checks of arguments weigh 2 kB in each, and wasm
// brings 7 kB of code for functions that XOR does not use, since it finds them by name.
describe('a bundle', () => {
  it.each([
    ['add of an input', addition, 15],
    ['XOR trained on the interpreter', xor('interpreter'), 35.2],
    ['XOR trained on wasm', xor('wasm'), 70.6],
  ])('of %s is small', async (_what, code, most) => {
    expect((await gzippedSize(code)) / 1000).toBeLessThanOrEqual(most);
  });
});
