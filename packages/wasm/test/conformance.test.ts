import { conformance, register } from '@adjoint/conformance';
import type { Program } from '@adjoint/core';
import { explainPlan, wasm } from '@adjoint/wasm';
import { describe, it } from 'vitest';
import { accuracies } from './accuracy.js';

/** The backend beside the interpreter, on everything there is. More samples with `RUNS` and `PROGRAMS`. */

const { RUNS = '20', PROGRAMS = '1500' } = process.env;

/** As the plan names them. */
const uncovered = (program: Program): readonly string[] => {
  const [, names] = /^run by their own kernels: (.*)$/m.exec(explainPlan(program)) ?? [];
  return names?.split(', ') ?? [];
};

const checks = conformance(wasm, {
  accuracies,
  uncovered,
  runs: Number(RUNS),
  programs: Number(PROGRAMS),
  log: console.log,
});
register(checks, { describe, it });
