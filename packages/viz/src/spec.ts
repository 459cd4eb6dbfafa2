import type { TopLevelSpec } from 'vega-lite';

type LayeredSpec = Extract<TopLevelSpec, { layer: unknown }>;

/** One layer of a layered chart. */
export type Layer = LayeredSpec['layer'][number];

type UnitEncoding = NonNullable<Extract<Layer, { mark: unknown }>['encoding']>;

/** What the x or y channel of a chart shows, and how. */
export type PositionChannel = NonNullable<UnitEncoding['y']>;

/** One step of a chart's data pipeline. */
export type Transform = NonNullable<LayeredSpec['transform']>[number];

/** The schema that every chart names, so that editors and vega-embed know its version. */
export const schemaUrl = 'https://vega.github.io/schema/vega-lite/v6.json';

/** A param of a chart: a value, an expression or a slider. */
export type Parameter = Extract<
  NonNullable<LayeredSpec['params']>[number],
  { bind?: unknown; expr?: unknown }
>;
