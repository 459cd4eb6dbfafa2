import { everyOf, isRecord, isOf, listOf, sort, type Sort } from '../value/argument.js';
import { calledIn } from '../support/describe.js';
import { isTensor } from '../value/tensor.js';
import { faultOfCopy } from './copy.js';
import type { Composite, Graph, Node, Primitive, Value } from './grammar.js';
import { inputNameOf } from './source.js';
import { isNode, isValue } from './value.js';

/** The sorts of arguments that are parts of graphs. */

/** What another copy of core made looks the same, and its ops are others. */
function copyOf(u: unknown): string | undefined {
  if (typeof u !== 'object' || u === null || !(calledIn in u) || !('node' in u)) return undefined;
  const { node } = u;
  if (typeof node !== 'object' || node === null || !('op' in node) || !isOf(aPrimitive, node.op))
    return undefined;
  const fault = faultOfCopy('It', node.op);
  return fault && `${fault.problem}. ${fault.remedy ?? ''}`;
}

function instead(u: unknown): string | undefined {
  const foreign = copyOf(u);
  if (foreign !== undefined) return foreign;
  if (isTensor(u) || typeof u === 'number' || Array.isArray(u)) return 'Write constant(…) around a tensor.';
  if (isRecord(u) && 'node' in u && 'index' in u) return 'Values are made by ops, and not by hand.';
  return undefined;
}

export const aValue: Sort<Value> = sort('a value', isValue, instead);
export const someValues: Sort<readonly Value[]> = listOf('a list of values', aValue);
export const aValueOrNumber: Sort<Value | number> = sort(
  'a value or a number',
  (u): u is Value | number => typeof u === 'number' || isValue(u),
  instead,
);
export const aNode: Sort<Node> = sort('a node', isNode);

export const aComposite: Sort<Composite> = sort(
  'a composite op',
  // One that a file named and nobody knows is no function.
  (u): u is Composite =>
    (typeof u === 'function' || (typeof u === 'object' && u !== null)) &&
    'kind' in u &&
    u.kind === 'composite' &&
    'name' in u &&
    typeof u.name === 'string',
);

export const aPrimitive: Sort<Primitive> = sort(
  'a primitive op',
  (u): u is Primitive =>
    (typeof u === 'function' || (typeof u === 'object' && u !== null)) &&
    'kind' in u &&
    u.kind === 'primitive' &&
    'family' in u,
);

/** Graphs that were seen to be well formed. */
const known = new WeakSet<object>();

/** A graph of which it is known. */
export function wellFormed(graph: Graph): Graph {
  known.add(graph);
  return graph;
}

/** Whether nodes come after what they use, and everything that a graph speaks of is in it. */
function isWellFormed(u: object): boolean {
  if (!('nodes' in u && 'inputs' in u && 'outputs' in u)) return false;
  const { nodes, inputs, outputs } = u;
  const seen = new Set<Node>();
  const follows = (node: unknown): node is Node => {
    if (!isNode(node) || !node.inputs.every((input) => seen.has(input.node))) return false;
    seen.add(node);
    return true;
  };
  const isWithin = (each: unknown): each is Value => isValue(each) && seen.has(each.node);
  const isInput = (each: unknown): each is Value => isWithin(each) && inputNameOf(each.node) !== undefined;
  return (
    everyOf(nodes, follows) &&
    everyOf(inputs, isInput) &&
    isRecord(outputs) &&
    Object.values(outputs).every(isWithin)
  );
}

/** That a graph was made by another copy of core, where it was. */
export function foreignIn(u: unknown): string | undefined {
  if (!isRecord(u) || !isRecord(u.outputs)) return undefined;
  return Object.values(u.outputs)
    .map(copyOf)
    .find((fault) => fault !== undefined);
}

export const aGraph: Sort<Graph> = sort(
  'a graph',
  (u): u is Graph => {
    if (typeof u !== 'object' || u === null) return false;
    if (known.has(u)) return true;
    if (!isWellFormed(u)) return false;
    known.add(u);
    return true;
  },
  (u) =>
    isValue(u)
      ? 'Write graph({ out: … }) around a value.'
      : (foreignIn(u) ?? 'Graphs are made by graph({ … }).'),
);

/** Values by name. */
export const namedValues: Sort<Readonly<Record<string, Value>>> = sort(
  'a record of values, as in { loss, prediction }',
  (u): u is Readonly<Record<string, Value>> => isRecord(u) && Object.values(u).every(isValue),
  (u) =>
    isValue(u)
      ? 'Give it a name: { out: … }.'
      : isRecord(u)
        ? instead(Object.values(u).find((each) => !isOf(aValue, each)))
        : undefined,
);
