import * as fc from 'fast-check';
import * as t from 'io-ts/lib/index.js';
import { target, type Target } from '../target.js';
import { expectReads } from './behave.js';
import { damagedBytes } from './bytes.js';
import { crafted, type Crafted as File } from './crafted.js';
import { registry, samples } from './samples.js';
import { damagedSemantics } from './semantics.js';
import { damagedStructure } from './structure.js';

/** Damaged graph files. */

const of = (kind: string, texts: fc.Arbitrary<string>): fc.Arbitrary<File> =>
  texts.map((text) => ({ kind, text }));

let known: fc.Arbitrary<File> | undefined;
/** The process that only runs inputs makes none. */
const inputs = (): fc.Arbitrary<File> => {
  if (known !== undefined) return known;
  const files = samples();
  return (known = fc.oneof(
    { weight: 3, arbitrary: of('bytes', damagedBytes(files)) },
    { weight: 4, arbitrary: of('structure', damagedStructure(files)) },
    { weight: 5, arbitrary: of('semantics', damagedSemantics(files, [...registry.ops.keys()])) },
    { weight: 2, arbitrary: crafted },
  ));
};

export const graphs: Target = target(
  'graphs',
  t.strict({ kind: t.string, text: t.string }),
  fc.constant(undefined).chain(inputs),
  ({ text }) => expectReads(text),
  20,
);
