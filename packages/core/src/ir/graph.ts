import * as E from 'fp-ts/lib/Either.js';
import { AdjointException, formatType, invalid, refuse, type AdjointError } from '../value/error.js';
import { faultOfName, limits } from '../value/limits.js';
import { at, replaceEach } from '../support/list.js';
import { dependencyOrder } from '../support/order.js';
import { sameType } from '../value/shape.js';
import { inputNameOf, stateOf } from './source.js';
import { graphsOf } from './attributes.js';
import type { Graph, Node, Value } from './grammar.js';
import { makeNode } from './node.js';
import { inferTypes, titleOf } from './types.js';
import { aGraph, aValue, namedValues, someValues, wellFormed } from './sorts.js';
import { argumentFault, expectArgument, optional } from '../value/argument.js';
import { quoted } from '../support/describe.js';

/** The nodes that `values` depend on, each after its inputs' nodes. */
export function nodesUnder(values: readonly Value[]): Node[] {
  expectArgument('nodesUnder', 'values', values, someValues);
  return dependencyOrder(
    values.map(({ node }) => node),
    ({ inputs }, index) => inputs[index]?.node,
  );
}

/** What is wrong with an output's name: it is a key of a record that keeps its order, which numbers do not. */
const faultOfOutput = (name: string): string | undefined =>
  name === '' || /^\d+$/.test(name) ? 'an output needs a name that is not a number' : faultOfName(name);

const depths = new WeakMap<Graph, number>();

/** How deep graphs stand inside a graph; one that no op holds yet is 0 deep. Each is made before what holds it. */
const depthOf = (nodes: readonly Node[]): number =>
  nodes.reduce(
    (deepest, { op, attributes }) =>
      Object.values(graphsOf(op.attributes, attributes)).reduce(
        (most, inner) => Math.max(most, 1 + (depths.get(inner) ?? 0)),
        deepest,
      ),
    0,
  );

/**
 * The graph under named values, or why there is none: two inputs share a name, an output's name is a number, an input is
 * not among the given ones, or graphs are nested deeper than `limits.graphs`.
 */
export function makeGraph(
  outputs: Readonly<Record<string, Value>>,
  inputs?: readonly Value[],
): E.Either<AdjointError, Graph> {
  const fault = (path: readonly string[], problem: string, remedy?: string): E.Either<AdjointError, never> =>
    E.left(invalid('graph', path, problem, remedy));
  for (const name of Object.keys(outputs)) {
    const wrong = faultOfOutput(name);
    if (wrong !== undefined) return fault(['outputs', name], wrong);
  }
  // Inputs that nothing uses come last, so that the order of the rest follows from the outputs alone.
  const nodes = nodesUnder([...Object.values(outputs), ...(inputs ?? [])]);
  const found = nodes.flatMap((node) => (inputNameOf(node) === undefined ? [] : node.outputs));
  const names = new Map<string, Value>();
  for (const input of inputs ?? found) {
    const name = inputNameOf(input.node);
    if (name === undefined)
      return fault(['inputs'], `${input.node.op.name} stands where an input was expected`);
    if (names.has(name)) {
      return fault(
        ['inputs', name],
        'two inputs share this name',
        'Create an input once and use its value twice.',
      );
    }
    names.set(name, input);
  }
  for (const input of found) {
    const name = nameOfInput(input);
    if (names.get(name) !== input)
      return fault(
        ['inputs', name],
        'the input is used but not among the given inputs',
        'Give it too; to the body of a scan, a cond or a composite pass it as an operand.',
      );
  }
  const depth = depthOf(nodes);
  if (depth > limits.graphs) return fault(['nodes'], `graphs are nested more than ${limits.graphs} deep`);
  const made = wellFormed({ inputs: inputs ?? found, nodes, outputs });
  depths.set(made, depth);
  return E.right(made);
}

/**
 * The graph under named values.
 * @param inputs the order of the inputs, for a graph that is called with a list; those found, in order of use,
 *   unless given
 * @throws AdjointException for what `makeGraph` refuses
 * @example graph({ loss, prediction }).inputs.map(nameOfInput) // ["X", "Y"]
 */
export function graph(outputs: Readonly<Record<string, Value>>, inputs?: readonly Value[]): Graph {
  expectArgument('graph', 'outputs', outputs, namedValues);
  expectArgument('graph', 'inputs', inputs, optional(someValues));
  const made = makeGraph(outputs, inputs);
  if (E.isLeft(made)) throw new AdjointException(made.left);
  return made.right;
}

/**
 * A graph that an attribute holds: all it uses is passed to it, in the order of `inputs`.
 * @throws AdjointException where it uses an input or a state from outside
 */
export function subgraph(outputs: Readonly<Record<string, Value>>, inputs: readonly Value[]): Graph {
  const made = graph(outputs, inputs);
  for (const node of made.nodes) {
    const state = stateOf(node);
    if (state !== undefined) {
      refuse(
        'graph',
        [],
        `the body uses the state ${quoted(state.path)} from outside`,
        'Pass it to the body as an operand.',
      );
    }
  }
  return made;
}

/**
 * The name of an input value.
 * @throws AdjointException for a value that is none
 */
export function nameOfInput(value: Value): string {
  expectArgument('nameOfInput', 'value', value, aValue);
  const name = inputNameOf(value.node);
  if (name === undefined) {
    const problem = `expected an input, found what ${value.node.op.name} gives`;
    refuse('argument', ['nameOfInput', 'value'], problem);
  }
  return name;
}

/**
 * Checks what the types of TypeScript cannot: order, closedness, and that every node's types are what its op's rule
 * gives, in sub-graphs too.
 */
export function checkGraph(checked: Graph): E.Either<AdjointError, Graph> {
  const stranger = argumentFault(['checkGraph', 'graph'], checked, aGraph);
  return stranger === undefined ? checkOnce(checked, new Set()) : E.left(stranger);
}

/** A graph that several nodes hold is checked once. */
function checkOnce(checked: Graph, done: Set<Graph>): E.Either<AdjointError, Graph> {
  const known = new Set<Node>();
  for (const [position, node] of checked.nodes.entries()) {
    const fault = (problem: string): E.Either<AdjointError, never> => {
      const path = ['nodes', position];
      return E.left(invalid('graph', path, `${titleOf(node.op, node.attributes)}: ${problem}`));
    };
    if (node.inputs.some((input) => !known.has(input.node)))
      return fault('an input comes later, or not at all');
    if (node.inputs.some((input) => input.node.outputs[input.index] !== input))
      return fault('an input is not an output');
    const inferred = inferTypes(node.op, node.inputs, node.attributes, node.name);
    if (E.isLeft(inferred)) return inferred;
    const { types } = inferred.right;
    if (types.length !== node.outputs.length)
      return fault(`has ${node.outputs.length} outputs, its rule ${types.length}`);
    const wrong = types.findIndex((type, index) => {
      const own = node.outputs[index];
      return own === undefined || !sameType(own, type);
    });
    const [own, type] = [node.outputs[wrong], types[wrong]];
    if (type !== undefined) {
      return fault(
        `output ${wrong} is ${own ? formatType(own) : 'missing'}, its rule gives ${formatType(type)}`,
      );
    }
    for (const subgraph of Object.values(graphsOf(node.op.attributes, node.attributes))) {
      const inner = done.has(subgraph) ? E.right(subgraph) : checkOnce(subgraph, done);
      if (E.isLeft(inner)) return inner;
    }
    known.add(node);
  }
  for (const [name, value] of Object.entries(checked.outputs)) {
    if (!known.has(value.node))
      return E.left(invalid('graph', ['outputs', name], 'its node is not in the graph'));
  }
  done.add(checked);
  return E.right(checked);
}

/**
 * The nodes of a graph with some values replaced, everything after them inferred anew; what does not depend on a
 * replaced value stays the same object.
 */
export function replaceValues(
  nodes: readonly Node[],
  replacements: ReadonlyMap<Value, Value>,
): E.Either<AdjointError, (value: Value) => Value> {
  const replaced = new Map(replacements);
  for (const node of nodes) {
    if (node.outputs.every((output) => replacements.has(output))) continue;
    const inputs = replaceEach(node.inputs, (input) => replaced.get(input) ?? input);
    if (inputs === node.inputs) continue;
    const inferred = inferTypes(node.op, inputs, node.attributes, node.name);
    if (E.isLeft(inferred)) return inferred;
    const { types, attributes } = inferred.right;
    const { outputs } = makeNode(node.op, inputs, attributes, types, node);
    outputs.forEach((output, index) => replaced.set(at(node.outputs, index), output));
  }
  return E.right((value) => replaced.get(value) ?? value);
}

/**
 * The outputs of a graph with values in place of its inputs.
 * @throws AdjointException where a value's type is refused by an op in the graph
 */
export function instantiate(called: Graph, operands: readonly Value[]): readonly Value[] {
  expectArgument('instantiate', 'graph', called, aGraph);
  expectArgument('instantiate', 'operands', operands, someValues);
  const { inputs, nodes, outputs } = called;
  if (operands.length < inputs.length) {
    const problem = `expected ${inputs.length} values, one for each input, found ${operands.length}`;
    refuse('argument', ['instantiate', 'operands'], problem);
  }
  const replacements = new Map(inputs.map((input, index) => [input, at(operands, index)]));
  const replaced = replaceValues(nodes, replacements);
  if (E.isLeft(replaced)) throw new AdjointException(replaced.left);
  return Object.values(outputs).map(replaced.right);
}
