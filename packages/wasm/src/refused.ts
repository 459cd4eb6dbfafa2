import type { AdjointError } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';

/** What engines and pages say where they do not let WebAssembly be compiled: Chromium, Firefox, Safari. */
const policy = /content.?security.?policy|unsafe-eval|blocked by CSP|disallowed by embedder/i;

/** Why a module does not run: engines have limits of their own, on the size of a function, and of a module. */
export function refusedByEngine(error: unknown): AdjointError {
  const message = error instanceof Error ? error.message : String(error);
  if (policy.test(message)) {
    const problem = 'the page does not let WebAssembly be compiled';
    const remedy = `Its Content-Security-Policy needs script-src 'wasm-unsafe-eval'; the interpreter runs without.`;
    return invalid('program', [], problem, remedy);
  }
  const problem = `the engine does not take its module: ${message}`;
  return invalid('program', [], problem, 'Divide it into several programs, or run it on the interpreter.');
}
