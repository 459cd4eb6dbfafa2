import type { Program } from '@adjoint/core';
import { explain } from '@adjoint/compiler';
import { wasmTarget } from './module/target.js';

/**
 * What a program is compiled to, as text: its kernels with what was fused in each, the bytes that they move and the
 * scalar functions that they evaluate in a step, the ops that run their own kernels, and where memory is used again.
 * It is the plan for strict arithmetic and one thread; kernels that threads may share are written `in parts, for …`.
 * @throws AdjointException where the program is not well typed
 * @example explainPlan(program({ outputs: { y: exp(x) } })).includes('exp') // true
 */
export const explainPlan = (program: Program): string => explain(program, wasmTarget(1));
