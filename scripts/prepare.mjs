// Installs and builds what is missing or older than its sources, so that every command works on a fresh clone.
// It prints to standard error only: standard output belongs to the command that follows.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
// The benchmark's peers are large: they are installed only for it.
const bench = process.argv.includes('--bench');
const packages = [...readdirSync('packages').map((name) => `packages/${name}`), ...(bench ? ['bench'] : [])];

function run(command, args, onFailure = () => undefined) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  onFailure();
  process.exit(status ?? 1);
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

const buildRecords = packages.map((folder) => `${folder}/dist/.tsbuildinfo`);
if (packages.some((folder, index) => newest(`${folder}/src`) > modified(buildRecords[index]))) {
  run('node', ['node_modules/typescript/bin/tsc', '-b', '.', ...(bench ? ['bench'] : [])], () => {
    // A failed build is not up to date, however new its files are.
    for (const record of buildRecords) rmSync(record, { force: true });
  });
}
