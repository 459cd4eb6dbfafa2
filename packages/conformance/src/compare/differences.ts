import { formatType, type Tensor } from '@adjoint/core';
import { at, formatNumber, sameType } from '@adjoint/core/extend';

/** How far each element of a result may be from what the interpreter gives. */
export type Bound = (index: number) => number;

/** As many differences as a message shows. */
const SHOWN = 5;

/**
 * Where a tensor is not what was expected. Bits are compared; only a finite number, and no zero of the other sign, may
 * be off by the bound.
 * @param label what an element is called; its index unless given
 */
export function differences(
  found: Tensor | undefined,
  expected: Tensor,
  bound: Bound,
  label: (index: number) => string = (index) => `[${index}]`,
): readonly string[] {
  if (found === undefined) return ['the output is missing'];
  if (!sameType(found, expected)) return [`gives ${formatType(found)}, not ${formatType(expected)}`];
  const wrong: string[] = [];
  expected.data.forEach((x, index) => {
    const y = at(found.data, index);
    if (Object.is(x, y)) return;
    const allowed = bound(index);
    if (Number.isFinite(x) && x !== y && Math.abs(x - y) <= allowed) return;
    wrong.push(`${label(index)}: ${formatNumber(y)}, not ${formatNumber(x)} ± ${allowed}`);
  });
  return wrong;
}

/**
 * Ends a check that found something.
 * @throws Error with the first few differences, where there are any
 */
export function expectNone(what: string, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  const more = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : [];
  throw new Error([what, ...wrong.slice(0, SHOWN), ...more].join('\n  '));
}
