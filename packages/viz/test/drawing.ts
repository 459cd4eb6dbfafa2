import { parse, View, type LoggerInterface } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { compileSpec } from '@adjoint/viz';

/** An item that Vega drew, in the order of drawing; positions are pixels of the view. */
export interface Drawn {
  readonly mark: string;
  readonly role: string;
  readonly datum: Readonly<Record<string, unknown>>;
  readonly bounds: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  readonly x: number;
  readonly y: number;
  readonly opacity: number;
  readonly text: string;
  readonly fill: unknown;
  readonly stroke: unknown;
}

interface SceneItem extends Partial<Omit<Drawn, 'mark' | 'role' | 'datum'>> {
  readonly datum?: Drawn['datum'];
  readonly items?: readonly SceneMark[];
}

interface SceneMark {
  readonly marktype: string;
  readonly role: string;
  readonly items: readonly SceneItem[];
}

const isGroup = (mark: SceneMark): boolean => mark.marktype === 'group';

function flatten(mark: SceneMark): Drawn[] {
  return mark.items.flatMap((item) =>
    isGroup(mark)
      ? (item.items ?? []).flatMap(flatten)
      : [
          {
            mark: mark.marktype,
            role: mark.role,
            datum: item.datum ?? {},
            bounds: item.bounds ?? { x1: NaN, y1: NaN, x2: NaN, y2: NaN },
            x: item.x ?? 0,
            y: item.y ?? 0,
            opacity: item.opacity ?? 1,
            text: item.text ?? '',
            fill: item.fill,
            stroke: item.stroke,
          },
        ],
  );
}

/** Runs a chart and gives what it drew, with everything that Vega had to say about it. */
export async function draw(
  spec: TopLevelSpec,
  params: Readonly<Record<string, number>> = {},
): Promise<{ readonly marks: readonly Drawn[]; readonly complaints: readonly string[] }> {
  const complaints: string[] = [];
  const complain = (...parts: unknown[]): LoggerInterface => {
    complaints.push(parts.map(String).join(' '));
    return logger;
  };
  const silent = (): LoggerInterface => logger;
  const logger: LoggerInterface = {
    level: silent,
    error: complain,
    warn: complain,
    info: silent,
    debug: silent,
  };
  const view = new View(parse(compileSpec(spec).vega), { renderer: 'none', logger });
  for (const [name, value] of Object.entries(params)) view.signal(name, value);
  await view.runAsync();
  const scene: unknown = view.scenegraph();
  const marks = flatten((scene as { readonly root: SceneMark }).root);
  view.finalize();
  return { marks, complaints };
}

/** The items of one kind of mark that stand for data, not for axes and legends. */
export const dataMarks = (marks: readonly Drawn[], mark: string): readonly Drawn[] =>
  marks.filter((item) => item.mark === mark && item.role === 'mark');

/** A number field of a drawn item's row. */
export function numberOf(item: Drawn, field: string): number {
  const value = item.datum[field];
  if (typeof value !== 'number') throw new Error(`${field} is no number but ${String(value)}`);
  return value;
}
