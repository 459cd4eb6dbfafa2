import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// The structure of the source: imports run one way between packages, folders and files, and files are short.

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files that may have more than 300 lines, for they are one table or one grammar. */
const tables = [
  // The table of scalar functions: a record each.
  'core/src/scalar/functions.ts',
  // The grammar of graphs and families, whose types need one another.
  'core/src/ir/grammar.ts',
];
const LONGEST_FILE = 300;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

interface Source {
  /** The package's folder. */
  readonly pack: string;
  /** The path below `packages`. */
  readonly path: string;
  readonly lines: number;
  /** What it imports, types included, as it is written. */
  readonly imports: readonly string[];
}

// Each manifest is checked for these fields by pnpm and by Node.
const manifestOf = (pack: string): Manifest =>
  JSON.parse(readFileSync(join(root, 'packages', pack, 'package.json'), 'utf8')) as Manifest;

/** What a package needs where it is installed. */
const dependenciesOf = (manifest: Manifest | undefined): Readonly<Record<string, string>> => ({
  ...manifest?.dependencies,
  ...manifest?.peerDependencies,
});

const packs = readdirSync(join(root, 'packages')).filter((pack) =>
  existsSync(join(root, 'packages', pack, 'package.json')),
);
const manifests = new Map(packs.map((pack) => [pack, manifestOf(pack)]));

const sources: readonly Source[] = packs.flatMap((pack) =>
  readdirSync(join(root, 'packages', pack, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(join(root, 'packages', pack, 'src', path), 'utf8');
      return {
        pack,
        path: `${pack}/src/${path}`,
        lines: text.split('\n').length - 1,
        imports: ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName),
      };
    }),
);

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** The path below `packages` of what a relative import names. */
const target = ({ path }: Source, specifier: string): string =>
  join(dirname(path), specifier).replace(/\.js$/, '.ts');

/** The folder directly below `src` in which a file stands; the file itself where it stands in none. */
function folderOf(path: string): string {
  return path.split('/').slice(0, 3).join('/');
}

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

function edgesOf(pairs: readonly (readonly [from: string, to: string])[]): Edges {
  const edges = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    if (from !== to) edges.set(from, new Set([...(edges.get(from) ?? []), to]));
  }
  return edges;
}

/** A circle of edges, as the nodes along it; `undefined` where there is none. */
function circleIn(edges: Edges): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): readonly string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const next of edges.get(node) ?? []) {
      const circle = visit(next);
      if (circle !== undefined) return circle;
    }
    path.pop();
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const circle = visit(node);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** Which file imports which. */
const files = sources.flatMap((source) =>
  source.imports
    .filter(isRelative)
    .map((specifier): readonly [string, string] => [source.path, target(source, specifier)]),
);

const filesOf = (pack: string): typeof files => files.filter(([from]) => from.startsWith(`${pack}/`));

/** `@adjoint/core/extend` as the package's folder and the path in its exports. */
const packageImports = sources.flatMap(({ path, pack, imports }) =>
  imports.flatMap((specifier) => {
    const [scope, name, ...rest] = specifier.split('/');
    return scope === '@adjoint' && name !== undefined
      ? [{ path, pack, name, entry: ['.', ...rest].join('/') }]
      : [];
  }),
);

describe('the check for circles', () => {
  it('finds one, and names what is on it', () => {
    expect(circleIn(edgesOf([['a', 'b'], ['b', 'c'], ['c', 'b']]))).toEqual(['b', 'c', 'b']); // prettier-ignore
    expect(circleIn(edgesOf([['a', 'b'], ['a', 'c'], ['b', 'c'], ['c', 'c']]))).toBeUndefined(); // prettier-ignore
  });
});

describe('imports', () => {
  it('are read: every relative one is of a file that is there', () => {
    const paths = new Set(sources.map(({ path }) => path));
    expect(files.length).toBeGreaterThan(sources.length);
    expect(files.filter(([, to]) => !paths.has(to))).toEqual([]);
  });

  it.each(packs)('make no circle of files in %s', (pack) => {
    expect(circleIn(edgesOf(filesOf(pack)))).toBeUndefined();
  });

  it.each(packs)('make no circle of folders in %s', (pack) => {
    const folders = filesOf(pack).map(([from, to]): readonly [string, string] => [
      folderOf(from),
      folderOf(to),
    ]);
    expect(circleIn(edgesOf(folders))).toBeUndefined();
  });

  it('make no circle of packages', () => {
    const dependencies = [...manifests].flatMap(([pack, manifest]) =>
      Object.keys(dependenciesOf(manifest))
        .filter((name) => name.startsWith('@adjoint/'))
        .map((name): readonly [string, string] => [pack, relative('@adjoint', name)]),
    );
    expect(circleIn(edgesOf(dependencies))).toBeUndefined();
  });

  it('are of packages that the manifest depends on', () => {
    expect(packageImports.length).toBeGreaterThan(packs.length);
    const undeclared = packageImports.filter(
      ({ pack, name }) => !(`@adjoint/${name}` in dependenciesOf(manifests.get(pack))),
    );
    expect(undeclared).toEqual([]);
  });

  it('reach into no other package: they name one of its entries', () => {
    const outside = files.filter(([from, to]) => from.split('/')[0] !== to.split('/')[0]);
    expect(outside).toEqual([]);
    const inside = packageImports.filter(
      ({ name, entry }) => !(entry in (manifests.get(name)?.exports ?? {})),
    );
    expect(inside).toEqual([]);
  });
});

describe('what README and ARCHITECTURE name', () => {
  const texts = ['README.md', 'ARCHITECTURE.md'].map((file) => readFileSync(join(root, file), 'utf8'));
  const named = (pattern: RegExp): readonly string[] =>
    texts.flatMap((text) => [...text.matchAll(pattern)].map(([, path = '']) => path));
  /** Where a path may begin. */
  const bases = ['', 'packages', ...packs.map((pack) => join('packages', pack, 'src'))];

  it('is there: what links lead to', () => {
    const links = named(/\]\(([^)#:]+)\)/g);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('is there: files by their paths', () => {
    const paths = named(/(?<![\w./-])([\w-]+(?:\/[\w.-]+)+\.ts)\b/g);
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !bases.some((base) => existsSync(join(root, base, path))))).toEqual([]);
  });

  it('is there: what the table of packages says they hold', () => {
    let pack = '';
    const cells = texts.flatMap((text) => [...text.matchAll(/^\| ([\w-]*) +\| (`.+?`|) +\|/gm)]);
    const held = cells.flatMap(([, name = '', entries = '']) => {
      if (name !== '') pack = name;
      if (!packs.includes(pack)) return [];
      return [...entries.matchAll(/`([^`]+)`/g)].map(([, entry = '']) => join(pack, 'src', entry));
    });
    expect(held.length).toBeGreaterThan(20);
    expect(held.filter((path) => !existsSync(join(root, 'packages', path)))).toEqual([]);
  });
});

describe('files', () => {
  it(`have at most ${LONGEST_FILE} lines, but for tables`, () => {
    const long = sources.filter(({ lines, path }) => lines > LONGEST_FILE && !tables.includes(path));
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('that are listed as tables are there, and need it', () => {
    const needed = sources.filter(({ lines }) => lines > LONGEST_FILE).map(({ path }) => path);
    expect(tables.filter((path) => !needed.includes(path))).toEqual([]);
  });
});
