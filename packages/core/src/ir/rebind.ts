import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { formatType, invalid, type AdjointError } from '../value/error.js';
import { at } from '../support/list.js';
import { graph, nameOfInput, replaceValues } from './graph.js';
import type { Graph, Value } from './grammar.js';
import { makeNode } from './node.js';
import { sameType, type TensorType } from '../value/shape.js';

/**
 * The same computation for inputs of other sizes: every type is inferred anew, in sub-graphs too.
 * @param types the new types by input name; inputs not named keep theirs
 * @returns Left where a name is not an input's, dtype or rank would change, or an op's type rule refuses the new types
 * @example rebind(graph({ prediction }), { X: { dtype: 'f64', shape: [7, 2] } }).right.outputs.prediction.shape // [7, 1]
 */
export function rebind(
  bound: Graph,
  types: Readonly<Record<string, TensorType>>,
): E.Either<AdjointError, Graph> {
  const names = bound.inputs.map(nameOfInput);
  const unknown = Object.keys(types).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return E.left(invalid('graph', ['inputs', unknown], `no such input; the graph has ${names.join(', ')}`));
  }
  const replacements = new Map<Value, Value>();
  for (const old of bound.inputs) {
    const name = nameOfInput(old);
    const type = types[name];
    if (type !== undefined && (type.dtype !== old.dtype || type.shape.length !== old.shape.length)) {
      // Expressions know their dtypes, and axes are counted: only sizes can change.
      return E.left(
        invalid(
          'graph',
          ['inputs', name],
          `${formatType(old)} cannot become ${formatType(type)}`,
          'Keep dtype and rank.',
        ),
      );
    }
    if (type !== undefined) replacements.set(old, retyped(old, type));
  }
  return pipe(
    replaceValues(bound.nodes, replacements),
    E.map((replaced) =>
      graph(
        Object.fromEntries(Object.entries(bound.outputs).map(([name, value]) => [name, replaced(value)])),
        bound.inputs.map(replaced),
      ),
    ),
  );
}

/** An input of the same name, of another type. */
function retyped({ node: { op, attributes, name } }: Value, type: TensorType): Value {
  const { family } = op;
  const own = family.kind === 'source' ? (family.input?.retyped(attributes, type) ?? attributes) : attributes;
  return at(makeNode(op, [], own, [type], { name }).outputs, 0);
}

/** A sub-graph fitted to operands of other types, in the order of its inputs; itself where they already fit. */
export function fitBody(body: Graph, operands: readonly TensorType[]): E.Either<AdjointError, Graph> {
  const changed = body.inputs.flatMap((own, index) => {
    const type = operands[index];
    return type === undefined || sameType(type, own) ? [] : [[nameOfInput(own), type] as const];
  });
  return changed.length === 0 ? E.right(body) : rebind(body, Object.fromEntries(changed));
}
