import { at } from '@adjoint/core/extend';
import { emptyNode } from './cold-start.js';
import type { Cost } from './growth.js';
import type { WorkloadResult } from './measure.js';
import { isAdjoint } from './peers.js';
import { ratio, type Results } from './results.js';
import { growth } from './statistics.js';
import { workloads } from './workload.js';

/** The results as Markdown. */

/** Three digits of a number from 1 on, two of a smaller one. */
function significant(value: number): string {
  if (value < 0.995) return value.toPrecision(2);
  const rounded = Number(value.toPrecision(3));
  return rounded.toFixed(rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2);
}

const timeIn = (unit: 'µs' | 'ms', seconds: number): string =>
  `${significant(seconds * (unit === 'ms' ? 1e3 : 1e6))} ${unit}`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

function workloadLines({ workload, title, unit, measured, failed }: WorkloadResult): readonly string[] {
  const reference = measured.some(({ peer }) => peer === 'C -O3') ? 'C -O3' : 'adjoint';
  const rows = measured
    .toSorted((a, b) => a.seconds - b.seconds)
    .map(({ peer, seconds }) => {
      const times = ratio(measured, peer, reference);
      return [
        isAdjoint(peer) ? `**${peer}**` : peer,
        timeIn(unit, seconds),
        times === undefined ? '' : significant(times),
      ];
    });
  const goals = workloads
    .filter(({ name }) => name === workload)
    .flatMap(({ goals: wanted }) => wanted)
    .flatMap(({ peer, of, most }) => {
      const reached = ratio(measured, peer, of);
      if (reached === undefined) return [];
      const verdict = reached <= most ? 'reached' : 'not reached';
      return [`- ${peer}: ${significant(reached)} times ${of}, wanted at most ${most}: ${verdict}`];
    });
  return [
    `## ${title}`,
    '',
    ...table(['peer', 'a step', `times ${reference}`], rows),
    '',
    ...goals,
    ...failed.map(({ peer, why }) => `- ${peer} is left out: ${at(why.split('\n'), 0)}`),
    '',
  ];
}

function growthLines(what: string, costs: readonly Cost[], from: number): readonly string[] {
  const rows = costs.map(({ size, compileSeconds, stepSeconds }) => [
    size.toLocaleString('en-US'),
    timeIn('ms', compileSeconds),
    timeIn('µs', stepSeconds),
  ]);
  const large = costs.filter(({ size }) => size >= from);
  const slope = (pick: (cost: Cost) => number): string =>
    growth(large.map((cost) => [cost.size, pick(cost)] as const)).toFixed(2);
  return [
    ...table([what, 'compile', 'a step'], rows),
    '',
    `From ${from.toLocaleString('en-US')} ${what} on, compiling grows as n^${slope(({ compileSeconds }) => compileSeconds)}, a step as n^${slope(({ stepSeconds }) => stepSeconds)}.`,
    '',
  ];
}

export function report({
  machine,
  rounds,
  workloads: results,
  coldStart,
  nodes,
  elements,
  missing,
}: Results): string {
  const empty = coldStart.find(({ peer }) => peer === emptyNode)?.seconds;
  return [
    '# Performance',
    '',
    'Written by `npm run bench`; the figures are in `bench/results.json`.',
    `Measured on ${machine.processor}, ${machine.cores} cores, Node ${machine.node}: the medians of ${rounds} rounds, in which the peers take turns.`,
    'Before it is measured, each peer shows that it computes the same values from the same data.',
    'Times depend on the machine and its load; compare the ratios.',
    '',
    '![Time of a step by workload and peer](performance.svg)',
    '',
    ...results.flatMap(workloadLines),
    '## Cold start: a whole process that trains XOR',
    '',
    ...table(
      ['peer', 'start to end', 'above an empty node', 'peak memory'],
      coldStart.map(({ peer, seconds, peakMemory }) => [
        isAdjoint(peer) ? `**${peer}**` : peer,
        timeIn('ms', seconds),
        empty === undefined ? '' : timeIn('ms', Math.max(0, seconds - empty)),
        peakMemory === undefined ? '' : `${(peakMemory / 2 ** 20).toFixed(0)} MiB`,
      ]),
    ),
    '',
    '## Growth',
    '',
    'A chain of scalar operations with its gradient, by the nodes of its graph:',
    '',
    ...growthLines('nodes', nodes, 1000),
    'The sum of exp(x²) with its gradient, f32:',
    '',
    ...growthLines('elements', elements, 10_000),
    ...(missing.length === 0 ? [] : ['## Not measured here', '', ...missing.map((why) => `- ${why}`), '']),
  ].join('\n');
}
