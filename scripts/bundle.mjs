// Bundles a package's entries for Node, so that importing it reads one file rather than a hundred.
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Small libraries of many files become part of the bundle; everything else is imported where it lies. */
const inlined = /^(fp-ts|io-ts|semver|@scure\/base)(\/|$)/;
/** What is no package: a file, or what the bundler makes up itself. */
const isFile = (id) => /^[.\0]/.test(id) || isAbsolute(id);

/** Of packages that are more than their index. */
const entries = {
  'packages/adjoint': ['index', 'extend'],
  'packages/core': ['index', 'extend'],
  'packages/xor-example': ['index', 'main', 'plugin-resolver'],
  'packages/fuzz': ['index', 'main', 'child', 'watchdog'],
  bench: ['main'],
};

/**
 * @param folder the package's, such as `packages/core`
 * @param outDir where the bundles go
 */
export async function bundle(folder, outDir) {
  const root = fileURLToPath(new URL(`../${folder}`, import.meta.url));
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: {
      // Their modules for bundlers, of which only what is used is taken.
      alias: [{ find: /^(fp-ts|io-ts)\/lib\/(.*)\.js$/, replacement: '$1/es6/$2.js' }],
    },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      // What else is there stays.
      emptyOutDir: false,
      target: 'es2023',
      minify: false,
      sourcemap: false,
      license: { fileName: 'licenses.md' },
      rollupOptions: {
        external: (id) => !isFile(id) && !inlined.test(id),
        input: Object.fromEntries(
          (entries[folder] ?? ['index']).map((name) => [name, `${root}/src/${name}.ts`]),
        ),
        output: { chunkFileNames: '[name].js' },
      },
    },
  });
}
