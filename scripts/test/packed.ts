import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The packages as a registry would have them, and projects outside that install them. */

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** What a manifest says of a package. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly repository?: { readonly directory?: string };
  readonly publishConfig?: { readonly access?: string };
  readonly keywords?: readonly string[];
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Packed {
  readonly manifest: Manifest;
  /** The tarball's path, and what is in it. */
  readonly tarball: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly files: readonly string[];
}

// pnpm checks each manifest for the fields that it reads.
export const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

export const run = (command: string, given: readonly string[], cwd: string): SpawnSyncReturns<string> =>
  spawnSync(command, given, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });

/** Runs a command, and throws what it says where it fails. */
export function succeed(command: string, given: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = run(command, given, cwd);
  if (status !== 0) throw new Error([command, ...given, '\n', stdout, stderr].join(' '));
  return stdout;
}

// pnpm, which has read this file, checks for the field.
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly packageManager: string;
};

/** The repository's pnpm, as `npx` runs it. */
export const pnpm: readonly [string, ...string[]] = ['npx', '--yes', packageManager];

/** Why packages cannot be installed here, if so. */
export function obstacle(): string | undefined {
  const impatient = ['--fetch-retries=0', '--fetch-timeout=10000'];
  if (run('npm', ['view', 'fp-ts', 'version', ...impatient], root).status !== 0)
    return 'there is no npm registry';
  const [command, ...given] = pnpm;
  return run(command, [...given, '--version'], root).status === 0 ? undefined : 'there is no pnpm';
}

/** The paths in a tar archive, whose headers of 512 bytes have a name at 0, a size at 124 and a prefix at 345. */
function pathsIn(archive: Buffer): readonly string[] {
  const paths: string[] = [];
  const text = (start: number, length: number): string =>
    archive.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  for (let header = 0; text(header, 100) !== '';) {
    const size = Number.parseInt(text(header + 124, 12), 8);
    paths.push([text(header + 345, 155), text(header, 100)].filter((part) => part !== '').join('/'));
    header += 512 + Math.ceil(size / 512) * 512;
  }
  return paths.map((path) => path.replace(/^package\//, ''));
}

/** Packs every package that is published. */
export function pack(folder: string): readonly Packed[] {
  const [command, ...given] = pnpm;
  mkdirSync(folder);
  succeed(command, [...given, '-r', '--filter=./packages/*', 'pack', `--pack-destination=${folder}`], root);
  const tarballs = new Map(
    readdirSync(folder).map((name) => [name.replace(/-\d.*$/, ''), join(folder, name)]),
  );
  const manifests = readdirSync(join(root, 'packages')).map((name) =>
    manifestIn(join(root, 'packages', name)),
  );
  const published = manifests.filter((manifest) => manifest.private !== true);
  return published.map((manifest) => {
    const tarball = tarballs.get(manifest.name.replace('@', '').replace('/', '-'));
    if (tarball === undefined) throw new Error(`${manifest.name} was not packed`);
    const data = new Uint8Array(readFileSync(tarball));
    return { manifest, tarball, data, files: pathsIn(gunzipSync(data)) };
  });
}

/** Writes files, those of folders that are not there yet too; what is no text is written as JSON. */
export function write(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

export interface Sample {
  /** A file's name, without its ending. */
  readonly name: string;
  readonly code: string;
}

/** The samples in TypeScript of a README. */
export const samplesOf = (readme: string, name: string): readonly Sample[] =>
  [...readFileSync(join(root, readme), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code = ''], index) => ({ name: `${name}-${index}`, code }),
  );

/** What a sample says that it logs: the comments behind its calls of `console.log`, up to an ellipsis. */
export const claimsOf = ({ code }: Sample): readonly string[] =>
  [...code.matchAll(/console\.log\(.*\); \/\/ ([^ …\n]+(?: and \w+)?)…?$/gm)].map(([, claim = '']) => claim);
