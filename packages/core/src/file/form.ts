import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { faultOfName, limits } from '../value/limits.js';
import { checked, exact, listOf, natural, textCodec } from './codec.js';

/** The form of graph files: what a file is before anything in it is looked up. */

/** An output of a node, by the positions of both. */
export type Reference = readonly [node: number, output: number];

export interface EncodedNode {
  readonly op: string;
  readonly inputs: readonly Reference[];
  readonly attributes: unknown;
  readonly name?: string;
  readonly scope?: number;
}

export interface EncodedScope {
  readonly name: string;
  readonly size: number;
  /** The position of the scope that it is in. */
  readonly parent?: number;
}

export interface EncodedGraph {
  readonly scopes: readonly EncodedScope[];
  readonly nodes: readonly EncodedNode[];
  readonly inputs: readonly number[];
  /** Entries: a record would take `__proto__` for something else. */
  readonly outputs: readonly (readonly [name: string, value: Reference])[];
}

const reference: t.Type<Reference, unknown> = checked(
  '[node, output]',
  (u): u is Reference => Array.isArray(u) && u.length === 2 && u.every((each) => natural.is(each)),
);

const encodedOutputs: t.Type<EncodedGraph['outputs'], unknown> = new t.Type<EncodedGraph['outputs'], unknown>(
  'references by name',
  (u): u is EncodedGraph['outputs'] => Array.isArray(u),
  (u, context) => {
    if (typeof u !== 'object' || u === null || Array.isArray(u)) {
      return t.failure(u, context, 'expected references by name');
    }
    const entries: (readonly [string, Reference])[] = [];
    for (const [name, value] of Object.entries(u)) {
      const inner = t.appendContext(context, name, reference, value);
      const fault = faultOfName(name);
      if (fault !== undefined) return t.failure(name, inner, fault);
      const decoded = reference.validate(value, inner);
      if (E.isLeft(decoded)) return decoded;
      entries.push([name, decoded.right]);
    }
    return t.success(entries);
  },
  (entries) => Object.fromEntries(entries),
);

const encodedNode: t.Type<EncodedNode, unknown> = exact(
  { op: t.string, inputs: listOf(reference, limits.operands), attributes: t.unknown },
  { name: textCodec, scope: natural },
);

const encodedScope: t.Type<EncodedScope, unknown> = exact(
  { name: textCodec, size: natural },
  { parent: natural },
);

export const encodedGraph: t.Type<EncodedGraph, unknown> = exact({
  scopes: listOf(encodedScope, limits.nodes),
  nodes: listOf(encodedNode, limits.nodes),
  inputs: listOf(natural, limits.nodes),
  outputs: encodedOutputs,
});

export const encodedFile: t.Type<
  { readonly format: 'adjoint-graph'; readonly version: number; readonly graph: unknown },
  unknown
> = exact({ format: t.literal('adjoint-graph'), version: natural, graph: t.unknown });
