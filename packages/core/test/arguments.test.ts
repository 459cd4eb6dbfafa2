import * as core from '@adjoint/core';
import { describe, expect, it } from 'vitest';
import { faultsOf } from './arguments/attempt.js';
import { rowOf, rows } from './arguments/rows.js';

// Whatever plain JavaScript passes, functions say what they expected: AdjointExceptions, and Lefts where Eithers are given.

type Fn = (...args: never[]) => unknown;
const isFunction = (u: unknown): u is Fn => typeof u === 'function';

const functions = new Map<string, Fn>();
/** Classes are made with `new`, and say so themselves. */
const classes = ['AdjointException'];
for (const [name, exported] of Object.entries(core)) {
  if (isFunction(exported) && !classes.includes(name)) functions.set(name, exported);
}
for (const [name, exported] of Object.entries(core.scalar)) {
  if (isFunction(exported)) functions.set(`scalar.${name}`, exported);
}
/** Methods have their rows under the names of what they are of. */
for (const path of Object.keys(rows).filter((each) => each.includes('.') && !functions.has(each))) {
  const [owner = '', name = ''] = path.split('.');
  const methods = new Map<string, unknown>(Object.entries(core)).get(owner);
  const found: unknown = Object(methods) === methods ? Reflect.get(Object(methods), name) : undefined;
  if (isFunction(found)) functions.set(path, found);
}

describe('wrong arguments', () => {
  it('are tried of every export', () => {
    const without = [...functions]
      .filter(([name, fn]) => rowOf(name, fn) === undefined)
      .map(([name]) => name);
    expect(without).toEqual([]);
    expect(Object.keys(rows).filter((name) => !functions.has(name))).toEqual([]);
  });

  it.each([...functions.keys()])('are refused by %s', async (name) => {
    const fn = functions.get(name);
    const row = fn && rowOf(name, fn);
    const faults = fn && row ? await faultsOf(name, fn, row) : ['no row'];
    expect(faults, faults.join('\n')).toEqual([]);
  });
});
