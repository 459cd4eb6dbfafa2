import type { Family, Value } from '../ir/grammar.js';
import { zeros } from '../value/tensor.js';
import { mapRules } from './map-rules.js';
import { literal, type Rule } from './node.js';
import { reshapingRules, unviewRules, viewRules } from './view-rules.js';
import { at } from '../support/list.js';

/** The rules of simplification, by family. No rule changes a bit of what a graph computes. */

/** A number that follows from the operands' shapes, such as a count, is a constant while the shapes are what they are. */
const counted: Rule = ({ op: { family }, inputs, attributes }, out) => {
  if (family.kind !== 'source' || inputs.length === 0 || out.shape.length > 0 || out.dtype === 'bool') {
    return undefined;
  }
  const number = zeros([], out.dtype);
  family.fill(number, inputs, attributes);
  return literal(at(number.data, 0), out);
};

const rules: Readonly<Partial<Record<Family['kind'], readonly Rule[]>>> = {
  map: mapRules,
  view: viewRules,
  unview: unviewRules,
  reshaping: reshapingRules,
  source: [counted],
};

/** What the first rule that applies makes of a value; `undefined` where none does. */
export function simpler(value: Value): Value | undefined {
  const { node } = value;
  // Most families have no rules.
  for (const rule of rules[node.op.family.kind] ?? []) {
    const found = rule(node, value);
    if (found !== undefined) return found;
  }
  return undefined;
}
