import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { firstError } from './codec.js';
import { encodedFile, encodedGraph, type EncodedNode, type EncodedScope } from './form.js';
import {
  attempt,
  attemptEither,
  formatPath,
  invalid,
  refuse,
  renderError,
  type AdjointError,
} from '../value/error.js';
import { faultOfName, limits } from '../value/limits.js';
import type { Description } from '../ir/description.js';
import type { Graph, Names, Node, Primitive, Value } from '../ir/grammar.js';
import { makeGraph } from '../ir/graph.js';
import { makeNode } from '../ir/node.js';
import { scopePath, type Scope } from '../ir/scope.js';
import { inferTypes } from '../ir/types.js';
import { at, lookup } from '../support/list.js';
import { attributesCodec } from './attributes.js';
import { aString, argumentFault, expectArgument, sort, type Sort } from '../value/argument.js';
import { aGraph } from '../ir/sorts.js';
import { quoted } from '../support/describe.js';

const aRegistry: Sort<Names> = sort(
  'a registry',
  (u): u is Names =>
    typeof u === 'object' &&
    u !== null &&
    'op' in u &&
    typeof u.op === 'function' &&
    'scalarFunction' in u &&
    typeof u.scalarFunction === 'function',
  'Make one with createRegistry([corePlugin, …]).',
);

/** The version of the file format; files of a later one are refused. */
const formatVersion = 1;

type Path = readonly (string | number)[];

const everyName: Names = { scalarFunction: () => undefined, op: () => undefined };

/** What reading needs beside the file. */
interface Readers {
  readonly names: Names;
  readonly codecOf: CodecOf;
}

/** A file that could not be read is not written. */
function encodedAttributes(
  position: number,
  { name }: Primitive,
  codec: t.Type<unknown, unknown>,
  attributes: unknown,
): unknown {
  if (!codec.is(attributes)) {
    refuse(
      'graph',
      ['nodes', position, 'attributes'],
      `they are not what ${name} describes`,
      "Mend the op's description, or its builder.",
    );
  }
  return codec.encode(attributes);
}

/** The scopes of some nodes, each after the one that it is in. */
function scopesOf(nodes: readonly Node[]): readonly Scope[] {
  const scopes = new Set<Scope>();
  for (const { scope } of nodes) {
    // What stands in the set stands there with all around it.
    if (scope !== undefined && !scopes.has(scope)) for (const each of scopePath(scope)) scopes.add(each);
  }
  return [...scopes];
}

/** Refuses what is larger or has longer names than files may. */
function requireLimits(nodes: readonly Node[], scopes: readonly Scope[]): void {
  if (nodes.length > limits.nodes) {
    refuse('graph', ['nodes'], `a file has at most ${limits.nodes} nodes, and the graph has ${nodes.length}`);
  }
  const names = [...nodes.map(({ name = '' }) => name), ...scopes.map(({ name }) => name)];
  for (const name of names) {
    const fault = faultOfName(name);
    if (fault !== undefined) refuse('graph', ['nodes', name], fault);
  }
}

function encode({ inputs, nodes, outputs }: Graph, codecOf: CodecOf): unknown {
  const positions = new Map(nodes.map((node, position) => [node, position]));
  const referenceTo = ({ node, index }: Value): unknown => [lookup(positions, node), index];
  const scopes = scopesOf(nodes);
  requireLimits(nodes, scopes);
  const scopePositions = new Map(scopes.map((scope, position) => [scope, position]));
  return {
    scopes: scopes.map(({ name, parent, size }) =>
      parent === undefined ? { name, size } : { name, size, parent: lookup(scopePositions, parent) },
    ),
    nodes: nodes.map(({ op, inputs: operands, attributes, name, scope }, position) => ({
      op: op.name,
      inputs: operands.map(referenceTo),
      attributes: encodedAttributes(position, op, codecOf(op.attributes), attributes),
      ...(name === undefined ? {} : { name }),
      ...(scope === undefined ? {} : { scope: lookup(scopePositions, scope) }),
    })),
    inputs: inputs.map(({ node }) => lookup(positions, node)),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, referenceTo(value)])),
  };
}

function decodeScopes(scopes: readonly EncodedScope[], path: Path): E.Either<AdjointError, Scope[]> {
  const decoded: Scope[] = [];
  const depths: number[] = [];
  for (const [position, { name, size, parent }] of scopes.entries()) {
    const outer = parent === undefined ? undefined : decoded[parent];
    const fault = (problem: string): E.Either<AdjointError, never> =>
      E.left(invalid('graph', [...path, 'scopes', position, 'parent'], problem));
    if (parent !== undefined && outer === undefined) return fault('the parent does not come earlier');
    const depth = parent === undefined ? 1 : at(depths, parent) + 1;
    if (depth > limits.scopes) return fault(`scopes are nested more than ${limits.scopes} deep`);
    depths.push(depth);
    decoded.push(outer === undefined ? { name, size } : { name, size, parent: outer });
  }
  return E.right(decoded);
}

function decodeNode(
  { op: opName, inputs, attributes: encoded, name, scope }: EncodedNode,
  nodes: readonly Node[],
  scopes: readonly Scope[],
  { names, codecOf }: Readers,
  path: Path,
): E.Either<AdjointError, Node> {
  const op = names.op(opName);
  if (op?.kind !== 'primitive') {
    return E.left(
      invalid(
        'graph',
        [...path, 'op'],
        `unknown op ${quoted(opName)}`,
        'Read the file with the plugin that defines it.',
      ),
    );
  }
  if (scope !== undefined && scopes[scope] === undefined) {
    return E.left(invalid('graph', [...path, 'scope'], `there is no scope ${scope}`));
  }
  const operands: Value[] = [];
  for (const [position, [node, output]] of inputs.entries()) {
    const operand = nodes[node]?.outputs[output];
    if (operand === undefined) {
      return E.left(
        invalid(
          'graph',
          [...path, 'inputs', position],
          `node ${node} has no output ${output}, or does not come earlier`,
        ),
      );
    }
    operands.push(operand);
  }
  const attributesPath = [...path, 'attributes'];
  const context = attributesPath.map((key) => ({ key: String(key), type: t.unknown }));
  // A field may have a codec of its own, which is a plugin's code.
  const validated = attempt(`the codec of ${quoted(opName)}`, () =>
    codecOf(op.attributes).validate(encoded, context),
  );
  if (E.isLeft(validated)) return validated;
  const attributes = validated.right;
  if (E.isLeft(attributes)) return E.left(firstError('graph', [], attributes.left));
  const inferred = inferTypes(op, operands, attributes.right, name);
  if (E.isLeft(inferred)) return E.left(invalid('graph', path, renderError(inferred.left)));
  const { types, attributes: fitted } = inferred.right;
  return E.right(
    makeNode(op, operands, fitted, types, { name, scope: scope === undefined ? undefined : scopes[scope] }),
  );
}

/** Reads what `encode` wrote; every fault is a Left with the path that leads to it. */
function decode(u: unknown, readers: Readers, path: Path): E.Either<AdjointError, Graph> {
  const fields = encodedGraph.validate(u, []);
  if (E.isLeft(fields)) return E.left(firstError('graph', path, fields.left));
  const scopes = decodeScopes(fields.right.scopes, path);
  if (E.isLeft(scopes)) return scopes;
  const nodes: Node[] = [];
  for (const [position, encoded] of fields.right.nodes.entries()) {
    const node = decodeNode(encoded, nodes, scopes.right, readers, [...path, 'nodes', position]);
    if (E.isLeft(node)) return node;
    nodes.push(node.right);
  }
  const inputs: Value[] = [];
  for (const [position, index] of fields.right.inputs.entries()) {
    const value = nodes[index]?.outputs[0];
    if (value === undefined)
      return E.left(invalid('graph', [...path, 'inputs', position], `there is no node ${index}`));
    inputs.push(value);
  }
  const outputs = new Map<string, Value>();
  for (const [name, [node, output]] of fields.right.outputs) {
    const value = nodes[node]?.outputs[output];
    if (value === undefined) {
      return E.left(invalid('graph', [...path, 'outputs', name], `node ${node} has no output ${output}`));
    }
    outputs.set(name, value);
  }
  return makeGraph(Object.fromEntries(outputs), inputs);
}

/** The codec of a description's attributes. */
type CodecOf = (description: Description) => t.Type<unknown, unknown>;

/** The codecs of attributes, each made once, as files have many nodes of few ops. */
function codecsFor(names: Names): CodecOf {
  const made = new Map<Description, t.Type<unknown, unknown>>();
  const codecOf: CodecOf = (description) => {
    const codec = made.get(description) ?? attributesCodec(description, readers);
    made.set(description, codec);
    return codec;
  };
  const readers = { names, graph: graphCodec(names, codecOf) };
  return codecOf;
}

/** A graph inside attributes. */
const graphCodec = (names: Names, codecOf: CodecOf): t.Type<Graph, unknown> =>
  new t.Type<Graph, unknown>(
    'a graph',
    (u): u is Graph => typeof u === 'object' && u !== null && 'nodes' in u && 'outputs' in u,
    (u, context) => {
      if (context.filter(({ key }) => key === 'attributes').length > limits.graphs) {
        return t.failure(u, context, `graphs are nested more than ${limits.graphs} deep`);
      }
      const keys = context.map(({ key }) => key);
      const decoded = decode(
        u,
        { names, codecOf },
        keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
      );
      if (E.isRight(decoded)) return t.success(decoded.right);
      const error = decoded.left;
      // The inner error carries the whole path already; io-ts gets it as the context.
      const path = error.tag === 'InvalidError' && error.path.length > 0 ? error.path : keys;
      const problem = error.tag === 'InvalidError' ? error.problem : renderError(error);
      return t.failure(
        u,
        path.map((key) => ({ key: String(key), type: t.unknown })),
        problem,
      );
    },
    (graph) => encode(graph, codecOf),
  );

/** A graph as plain JSON data: op names, attributes, references, and constants in base64. */
export function encodeGraph(graph: Graph): unknown {
  expectArgument('encodeGraph', 'graph', graph, aGraph);
  // Encoding needs no names: only reading looks things up.
  const encoded = encode(graph, codecsFor(everyName));
  return { format: 'adjoint-graph', version: formatVersion, graph: encoded };
}

/**
 * Reads what `encodeGraph` wrote, types inferred and checked anew.
 * @param names where ops and scalar functions are looked up: a registry
 * @returns Left with the path to the fault
 */
export const decodeGraph = (encoded: unknown, names: Names): E.Either<AdjointError, Graph> =>
  attemptEither('reading the graph', () => decodeFile(encoded, names));

function decodeFile(encoded: unknown, names: Names): E.Either<AdjointError, Graph> {
  const fault = argumentFault(['decodeGraph', 'names'], names, aRegistry);
  if (fault !== undefined) return E.left(fault);
  const file = encodedFile.validate(encoded, []);
  if (E.isLeft(file)) return E.left(firstError('graph', [], file.left));
  const { version, graph } = file.right;
  if (version !== formatVersion) {
    const problem = `the file has version ${version}, this Adjoint reads version ${formatVersion}`;
    return E.left(invalid('graph', ['version'], problem));
  }
  return decode(graph, { names, codecOf: codecsFor(names) }, ['graph']);
}

/** The text of a graph file. */
export const writeGraph = (graph: Graph): string => JSON.stringify(encodeGraph(graph));

/** Reads the text of a graph file; see `decodeGraph`. */
export function readGraph(text: string, names: Names): E.Either<AdjointError, Graph> {
  const fault = argumentFault(['readGraph', 'text'], text, aString);
  if (fault !== undefined) return E.left(fault);
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(text),
    (error) => invalid('graph', [], `not JSON: ${error instanceof Error ? error.message : formatPath([])}`),
  );
  return E.isLeft(parsed) ? parsed : decodeGraph(parsed.right, names);
}
