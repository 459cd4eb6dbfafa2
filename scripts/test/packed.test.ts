import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { publint } from 'publint';
import ts from 'typescript';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimsOf,
  obstacle,
  pack,
  pnpm,
  root,
  run,
  samplesOf,
  succeed,
  write,
  type Packed,
  type Sample,
} from './packed.ts';

/** The packages as they are published: packed, installed outside of the repository, typed, run, bundled, in a browser. */

const reason = obstacle();
if (reason !== undefined) console.warn(`The packages are not packed and installed: ${reason}.`);
const browser = '/usr/bin/chromium';

const folder = mkdtempSync(join(tmpdir(), 'adjoint-packed-'));
/** Projects that install what was packed, with either manager. */
const [npmProject, pnpmProject] = [join(folder, 'npm'), join(folder, 'pnpm')];

const readmes = readdirSync(join(root, 'packages')).map(
  (name) => [`packages/${name}/README.md`, name] as const,
);
const samples: readonly Sample[] = [
  ...samplesOf('README.md', 'readme'),
  ...readmes
    // Its sample is a test of a backend of one's own.
    .filter(([, name]) => name !== 'conformance')
    .flatMap(([path, name]) => samplesOf(path, name)),
];

/** What a built page writes to the console until it says `done`, or fails. */
async function loggedBy(dist: string): Promise<readonly string[]> {
  const launched = await chromium.launch({
    executablePath: browser,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await launched.newPage();
    const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
    await page.route('**/*', async (route) => {
      const path = join(dist, new URL(route.request().url()).pathname);
      const contentType = types[extname(path)];
      await (contentType === undefined ? route.abort() : route.fulfill({ path, contentType }));
    });
    const lines: string[] = [];
    await new Promise<void>((resolve, reject) => {
      page.on('console', (message) => {
        lines.push(message.text());
        if (message.text() === 'done') resolve();
      });
      page.on('pageerror', reject);
      page.goto('http://localhost/index.html').catch(reject);
    });
    return lines;
  } finally {
    await launched.close();
  }
}

let packed: readonly Packed[] = [];

/** A plugin as a stranger publishes it. */
const plugin = {
  'plugin/package.json': {
    name: 'adjoint-plugin-mish',
    version: '1.0.0',
    type: 'module',
    exports: './mish.mjs',
    peerDependencies: { '@adjoint/core': '^0.1.0' },
  },
  'plugin/mish.mjs': readFileSync(join(root, 'packages/xor-example/examples/mish.mjs'), 'utf8'),
};

/** Finds the plugin's op by name, and tells whether it is one of the core that `adjoint` has. */
const usesPlugin = `
  import { AdjointException, corePlugin, createRegistry, gradient, graph, input, print, sum } from 'adjoint';
  import plugin from 'adjoint-plugin-mish';
  const registry = createRegistry([corePlugin, plugin]);
  if (registry._tag === 'Left') throw new AdjointException(registry.left[0]);
  const x = input('x', [2]);
  const [mish] = plugin.ops;
  console.log(print(graph({ dx: gradient(sum(mish(x)), x) })).includes('mish′'));
  try {
    mish(input('flag', [2], 'bool'));
  } catch (error) {
    console.log(error instanceof AdjointException);
  }
`;

beforeAll(() => {
  if (reason !== undefined) return;
  packed = pack(join(folder, 'tarballs'));
  const tarballs = Object.fromEntries(
    packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  );
  const fpTs = { 'fp-ts': '^2.16.11' };
  write(folder, {
    ...plugin,
    'npm/package.json': { private: true, type: 'module', dependencies: { ...tarballs, ...fpTs } },
    'pnpm/package.json': {
      private: true,
      type: 'module',
      dependencies: {
        adjoint: tarballs.adjoint,
        'adjoint-plugin-mish': 'file:../plugin',
        '@adjoint/core': tarballs['@adjoint/core'],
        ...fpTs,
      },
      // As if the registry had them.
      pnpm: { overrides: tarballs },
    },
  });
  const quiet = ['--prefer-offline', '--loglevel=error'];
  succeed('npm', ['install', '--no-audit', '--no-fund', ...quiet], npmProject);
  const [command, ...given] = pnpm;
  succeed(command, [...given, 'install', '--ignore-workspace', ...quiet], pnpmProject);
  write(pnpmProject, { 'plugin.mjs': usesPlugin });
  for (const { name, code } of samples) {
    const module = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    };
    const { outputText } = ts.transpileModule(code, { compilerOptions: module });
    write(npmProject, { [`${name}.ts`]: code, [`run/${name}.js`]: outputText });
  }
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(reason !== undefined)('the packages', () => {
  it('are all published, with what a registry shows', () => {
    expect(packed.map(({ manifest }) => manifest.name)).toContain('adjoint');
    for (const { manifest, files } of packed) {
      expect(files).toEqual(
        expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'dist/index.d.ts']),
      );
      expect(manifest).toMatchObject({ license: 'MIT', publishConfig: { access: 'public' } });
      expect(existsSync(join(root, manifest.repository?.directory ?? ''))).toBe(true);
      expect(manifest.description).toBeTruthy();
      expect(manifest.keywords?.length).toBeGreaterThan(3);
    }
  });

  it('hold neither tests nor what the compiler remembers', () => {
    const stray = packed.flatMap(({ files }) =>
      files.filter((path) => /tsbuildinfo|^test\/|\.test\./.test(path)),
    );
    expect(stray).toEqual([]);
  });

  it('bring no core of their own', () => {
    const around = packed.filter(({ files }) => !files.includes('bin/adjoint-xor.js'));
    const owners = around.filter(({ manifest }) => manifest.dependencies?.['@adjoint/core'] !== undefined);
    expect(owners.map(({ manifest }) => manifest.name)).toEqual(['adjoint']);
  });

  it('please publint and attw', { timeout: 120_000 }, async () => {
    for (const { manifest, data } of packed) {
      const { messages } = await publint({ pack: { tarball: data.buffer }, strict: true });
      const analysis = await checkPackage(createPackageFromTarballData(data));
      // The profile of packages for ECMAScript modules: who resolves as old versions of Node did is not served.
      const problems =
        'problems' in analysis
          ? analysis.problems.filter(
              (problem) =>
                !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
            )
          : ['no types'];
      expect({ name: manifest.name, messages, problems }).toEqual({
        name: manifest.name,
        messages: [],
        problems: [],
      });
    }
  });

  it.each([
    ['5.4', 'nodenext'],
    ['5.4', 'bundler'],
    ['6', 'nodenext'],
    ['6', 'bundler'],
  ])('have types for TypeScript %s under %s resolution', (version, moduleResolution) => {
    const config = `tsconfig.${version}.${moduleResolution}.json`;
    write(npmProject, {
      [config]: {
        compilerOptions: {
          module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
          moduleResolution,
          target: 'es2022',
          lib: ['es2023', 'dom'],
          types: [],
          strict: true,
          noEmit: true,
          // Once is enough for the declarations themselves, which take most of the time.
          skipLibCheck: version !== '6' || moduleResolution !== 'nodenext',
        },
        include: ['*.ts'],
      },
    });
    const compiler = version === '6' ? 'typescript' : `typescript-${version}`;
    const { stdout, status } = run(
      process.execPath,
      [join(root, 'node_modules', compiler, 'bin/tsc'), '-p', config],
      npmProject,
    );
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  it.each(samples.map(({ name }, index) => [name, index] as const))('run the sample %s', (name, index) => {
    const { stdout, stderr, status } = run(process.execPath, [`run/${name}.js`], npmProject);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const claims = samples.slice(index, index + 1).flatMap(claimsOf);
    for (const [line, claim] of claims.entries())
      expect(stdout.split('\n')[line]?.slice(0, claim.length)).toBe(claim);
  });

  it('have one core, for a plugin as well', () => {
    const cores = readdirSync(join(pnpmProject, 'node_modules/.pnpm')).filter((name) =>
      name.startsWith('@adjoint+core@'),
    );
    expect(cores).toHaveLength(1);
    expect(succeed(process.execPath, ['plugin.mjs'], pnpmProject)).toBe('true\ntrue\n');
    const nested = readdirSync(join(npmProject, 'node_modules'), { recursive: true, encoding: 'utf8' });
    expect(nested.filter((path) => path.endsWith('@adjoint/core'))).toEqual(['@adjoint/core']);
  });

  it('have the command line of the example', () => {
    const command = realpathSync(join(npmProject, 'node_modules/.bin/adjoint-xor'));
    const plugins = [
      '--plugin',
      join(folder, 'plugin/mish.mjs'),
      '--activation',
      'mish',
      '--epochs',
      '20',
      '--json',
    ];
    // The form of what `--json` prints.
    const { configuration } = JSON.parse(succeed(process.execPath, [command, ...plugins], folder)) as {
      readonly configuration: { readonly activation: string };
    };
    expect(configuration.activation).toBe('mish');
  });

  it.skipIf(!existsSync(browser) && process.env.CI === undefined)(
    'train in a page, on both backends',
    { timeout: 120_000 },
    async () => {
      const sample = readFileSync(join(npmProject, 'run/readme-0.js'), 'utf8');
      const page = join(npmProject, 'page');
      write(page, {
        'index.html': '<!doctype html><title>XOR</title><script type="module" src="./page.js"></script>',
        'page.js': "await import('./interpreter.js'); await import('./wasm.js'); console.log('done');",
        'interpreter.js': sample,
        'wasm.js': sample.replace(/\binterpreter\b/g, 'wasm'),
      });
      const target = 'es2022';
      await build({ root: page, configFile: false, logLevel: 'silent', build: { target } });
      expect(await loggedBy(join(page, 'dist'))).toEqual([
        expect.stringMatching(/^0\.000876/),
        expect.stringMatching(/^0\.000876/),
        'done',
      ]);
    },
  );
});
