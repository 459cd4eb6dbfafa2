import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The report's scripts, and the policy that allows these and nothing else to run. */

const require = createRequire(import.meta.url);

/** JSON or code inside a script element must not close it. */
export const inScript = (code: string): string =>
  code.replace(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');

/** Vega's own bundle for pages, which its package ships beside its modules. */
const vegaSource = (): string =>
  readFileSync(new URL('vega.min.js', `file://${require.resolve('vega')}`), 'utf8');

/**
 * The interpreter of Vega's expressions, which are compiled by `new Function` without it. It is shipped as a module that
 * imports functions of Vega's own: here it becomes a script that takes them from Vega's bundle.
 * @throws Error where the module has another form
 */
export function interpreterSource(module: string): string {
  const form =
    /^import \{ ([\w, ]+) \} from 'vega-util';\n([\s\S]*)\nexport \{ (\w+) as expressionInterpreter \};/.exec(
      module,
    );
  const [, imports, body, name] = form ?? [];
  if (imports === undefined || body === undefined || name === undefined || /^(im|ex)port /m.test(body)) {
    throw new Error('vega-interpreter is not the module that the report knows');
  }
  return `vega.expressionInterpreter = (() => {\nconst { ${imports} } = vega;\n${body}\nreturn ${name};\n})();`;
}

/** Draws each chart in its place. */
const drawing = (charts: readonly { readonly name: string; readonly vega: string }[]): string => `
const charts = {${charts.map(({ name, vega }) => `${JSON.stringify(name)}: ${vega}`).join(',\n')}};
for (const element of document.querySelectorAll('[data-chart]')) {
  const runtime = vega.parse(charts[element.dataset.chart], null, { ast: true });
  const expr = vega.expressionInterpreter;
  new vega.View(runtime, { expr, renderer: 'svg', container: element, hover: true }).runAsync();
}
`;

/** What draws some charts, given as compiled Vega specs: scripts of a page, in their order. */
export const scriptsOf = (
  charts: readonly { readonly name: string; readonly vega: string }[],
): readonly string[] => {
  const interpreter = readFileSync(require.resolve('vega-interpreter'), 'utf8');
  return [vegaSource(), interpreterSource(interpreter), drawing(charts)].map(inScript);
};

/**
 * The Content-Security-Policy of a page that needs nothing from outside and runs these scripts alone, none of which
 * makes code of text. Vega and KaTeX set styles on elements.
 */
export function policyOf(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
