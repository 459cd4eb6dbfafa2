import { calledIn } from '../support/describe.js';
import type { DType } from '../value/dtype.js';
import { formatType } from '../value/error.js';
import { refuseAsNumber } from '../value/argument.js';
import type { Shape, TensorType } from '../value/shape.js';
import type { Node, Primitive, Value } from './grammar.js';
import type { Scope } from './scope.js';

/**
 * Values and nodes as they are made. They are plain data; their classes tell them from what only looks like them, and
 * say what is wrong where one is used as a number.
 */

class MadeValue implements Value {
  readonly #made = true;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly node: Node;
  readonly index: number;

  constructor({ dtype, shape }: TensorType, node: Node, index: number) {
    this.dtype = dtype;
    this.shape = shape;
    this.node = node;
    this.index = index;
  }

  static is(candidate: unknown): candidate is Value {
    return typeof candidate === 'object' && candidate !== null && #made in candidate;
  }

  [Symbol.toPrimitive](hint: string): never {
    return refuseAsNumber('a value', '', hint);
  }

  get [calledIn](): string {
    return `a value ${formatType(this)}`;
  }
}

export interface NodeLabels {
  readonly name?: string | undefined;
  readonly scope?: Scope | undefined;
}

class MadeNode implements Node {
  readonly #made = true;
  readonly op: Primitive;
  readonly inputs: readonly Value[];
  readonly attributes: unknown;
  readonly outputs: readonly Value[];
  // Most nodes have no label, and then no field for it.
  declare readonly name?: string;
  declare readonly scope?: Scope;

  constructor(
    op: Primitive,
    inputs: readonly Value[],
    attributes: unknown,
    types: readonly TensorType[],
    { name, scope }: NodeLabels,
  ) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.outputs = types.map((type, index) => new MadeValue(type, this, index));
    if (name !== undefined) this.name = name;
    if (scope !== undefined) this.scope = scope;
  }

  static is(candidate: unknown): candidate is Node {
    return typeof candidate === 'object' && candidate !== null && #made in candidate;
  }

  get [calledIn](): string {
    return `a node of ${this.op.name}`;
  }
}

/** Whether something is a value that this copy of core made. */
export const isValue = (candidate: unknown): candidate is Value => MadeValue.is(candidate);

/** Whether something is a node that this copy of core made. */
export const isNode = (candidate: unknown): candidate is Node => MadeNode.is(candidate);

/** A node with outputs of these types. */
export const nodeOf = (
  op: Primitive,
  inputs: readonly Value[],
  attributes: unknown,
  types: readonly TensorType[],
  labels: NodeLabels,
): Node => new MadeNode(op, inputs, attributes, types, labels);
