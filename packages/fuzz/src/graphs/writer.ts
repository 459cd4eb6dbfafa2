import type { Json } from './json.js';

/** Files written by hand, node by node, whatever they mean. */

export interface WrittenNode {
  readonly op: string;
  readonly inputs: readonly (readonly [number, number])[];
  readonly attributes: Record<string, Json>;
  readonly name?: string;
  readonly scope?: number;
}

export interface WrittenGraph {
  readonly scopes?: readonly Json[];
  readonly nodes: readonly WrittenNode[];
  readonly inputs?: readonly number[];
  /** Pairs, since names may be equal or `__proto__`. */
  readonly outputs?: readonly (readonly [name: string, reference: Json])[];
}

const fields = (pairs: readonly (readonly [string, string])[]): string =>
  `{${pairs.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`;

export function graphText({ scopes = [], nodes, inputs = [], outputs }: WrittenGraph): string {
  const named = outputs ?? [['out', [nodes.length - 1, 0]]];
  return fields([
    ['scopes', JSON.stringify(scopes)],
    ['nodes', JSON.stringify(nodes)],
    ['inputs', JSON.stringify(inputs)],
    ['outputs', fields(named.map(([name, reference]) => [name, JSON.stringify(reference)]))],
  ]);
}

/** A file whose graph is some text. */
export const fileText = (graph: string): string => `{"format":"adjoint-graph","version":1,"graph":${graph}}`;

export const file = (written: WrittenGraph): string => fileText(graphText(written));

export const inputNode = (shape: readonly number[], name = 'x', dtype = 'f64'): WrittenNode => ({
  op: 'input',
  inputs: [],
  attributes: { name, dtype, shape: [...shape] },
  name,
});

export const constantNode = (shape: readonly number[], data: string, dtype = 'f64'): WrittenNode => ({
  op: 'constant',
  inputs: [],
  attributes: { value: { dtype, shape: [...shape], data } },
});

/** An op applied to the first outputs of some nodes. */
export const node = (
  op: string,
  inputs: readonly number[],
  attributes: Record<string, Json> = {},
): WrittenNode => ({ op, inputs: inputs.map((index) => [index, 0] as const), attributes });

/** A scalar function applied to the first outputs of some nodes. */
export const mapNode = (fn: string, inputs: readonly number[], name: string = fn): WrittenNode =>
  node('map', inputs, {
    name,
    lambda: {
      parameters: inputs.length,
      expressions: [
        ...inputs.map((_, index) => ({ argument: `x${index}`, dtype: 'f64' })),
        { fn, operands: inputs.map((_, index) => index) },
      ],
    },
  });

export const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The base64 of eight zeros, a double. */
export const zero = 'AAAAAAAAAAA=';

/** A loop whose body has an input and an output of these names. */
export const scanOver = (attributes: string, names: readonly [string, string] = ['carry0', 'x']): string => {
  const body = graphText({
    nodes: [inputNode([3], names[1]), mapNode('tanh', [0])],
    inputs: [0],
    outputs: [[names[0], [1, 0]]],
  });
  return fileText(
    `{"scopes":[],"nodes":[${JSON.stringify(inputNode([3], 'x'))},{"op":"scan","inputs":[[0,0]],"attributes":{"body":${body},"carries":1,"sequences":0,"reverse":false,${attributes}}}],"inputs":[0],"outputs":{"out":[1,0]}}`,
  );
};
