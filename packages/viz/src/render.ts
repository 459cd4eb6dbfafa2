import { parse, View, type LoggerInterface, type Spec as VegaSpec } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A chart as Vega runs it, and what Vega-Lite had to say about it. */
export interface CompiledChart {
  readonly vega: VegaSpec;
  readonly warnings: readonly string[];
}

/**
 * Compiles a Vega-Lite spec to Vega and collects the compiler's warnings, which it would otherwise print.
 *
 * @throws Error that names the chart, where the spec does not compile
 *
 * @example compileSpec(lossChart([{ name: 'run', loss: [1, 0.5] }], { scale: 'linear' })).warnings // []
 */
export function compileSpec(spec: TopLevelSpec): CompiledChart {
  const log = collectingLogger();
  try {
    const vega = compile(spec, { logger: log.logger }).spec;
    if (log.errors.length > 0) throw new Error(log.errors.join('; '));
    return { vega, warnings: log.warnings };
  } catch (cause) {
    throw failure(spec, 'does not compile', cause);
  }
}

/**
 * Renders a spec to SVG without a browser: the same text each time, whose ids do not clash with another chart's
 * where both stand in one page.
 *
 * @param params values for the spec's params, such as `{ azimuth: 60 }`; their defaults where none is given
 * @throws Error (as a rejection) that names the chart, where the spec does not compile or its data flow fails
 *
 * @example (await toSvg(surface3d({ grid: 2, values: [0, 1, 1, 0] }), { azimuth: 60 })).slice(0, 4) // '<svg'
 */
export async function toSvg(
  spec: TopLevelSpec,
  params: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { vega } = compileSpec(spec);
  const log = collectingLogger();
  try {
    const view = new View(parse(vega), { renderer: 'none', logger: log.logger });
    for (const [name, value] of Object.entries(params)) view.signal(name, value);
    const svg = await view.toSVG();
    view.finalize();
    // Vega logs what fails in its data flow and draws the rest.
    if (log.errors.length > 0) throw new Error(log.errors.join('; '));
    return withStableIds(svg);
  } catch (cause) {
    throw failure(spec, 'cannot be drawn', cause);
  }
}

/** Vega numbers clip paths and gradients through the life of the process; here the number follows from the chart. */
function withStableIds(svg: string): string {
  const id = /(?<= id="|url\(#)(?:clip|gradient_)\d+/g;
  const prefix = `id${hash(svg.replace(id, '')).toString(36)}`;
  const names = new Map<string, string>();
  return svg.replace(id, (old) => {
    const name = names.get(old) ?? `${prefix}-${names.size}`;
    names.set(old, name);
    return name;
  });
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

interface Log {
  readonly logger: LoggerInterface;
  readonly warnings: string[];
  readonly errors: string[];
}

function collectingLogger(): Log {
  const warnings: string[] = [];
  const errors: string[] = [];
  const text = (parts: readonly unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  const logger: LoggerInterface = {
    level: () => logger,
    error(...parts) {
      errors.push(text(parts));
      return this;
    },
    warn(...parts) {
      warnings.push(text(parts));
      return this;
    },
    info() {
      return this;
    },
    debug() {
      return this;
    },
  };
  return { logger, warnings, errors };
}

function failure(spec: TopLevelSpec, problem: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`the chart ${titleOf(spec)} ${problem}: ${reason}`, { cause });
}

function titleOf({ title }: TopLevelSpec): string {
  if (typeof title === 'string') return JSON.stringify(title);
  const text = typeof title === 'object' && 'text' in title ? title.text : undefined;
  return typeof text === 'string' ? JSON.stringify(text) : 'without a title';
}
