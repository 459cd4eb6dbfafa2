import { application, symbol, type Formula } from '../scalar/formula.js';
import type { Graph, Value } from '../ir/grammar.js';
import { titleOf } from '../ir/types.js';

/**
 * The formula of every named value of a graph, in order; values without a name are written out where they are used.
 * Between tensors `\cdot` is the product position by position, and juxtaposition the matrix product.
 */
export function formulasOf({ nodes }: Graph): ReadonlyMap<string, string> {
  const formulas = new Map<string, string>();
  const shown = new Map<Value, Formula>();
  for (const { op, inputs, attributes, outputs, name } of nodes) {
    const operands = inputs.map((input) => shown.get(input) ?? symbol('?'));

    const own = op.latex?.(operands, attributes, inputs) ?? application(titleOf(op, attributes), operands);
    if (name !== undefined && inputs.length > 0) formulas.set(name, own.text);
    for (const output of outputs) shown.set(output, name === undefined ? own : symbol(name));
  }
  return formulas;
}
