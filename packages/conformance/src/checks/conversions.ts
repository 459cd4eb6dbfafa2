import { astype, dtypes } from '@adjoint/core';
import { exactly } from '../compare/bounds.js';
import type { Check } from './check.js';
import { broadcasting } from '../generate/samples.js';
import type { Suite } from './suite.js';
import { expectAgreements } from './ops.js';

/** Conversions between dtypes, which are scalar functions without an op in the registry. */
export const conversionChecks = (suite: Suite): readonly Check[] =>
  dtypes.flatMap((from) =>
    dtypes.map((to) => ({
      group: 'conversions',
      name: `${from} to ${to}`,
      check: () =>
        expectAgreements(
          suite,
          broadcasting([from], (x) => astype(x, to)),
          exactly,
          2 * suite.runs,
        ),
    })),
  );
