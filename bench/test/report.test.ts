import { describe, expect, it } from 'vitest';
import { report } from '../src/report.js';
import { ratio, type Results } from '../src/results.js';
import { workloads } from '../src/workload.js';

const measured = [
  { peer: 'adjoint', seconds: 0.0015 },
  { peer: 'C -O3', seconds: 0.002 },
];

describe('ratio', () => {
  it("is a peer's time as a multiple of another's", () => {
    expect(ratio(measured, 'adjoint', 'C -O3')).toBe(0.75);
    expect(ratio(measured, 'C -O3', 'adjoint')).toBeCloseTo(4 / 3, 15);
  });

  it('is not known where one of them was not measured', () => {
    expect(ratio(measured, 'adjoint', 'NumPy')).toBeUndefined();
    expect(ratio(measured, 'NumPy', 'adjoint')).toBeUndefined();
  });
});

/** Compiling is linear in the size; a step is quadratic, but for the smallest. */
const costs = (sizes: readonly number[]): Results['nodes'] =>
  sizes.map((size, index) => ({
    size,
    compileSeconds: 2e-6 * size,
    stepSeconds: index === 0 ? 1 : 3e-9 * size ** 2,
  }));

const results: Results = {
  machine: { processor: 'Abacus & Sons <8 beads>', cores: 4, node: 'v20.20.2' },
  rounds: 9,
  workloads: [
    {
      workload: 'sort',
      title: 'sort_of 10⁶ *floats*',
      unit: 'ms',
      measured: [...measured, { peer: 'adjoint, 2 threads', seconds: 0.0012 }],
      failed: [{ peer: 'tfjs cpu', why: 'RangeError: out of stack\n    at line 7' }],
    },
    {
      workload: 'search',
      title: 'search',
      unit: 'µs',
      measured: [
        { peer: 'NumPy', seconds: 5e-5 },
        { peer: 'adjoint', seconds: 2.5e-7 },
      ],
      failed: [],
    },
  ],
  coldStart: [
    { peer: 'an empty node', seconds: 0.04, peakMemory: 40 * 2 ** 20 },
    { peer: 'adjoint', seconds: 0.1, peakMemory: 64 * 2 ** 20 },
    { peer: 'C -O3', seconds: 0.01, peakMemory: undefined },
  ],
  nodes: costs([100, 1000, 10_000]),
  elements: costs([1000, 10_000, 30_000]),
  missing: ['JAX jit: python3 has no jax'],
};
const lines = report(results).split('\n');
const section = (title: string): readonly string[] => {
  const start = lines.indexOf(`## ${title}`) + 1;
  const end = lines.findIndex((line, index) => index >= start && line.startsWith('## '));
  return lines.slice(start, end === -1 ? undefined : end).filter((line) => line !== '');
};

describe('the report', () => {
  it('lists the peers of a workload from the fastest on, and those left out', () => {
    expect(section('sort_of 10⁶ *floats*')).toMatchInlineSnapshot(`
      [
        "| peer | a step | times C -O3 |",
        "| --- | --- | --- |",
        "| **adjoint, 2 threads** | 1.20 ms | 0.60 |",
        "| **adjoint** | 1.50 ms | 0.75 |",
        "| C -O3 | 2.00 ms | 1.00 |",
        "- tfjs cpu is left out: RangeError: out of stack",
      ]
    `);
  });

  it('compares with the product itself where there is no C', () => {
    expect(section('search')).toMatchInlineSnapshot(`
      [
        "| peer | a step | times adjoint |",
        "| --- | --- | --- |",
        "| **adjoint** | 0.25 µs | 1.00 |",
        "| NumPy | 50.0 µs | 200 |",
      ]
    `);
  });

  const goals = workloads.flatMap(({ name, goals: wanted }) => wanted.map((goal) => ({ name, ...goal })));
  it.each(goals)('says whether $name reached $most times $of with $peer', ({ name, peer, of, most }) => {
    const verdictAt = (seconds: number): readonly string[] => {
      const times = [
        { peer, seconds },
        { peer: of, seconds: 1 },
      ];
      const workload = { workload: name, title: name, unit: 'ms', measured: times, failed: [] } as const;
      return report({ ...results, workloads: [workload] })
        .split('\n')
        .filter((line) => line.includes(`times ${of}, wanted at most ${most}`))
        .map((line) => line.replace(/.*: /, ''));
    };
    expect(verdictAt(most)).toEqual(['reached']);
    expect(verdictAt(1.01 * most)).toEqual(['not reached']);
  });

  it('says what a process costs above an empty one', () => {
    expect(section('Cold start: a whole process that trains XOR')).toMatchInlineSnapshot(`
      [
        "| peer | start to end | above an empty node | peak memory |",
        "| --- | --- | --- | --- |",
        "| an empty node | 40.0 ms | 0.0 ms | 40 MiB |",
        "| **adjoint** | 100 ms | 60.0 ms | 64 MiB |",
        "| C -O3 | 10.0 ms | 0.0 ms |  |",
      ]
    `);
  });

  it('says how costs grow, from where they are more than noise', () => {
    expect(section('Growth')).toMatchInlineSnapshot(`
      [
        "A chain of scalar operations with its gradient, by the nodes of its graph:",
        "| nodes | compile | a step |",
        "| --- | --- | --- |",
        "| 100 | 0.20 ms | 1000000 µs |",
        "| 1,000 | 2.00 ms | 3000 µs |",
        "| 10,000 | 20.0 ms | 300000 µs |",
        "From 1,000 nodes on, compiling grows as n^1.00, a step as n^2.00.",
        "The sum of exp(x²) with its gradient, f32:",
        "| elements | compile | a step |",
        "| --- | --- | --- |",
        "| 1,000 | 2.00 ms | 1000000 µs |",
        "| 10,000 | 20.0 ms | 300000 µs |",
        "| 30,000 | 60.0 ms | 2700000 µs |",
        "From 10,000 elements on, compiling grows as n^1.00, a step as n^2.00.",
      ]
    `);
  });

  it('names the machine, and the peers that it does not have', () => {
    expect(lines).toContain(
      'Measured on Abacus & Sons <8 beads>, 4 cores, Node v20.20.2: the medians of 9 rounds, in which the peers take turns.',
    );
    expect(section('Not measured here')).toEqual(['- JAX jit: python3 has no jax']);
    expect(report({ ...results, missing: [] })).not.toContain('Not measured here');
  });
});
