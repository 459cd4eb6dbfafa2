import { quit, SERVE } from './module/threads.js';

/** Threads that help with the parts of parallel kernels: workers, each with an instance of the module on one memory. */

/** Instances one thread after another have the same exports; what calls back into the program runs on its own thread. */
const serving = `new WebAssembly.Instance(module, { env: { memory, kernel() {} } }).exports.${SERVE}();`;

/** What is used of Node, where it is there. */
interface NodeModules {
  readonly 'node:worker_threads': {
    readonly Worker: new (
      source: string,
      options: { readonly eval: true; readonly workerData: unknown },
    ) => { unref(): void };
  };
  readonly 'node:os': { readonly availableParallelism: () => number };
}

function nodeModule<N extends keyof NodeModules>(name: N): NodeModules[N] | undefined {
  // Only looked for: in a page there is no such global, and an import would fail there.
  const { process } = globalThis as {
    readonly process?: { readonly getBuiltinModule?: (name: N) => NodeModules[N] | undefined };
  };
  return process?.getBuiltinModule?.(name);
}

/** Whether threads can share memory here: in a page only where it is isolated from other origins. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' &&
  (nodeModule('node:worker_threads') !== undefined ||
    (typeof crossOriginIsolated !== 'undefined' && crossOriginIsolated));

/** How many threads can run at the same time. */
export const cores = (): number =>
  nodeModule('node:os')?.availableParallelism() ?? navigator.hardwareConcurrency;

/**
 * Starts threads. They do not keep a process alive, and end when their owner is collected.
 * @returns what ends them at once
 */
export function startThreads(
  count: number,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  { owner, control }: { readonly owner: object; readonly control: number },
): () => void {
  const node = nodeModule('node:worker_threads');
  for (let each = 0; each < count; each++) {
    if (node !== undefined) {
      const source = `const { module, memory } = require('node:worker_threads').workerData; ${serving}`;
      new node.Worker(source, { eval: true, workerData: { module, memory } }).unref();
      continue;
    }
    const source = `onmessage = ({ data: { module, memory } }) => { ${serving} close(); };`;
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    new Worker(url).postMessage({ module, memory });
  }
  forgotten.register(owner, { memory, control }, owner);
  return () => {
    forgotten.unregister(owner);
    quit(memory, control);
  };
}

/** Ends the threads of executables that nobody references any more. */
const forgotten = new FinalizationRegistry<{ readonly memory: WebAssembly.Memory; readonly control: number }>(
  ({ memory, control }) => {
    quit(memory, control);
  },
);
