import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type AnySchemaObject } from 'ajv';
import type { TopLevelSpec } from 'vega-lite';

const require = createRequire(import.meta.url);
const path = require.resolve('vega-lite/vega-lite-schema.json');
const schema = JSON.parse(readFileSync(path, 'utf8')) as AnySchemaObject;
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

/** What Vega-Lite's own schema holds against a spec as JSON; `[]` where nothing. */
export function schemaErrors(spec: TopLevelSpec): readonly string[] {
  const valid = validate(JSON.parse(JSON.stringify(spec)));
  return valid
    ? []
    : (validate.errors ?? [])
        .slice(0, 5)
        .map(({ instancePath, message }) => `${instancePath}: ${message ?? ''}`);
}
