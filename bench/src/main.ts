import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toSvg } from '@adjoint/viz';
import { ratioChart } from './chart.js';
import { measureColdStart } from './cold-start.js';
import { overElements, overNodes } from './growth.js';
import { measure, type WorkloadResult } from './measure.js';
import { findPeers } from './peers.js';
import { report } from './report.js';
import type { Results } from './results.js';
import { workloads } from './workload.js';

/** `npm run bench [-- --rounds 15]`: measures everything, and writes results.json, the chart and the page. */

const root = fileURLToPath(new URL('../../', import.meta.url));

function write(path: string, text: string): void {
  writeFileSync(`${root}${path}.new`, text);
  renameSync(`${root}${path}.new`, root + path);
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '11' }, only: { type: 'string' } },
});
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) {
  console.error(`--rounds: expected a whole number from 1 on, given "${values.rounds}"`);
  process.exit(2);
}
const chosen = workloads.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(`--only: expected one of ${workloads.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const folder = mkdtempSync(`${tmpdir()}/adjoint-bench-`);
try {
  const { present, missing } = findPeers(folder);
  for (const why of missing) say(`not measured: ${why}`);
  const results: WorkloadResult[] = [];
  for (const workload of chosen) {
    const result = await measure(workload, present, rounds, folder, say);
    results.push(result);
    for (const { peer, why } of result.failed) say(`${workload.name}: ${peer} is left out: ${why}`);
    for (const { peer, seconds } of result.measured) say(`  ${peer}: ${(seconds * 1e6).toFixed(3)} µs`);
  }
  if (values.only === undefined) {
    const coldStart = await measureColdStart(present, Math.min(rounds, 7), `${folder}/xor.data`, say);
    say('growth …');
    const all: Results = {
      machine: {
        processor: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        node: process.versions.node,
      },
      rounds,
      workloads: results,
      coldStart,
      nodes: overNodes(),
      elements: overElements(),
      missing,
    };
    const spec = ratioChart(results);
    write('bench/results.json', `${JSON.stringify(all, null, 2)}\n`);
    write('bench/chart.vl.json', `${JSON.stringify(spec, null, 2)}\n`);
    write('docs/performance.svg', await toSvg(spec));
    write('docs/performance.md', report(all));
    console.log(readFileSync(`${root}docs/performance.md`, 'utf8'));
  }
} finally {
  rmSync(folder, { recursive: true });
}
