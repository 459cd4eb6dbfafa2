import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { formatType, invalid, type AdjointError } from '../value/error.js';
import { at } from '../support/list.js';
import { makeGraph, nameOfInput, replaceValues } from './graph.js';
import type { Graph, Value } from './grammar.js';
import { makeNode } from './node.js';
import { faultOfType, sameType, type TensorType } from '../value/shape.js';
import { argumentFault, readRecord, recordOf, sort, type Sort } from '../value/argument.js';
import { aGraph } from './sorts.js';

/** What has a dtype and a shape; what is wrong with them is told of the input. */
const likeType: Sort<TensorType> = sort(
  'what looks like a type',
  (u): u is TensorType => typeof u === 'object' && u !== null && 'dtype' in u && 'shape' in u,
);

const namedTypes = recordOf(
  'types by the names of inputs, as in { x: { dtype: "f64", shape: [7, 2] } }',
  likeType,
);

/**
 * The same computation for inputs of other sizes: every type is inferred anew, in sub-graphs too.
 * @param types the new types by input name; inputs not named keep theirs
 * @returns Left where a name is not an input's, dtype or rank would change, or an op's type rule refuses the new types
 * @example rebind(graph({ prediction }), { X: { dtype: 'f64', shape: [7, 2] } }).right.outputs.prediction.shape // [7, 1]
 */
export const rebind = (
  bound: Graph,
  types: Readonly<Record<string, TensorType>>,
): E.Either<AdjointError, Graph> => {
  const given = readRecord(types);
  const fault =
    argumentFault(['rebind', 'graph'], bound, aGraph) ??
    argumentFault(['rebind', 'types'], given ?? types, namedTypes);
  // The check has seen that each is a type.
  return fault === undefined ? rebound(bound, new Map(Object.entries(given as typeof types))) : E.left(fault);
};

/** The types by name in a map: names of inputs may be those that every object has. */
function rebound(bound: Graph, types: ReadonlyMap<string, TensorType>): E.Either<AdjointError, Graph> {
  const inputs = new Map(bound.inputs.map((input) => [nameOfInput(input), input]));
  for (const name of types.keys()) {
    if (inputs.has(name)) continue;
    const problem = `no such input; the graph has ${[...inputs.keys()].slice(0, 20).join(', ')}`;
    return E.left(invalid('graph', ['inputs', name], problem));
  }
  const replacements = new Map<Value, Value>();
  for (const [name, old] of inputs) {
    const type = types.get(name);
    if (type === undefined) continue;
    const fault = (problem: string, remedy?: string): E.Either<AdjointError, never> =>
      E.left(invalid('graph', ['inputs', name], problem, remedy));
    const wrong = faultOfType(type);
    if (wrong !== undefined) return fault(wrong);
    if (type.dtype !== old.dtype || type.shape.length !== old.shape.length) {
      // Expressions know their dtypes, and axes are counted: only sizes can change.
      return fault(`${formatType(old)} cannot become ${formatType(type)}`, 'Keep dtype and rank.');
    }
    replacements.set(old, retyped(old, type));
  }
  return pipe(
    replaceValues(bound.nodes, replacements),
    E.chain((replaced) =>
      makeGraph(
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
  return changed.length === 0 ? E.right(body) : rebound(body, new Map(changed));
}
