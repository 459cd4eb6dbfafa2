import { AdjointException, checkPrograms, lookup, type Program } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { planPrograms } from './compile.js';
import { bytesMoved, flopsOf } from './loop/cost.js';
import { printKernel } from './loop/print.js';
import type { Placement } from './plan/memory.js';
import type { Target } from './target/target.js';

const grouped = (count: number): string => count.toLocaleString('en-US');

/** Where several buffers share memory because they are not in use at the same time. */
function reuse(placements: readonly Placement[]): readonly string[] {
  const byAddress = new Map<number, Placement[]>();
  for (const placement of placements) {
    byAddress.set(placement.address, [...(byAddress.get(placement.address) ?? []), placement]);
  }
  return [...byAddress]
    .filter(([, sharing]) => sharing.length > 1)
    .sort(([a], [b]) => a - b)
    .map(([address, sharing]) => {
      const names = sharing.toSorted((a, b) => a.first - b.first).map(({ buffer }) => buffer.name);
      return `  at ${address}: ${names.join(', then ')}`;
    });
}

/**
 * What a program is compiled to, as text: its kernels with what was fused in each, the bytes that they move and the
 * scalar functions that they evaluate in a step, the ops that run their own kernels, and where memory is used again.
 * Kernels that threads may share are written `in parts, for …`.
 * @throws AdjointException where the program is not well typed
 */
export function explain(program: Program, target: Target): string {
  const slots = checkPrograms({ program });
  if (E.isLeft(slots)) throw new AdjointException(slots.left);
  const { programs, calls } = planPrograms({ program }, slots.right, target);
  const { body: kernels, placements } = lookup(programs, 'program');
  const wanted = placements.reduce((sum, { bytes }) => sum + bytes, 0);
  const taken = placements.reduce((most, { address, bytes }) => Math.max(most, address + bytes), 0);
  const start = placements.reduce((least, { address }) => Math.min(least, address), taken);
  const flops = kernels.reduce((sum, kernel) => sum + flopsOf(kernel), 0);
  const shared = reuse(placements);
  return [
    `kernels: ${kernels.length}, evaluating ${grouped(flops)} scalar functions a step`,
    `temporary buffers: ${placements.length}, of ${grouped(wanted)} bytes in ${grouped(taken - start)}`,
    calls.length === 0
      ? 'every op has code'
      : `run by their own kernels: ${[...new Set(calls.map(({ node }) => node.op.name))].join(', ')}`,
    ...kernels.flatMap((kernel, index) => [
      `${index}: ${kernel.name}  (${grouped(bytesMoved(kernel))} bytes, ${grouped(flopsOf(kernel))} functions)`,
      ...printKernel(kernel).map((line) => `     ${line}`),
    ]),
    ...(shared.length === 0 ? [] : ['memory that is used again:', ...shared]),
  ].join('\n');
}
