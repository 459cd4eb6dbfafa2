import type { Value } from '@adjoint/core';
import { nodesUnder } from '@adjoint/core/extend';

/** What a value was computed from, or is a derivative of. */

/**
 * What derivatives were derived of: the derivative of w · x by x is w, and no node leads from x to it, but it is a
 * function of x all the same. A list of operands stands for its node, since a node under another name shares it.
 */
const origins = new WeakMap<readonly Value[], Set<Value>>();

/** Remembers what derivatives were derived of. */
export function remember(derivatives: readonly (Value | undefined)[], of: readonly Value[]): void {
  for (const derivative of derivatives) {
    if (derivative === undefined) continue;
    const { inputs } = derivative.node;
    const known = origins.get(inputs);
    if (known === undefined) origins.set(inputs, new Set(of));
    else for (const each of of) known.add(each);
  }
}

/** The values from which a path leads to `value`, itself among them. */
export function valuesUnder(value: Value): ReadonlySet<Value> {
  const under = new Set([value]);
  let roots: readonly Value[] = [value];
  const seen = new Set<Value>(roots);
  while (roots.length > 0) {
    const next: Value[] = [];
    for (const { inputs } of nodesUnder(roots)) {
      for (const input of inputs) under.add(input);
      for (const origin of origins.get(inputs) ?? []) {
        if (seen.has(origin)) continue;
        seen.add(origin);
        under.add(origin);
        next.push(origin);
      }
    }
    roots = next;
  }
  return under;
}
