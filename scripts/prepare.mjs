// Installs and builds what is missing or older than its sources, so that every command works on a fresh clone.
// It prints to standard error only: standard output belongs to the command that follows.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
// The benchmark's peers are large: they are installed only for it.
const bench = process.argv.includes('--bench');
const packages = [...readdirSync('packages').map((name) => `packages/${name}`), ...(bench ? ['bench'] : [])];

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : -Infinity);

function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) =>
      modified(`${entry.parentPath}/${entry.name}`),
    ),
  );
}

const installed = modified('node_modules/.pnpm-workspace-state-v1.json');
const manifests = ['pnpm-lock.yaml', 'package.json', ...packages.map((folder) => `${folder}/package.json`)];
if (
  packages.some((folder) => !existsSync(`${folder}/node_modules`)) ||
  manifests.some((file) => modified(file) > installed)
) {
  run('npx', [
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--loglevel=warn',
    ...(bench ? [] : ['--filter=!@adjoint/bench']),
  ]);
}

/** Programs are bundled for Node alone; libraries have modules for bundlers as well. */
const programs = ['packages/xor-example', 'packages/fuzz', 'bench'];
const outputOf = (folder) => (programs.includes(folder) ? `${folder}/dist` : `${folder}/dist/node`);

const builders = Math.max(...['scripts/bundle.mjs', 'scripts/modules.mjs'].map(modified));
// Bundling writes its list of licenses anew each time.
const stale = packages.filter(
  (folder) => Math.max(newest(`${folder}/src`), builders) > modified(`${outputOf(folder)}/licenses.md`),
);
if (stale.length > 0) {
  run('node', ['node_modules/typescript/bin/tsc', '-b', '.', ...(bench ? ['bench'] : [])]);
  const { bundle } = await import('./bundle.mjs');
  const { buildModules } = await import('./modules.mjs');
  for (const folder of stale) {
    if (!programs.includes(folder)) await buildModules(folder);
    await bundle(folder, relative(folder, outputOf(folder)));
  }
}
