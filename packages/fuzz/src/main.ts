import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { search, type Finding } from './search.js';
import { targets } from './targets.js';
import type { Target } from './target.js';
import { Runner } from './watch/runner.js';

/** `npm run fuzz`: searches for as long as it is told to, and writes what it finds to files. */

const help = `npm run fuzz -- [--minutes 10] [--only graphs] [--seed 7] [--out out/fuzz]
npm run fuzz -- --again FILE   runs the input in a file that a search wrote

--minutes  how long; 1 unless given
--only     what: ${targets.map(({ name }) => name).join(', ')}; one after the other unless given
--seed     what everything is drawn from; another at each start unless given
--out      the folder that inputs are written to`;

/** Inputs are drawn so many at a time. */
const BATCH = 100;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const runner = new Runner(fileURLToPath(new URL('./child.js', import.meta.url)), 1024);

function tell(finding: Finding, folder: string, number: number): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${finding.target}-${finding.seed}-${number}.json`);
  writeFileSync(file, JSON.stringify(finding, undefined, 2));
  const input = JSON.stringify(finding.input);
  say(`\n${finding.target}, seed ${finding.seed}: ${finding.fault.message}`);
  say(finding.fault.stack.split('\n').slice(1, 5).join('\n'));
  say(`  ${input.length > 600 ? `${input.slice(0, 600)} … (${input.length} characters)` : input}`);
  say(`  written to ${file}`);
}

async function searchAll(
  chosen: readonly Target[],
  minutes: number,
  from: number,
  out: string,
): Promise<number> {
  const known = new Map(chosen.map(({ name }) => [name, new Set<string>()]));
  const until = Date.now() + 60_000 * minutes;
  let found = 0;
  let runs = 0;
  say(`seed ${from}`);
  for (let seed = from; Date.now() < until; seed++) {
    for (const target of chosen) {
      if (Date.now() >= until) break;
      const findings = await search(
        runner,
        target,
        { seed, runs: BATCH },
        known.get(target.name),
        ({ message }) => say(`${target.name}: ${message.split('\n', 1).join('')} …`),
      );
      runs += BATCH;
      for (const finding of findings) tell(finding, out, (found += 1));
    }
  }
  say(`${runs} inputs, ${found} ways to fail`);
  return found === 0 ? 0 : 1;
}

async function again(file: string): Promise<number> {
  // What a search wrote.
  const { target, input } = JSON.parse(readFileSync(file, 'utf8')) as Finding;
  const found = targets.find(({ name }) => name === target);
  if (found === undefined) throw new TypeError(`there is no target "${target}"`);
  const fault = await runner.run(found, input);
  say(fault === undefined ? 'nothing is wrong' : `${fault.message}\n${fault.stack}`);
  return fault === undefined ? 0 : 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      only: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      out: { type: 'string', default: 'out/fuzz' },
      again: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(help);
    return 0;
  }
  if (values.again !== undefined) return again(values.again);
  const chosen = targets.filter(({ name }) => values.only === undefined || name === values.only);
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (chosen.length === 0 || !(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write(`${help}\n`);
    return 2;
  }
  return searchAll(chosen, minutes, seed, values.out);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
} finally {
  runner.stop();
}
