// Builds a package for bundlers: a module for each source, so that they take what is used and leave the rest.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst, transformWithOxc } from 'vite';

const pure = '/* @__PURE__ */ ';

const isFunction = ({ type }) => /^(ArrowFunctionExpression|Function|MethodDefinition)/.test(type);

/** The parts of an expression of some types, but for those that run only when a function is called. */
function partsOf(node, types) {
  if (typeof node !== 'object' || node === null || isFunction(node)) return [];
  const own = types.includes(node.type) ? [node] : [];
  return [...own, ...Object.values(node).flatMap((part) => partsOf(part, types))];
}

/** What is inserted where a variable gets its value: a mark at each call, or around the whole where iterators run. */
function marksOf({ init }) {
  if (partsOf(init, ['SpreadElement']).length > 0) {
    return [
      { start: init.start, end: init.start, text: `${pure}(() => (` },
      { start: init.end, end: init.end, text: '))()' },
    ];
  }
  const calls = partsOf(init, ['CallExpression', 'NewExpression']);
  return calls.map(({ start }) => ({ start, end: start, text: pure }));
}

/** Of fp-ts and io-ts, the modules that can be taken apart; those in `lib` are for Node. */
const forBundlers = ({ start, end, value }) => ({
  start,
  end,
  text: JSON.stringify(value.replace(/^(fp-ts|io-ts)\/lib\//, '$1/es6/')),
});

/**
 * Says what bundlers cannot see: that nobody misses what a module computes when it is loaded, where the result is not
 * used. No module has effects.
 */
function markPure(code) {
  const edits = parseAst(code).body.flatMap((statement) => {
    const { source, declaration } = statement;
    if (source) return [forBundlers(source)];
    const declared = declaration ?? statement;
    return declared.type === 'VariableDeclaration' ? declared.declarations.flatMap(marksOf) : [];
  });
  return edits
    .toSorted((a, b) => a.start - b.start)
    .reduceRight((whole, { start, end, text }) => whole.slice(0, start) + text + whole.slice(end), code);
}

/** Removes what was built of sources that are gone. */
function sweep(root, sources) {
  const kept = new Set(sources.map((path) => path.replace(/\.ts$/, '')));
  for (const path of readdirSync(join(root, 'dist'), { recursive: true })) {
    const [, source] = /^(?!node\/)(.*?)\.(?:js|d\.ts)(?:\.map)?$/.exec(path) ?? [];
    if (source !== undefined && !kept.has(source)) rmSync(join(root, 'dist', path));
  }
}

/** @param folder the package's, such as `packages/core`; `tsc` puts the types beside the modules */
export async function buildModules(folder) {
  const root = fileURLToPath(new URL(`../${folder}`, import.meta.url));
  const sources = readdirSync(join(root, 'src'), { recursive: true }).filter((path) => path.endsWith('.ts'));
  sweep(root, sources);
  await Promise.all(
    sources.map(async (path) => {
      const source = join(root, 'src', path);
      const target = join(root, 'dist', path.replace(/\.ts$/, '.js'));
      const { code, map } = await transformWithOxc(readFileSync(source, 'utf8'), source, {
        target: 'es2023',
        sourcemap: true,
        typescript: { onlyRemoveTypeImports: true },
      });
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, `${markPure(code)}\n//# sourceMappingURL=${basename(target)}.map\n`);
      // The sources are in the package.
      const { version, names, mappings } = map;
      const sourcesOf = [relative(dirname(target), source)];
      writeFileSync(`${target}.map`, JSON.stringify({ version, sources: sourcesOf, names, mappings }));
    }),
  );
}
