import type { MapFamily, OpOf, OperationText, Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { define } from '../ir/op.js';
import type { Lambda } from '../scalar/expression.js';
import { formatScalar, scalarFormula } from '../scalar/format.js';
import { at } from '../support/list.js';

/** The one op that applies scalar expressions: every elementwise op is an application of it. */

export interface MapAttributes {
  /** The elementwise op's name, for the reader. */
  readonly name: string;
  readonly lambda: Lambda;
}

/** Derivatives that a pullback makes are named after their function, with a prime. */
const isDerived = (name: string): boolean => name.includes('′');

/** A reader wants the formula of a derivative; an operand without a name keeps the parameter's. */
function textOf(operands: readonly (string | undefined)[], { name, lambda }: MapAttributes): OperationText {
  const { parameters, body } = lambda;
  if (!isDerived(name)) {
    return { operation: `${name}(${operands.map((operand) => operand ?? '?').join(', ')})` };
  }
  const names = parameters.map(
    (parameter, index) => [parameter.name, operands[index] ?? parameter.name] as const,
  );
  return { operation: formatScalar(body, new Map(names)), comment: name };
}

const applyMap = (name: string, lambda: Lambda, inputs: readonly Value[]): Value =>
  build1(map, inputs, { name, lambda });

/** Applies a scalar expression at each position of its broadcast operands. */
export const map: typeof applyMap & OpOf<MapFamily<MapAttributes>, MapAttributes> = define(
  { name: 'map', attributes: { name: 'string', lambda: 'expression' } },
  { kind: 'map' as const, lambda: ({ lambda }: MapAttributes) => lambda },
  {
    text: textOf,
    title: ({ name }) => name,
    latex: (inputs, { lambda: { parameters, body } }) =>
      scalarFormula(body, new Map(parameters.map(({ name }, index) => [name, at(inputs, index)]))),
  },
  applyMap,
);
