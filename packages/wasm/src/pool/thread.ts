import { SERVE } from '../module/threads.js';

/** Workers, as Node and pages have them. Each has instances of modules on memories that it shares. */

/** What a thread is told: to help on a memory for as long as it has this generation. */
export interface Service {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly generation: number;
}

export interface Thread {
  /** Has it help once it has left what it helps with now. */
  readonly serve: (service: Service) => void;
}

/**
 * Starts a thread.
 * @param ended is called where it cannot start after all, or ends by itself
 * @returns nothing where there are no threads
 */
export type StartThread = (ended: () => void) => Thread | undefined;

/** Instances one thread after another have the same exports; what calls back into the program runs on its own thread. */
const serving = `({ module, memory, generation }) =>
  new WebAssembly.Instance(module, { env: { memory, kernel() {} } }).exports.${SERVE}(generation)`;

/** What is used of Node, where it is there. */
interface NodeModules {
  readonly 'node:worker_threads': {
    readonly Worker: new (
      source: URL,
      options: { readonly execArgv: readonly string[] },
    ) => {
      unref(): void;
      postMessage(message: unknown): void;
      on(event: 'error', listener: () => void): void;
    };
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
 * A worker from a `data:` URL: it needs no file that a bundler could miss. Source that Node evaluates is read as the
 * flag `--input-type` says, and the flags of the process may load files that are none of the worker's business.
 */
function startInNode({ Worker: NodeWorker }: NodeModules['node:worker_threads'], ended: () => void): Thread {
  const source = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', ${serving});`;
  const worker = new NodeWorker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    execArgv: [],
  });
  worker.on('error', ended);
  worker.unref();
  return { serve: (service) => worker.postMessage(service) };
}

/** A worker from a `blob:` URL, which a Content-Security-Policy has to allow: `worker-src blob:`. */
function startInPage(ended: () => void): Thread {
  const url = URL.createObjectURL(
    new Blob([`const serve = ${serving}; onmessage = ({ data }) => serve(data);`], {
      type: 'text/javascript',
    }),
  );
  const worker = new Worker(url);
  worker.onerror = (event) => {
    // It is not the page's error: everything goes on with fewer threads.
    event.preventDefault();
    ended();
  };
  return { serve: (service) => worker.postMessage(service) };
}

/** Starts a worker that does not keep a process alive. */
export const startThread: StartThread = (ended) => {
  const node = nodeModule('node:worker_threads');
  try {
    return node === undefined ? startInPage(ended) : startInNode(node, ended);
  } catch {
    // Neither a policy of the page nor one of the process stops the work: it goes on with fewer threads.
    return undefined;
  }
};
