import { application, atom, subscripted, symbol, type Formula } from '../scalar/formula.js';
import type { Graph, Value } from '../ir/grammar.js';
import { titleOf } from '../ir/types.js';
import { lookup } from '../support/list.js';
import { expectArgument } from '../value/argument.js';
import { aGraph } from '../ir/sorts.js';
import { limits } from '../value/limits.js';

const asPart = (formula: Formula): Formula =>
  formula.text.length > limits.formula ? atom('\\cdots') : formula;

/**
 * The formula of every value of a graph that has a name and is computed, in order; values without a name are written
 * out where they are used, as `\\cdots` where that is longer than `limits.formula`. Of a node with several outputs each has its index as a subscript.
 * Between tensors `\cdot` is the product position by position, and juxtaposition the matrix product.
 */
export function formulasOf(graph: Graph): ReadonlyMap<Value, string> {
  expectArgument('formulasOf', 'graph', graph, aGraph);
  const { nodes } = graph;
  const formulas = new Map<Value, string>();
  const shown = new Map<Value, Formula>();
  for (const { op, inputs, attributes, outputs, name } of nodes) {
    const operands = inputs.map((input) => lookup(shown, input));
    const own = op.latex?.(operands, attributes, inputs) ?? application(titleOf(op, attributes), operands);
    for (const output of outputs) {
      const oneOf = (whole: Formula): Formula =>
        outputs.length === 1 ? whole : subscripted(whole, output.index);
      if (name !== undefined && inputs.length > 0) formulas.set(output, oneOf(own).text);
      shown.set(output, name === undefined ? asPart(oneOf(own)) : oneOf(symbol(name)));
    }
  }
  return formulas;
}
