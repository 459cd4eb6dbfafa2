import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../peers/', import.meta.url));

/** A command and its arguments. */
export type Command = readonly [command: string, ...args: string[]];

/** How a peer is started; the workload's name and the data file's path are put in place of these two. */
export interface Peer {
  readonly name: string;
  readonly workloads: readonly string[];
  readonly command: (workload: string, data: string) => Command;
}

interface Peers {
  readonly present: readonly Peer[];
  /** Why others are not measured here. */
  readonly missing: readonly string[];
}

const all = ['xor', 'mlp', 'map', 'matmul', 'convnet', 'chain'];
const withoutConvolution = all.filter((name) => name !== 'convnet');
const large = ['mlp', 'map', 'matmul', 'convnet'];

const node = (
  name: string,
  workloads: readonly string[],
  script: string,
  options: readonly string[] = [],
  flags: readonly string[] = [],
): Peer => ({
  name,
  workloads,
  command: (workload, data) => [process.execPath, ...flags, folder + script, workload, data, ...options],
});

/** The product in its kinds. */
const adjointPeers: readonly Peer[] = [
  node('adjoint', all, 'adjoint.mjs'),
  node('adjoint relaxed', large, 'adjoint.mjs', ['relaxed']),
  node('adjoint, 2 threads', large, 'adjoint.mjs', ['threads=2']),
  node('adjoint relaxed, 2 threads', large, 'adjoint.mjs', ['relaxed', 'threads=2']),
  node('adjoint interpreter', ['mlp'], 'adjoint.mjs', ['interpreter']),
];

const adjointNames = new Set(adjointPeers.map(({ name }) => name));

/** Whether a peer of this name is the product, in one of its kinds. */
export const isAdjoint = (peer: string): boolean => adjointNames.has(peer);

const succeeds = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** C peers, compiled for the workloads into a folder. */
function compiled(into: string, name: string, flags: readonly string[]): Peer {
  const suffix = name.replace(/\W+/g, '');
  for (const workload of withoutConvolution) {
    const { status, stderr } = spawnSync(
      'gcc',
      ['-std=gnu11', ...flags, `${folder}c/${workload}.c`, '-o', `${into}/${workload}-${suffix}`, '-lm'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`gcc cannot compile ${workload}.c: ${stderr}`);
  }
  return {
    name,
    workloads: withoutConvolution,
    command: (workload, data) => [`${into}/${workload}-${suffix}`, data],
  };
}

/**
 * The peers that this machine has.
 * @param into where what is compiled is put
 */
export function findPeers(into: string): Peers {
  // A loop runs wherever the product does.
  const present = [...adjointPeers, node('JS loop', withoutConvolution, 'loop.mjs')];
  const missing: string[] = [];
  const offer = (found: boolean, why: string, peers: () => readonly Peer[]): void => {
    if (found) present.push(...peers());
    else missing.push(why);
  };
  offer(succeeds('gcc', ['--version']), 'C: there is no gcc', () => [
    compiled(into, 'C -O3', ['-O3']),
    compiled(into, 'C -O3 -march=native -ffast-math', ['-O3', '-march=native', '-ffast-math']),
  ]);
  for (const [name, module, script, workloads] of [
    ['NumPy', 'numpy', 'numpy_peer.py', withoutConvolution.filter((each) => each !== 'chain')],
    ['PyTorch, 1 thread', 'torch', 'torch_peer.py', all],
    ['JAX jit', 'jax', 'jax_peer.py', all],
  ] as const) {
    offer(succeeds('python3', ['-c', `import ${module}`]), `${name}: python3 has no ${module}`, () => [
      { name, workloads, command: (workload, data) => ['python3', folder + script, workload, data] },
    ]);
  }
  // Differentiating a long chain overflows the default stack.
  present.push(
    node('jax-js', all, 'jax-js.mjs', [], ['--stack-size=4000']),
    node('tfjs wasm', all, 'tfjs.mjs', ['wasm'], ['--stack-size=4000']),
    node('tfjs cpu', all, 'tfjs.mjs', ['cpu'], ['--stack-size=4000']),
  );
  return { present, missing };
}
