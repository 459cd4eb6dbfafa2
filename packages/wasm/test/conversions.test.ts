import { astype, dtypes } from '@adjoint/core';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { broadcasting, exactly, expectAgreement, someSources } from './generated.js';

/** Kernels that no op of the registry stands for, beside the interpreter; those of its ops are in ops.test.ts. */

describe('conversions', () => {
  const pairs = dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const));
  it.each(pairs)('%s to %s', (from, to) => {
    const samples = broadcasting([from], (x) => astype(x, to));
    fc.assert(
      fc.property(samples, someSources, (sample, sources) => expectAgreement(sample, sources, exactly)),
      { numRuns: 40 },
    );
  });
});
