import type { Graph, Node, Value } from '@adjoint/core';
import type { Kernel, View } from '../loop/kernel.js';
import { squeezedView, wholeView } from '../loop/view.js';
import { Fusing } from './fusing.js';
import { order } from './order.js';
import type { Operand, Place } from './place.js';
import { liveNodes, lowerNode, readInputs } from './rules.js';

/** A value that is carried from one step of a loop to the next: where it is, and what replaces it. */
export interface Carried {
  readonly view: View;
  readonly next: Value;
}

/** A value with the place where it is wanted. */
export interface Result {
  readonly view: View;
  readonly value: Value;
}

/** Lowers the nodes of one block, a program or a body of a loop or a branch, to kernels: fuses as it goes, and orders at the end. */
export class Lowering extends Fusing {
  /** A lowering for a block inside this one, such as the body of a loop. */
  block(): Lowering {
    return new Lowering(this.module, this.target);
  }

  /** What a node reads; of its other operands only the shapes matter. */
  operandsOf(node: Node): readonly Operand[] {
    return readInputs(node).map((input) => this.operand(input));
  }

  /** Lowers everything that some values are computed from, but for what has its place already. */
  compute(values: readonly Value[]): void {
    const nodes = liveNodes(values).filter(
      ({ outputs }) => !outputs.every((output) => this.hasPlace(output)),
    );
    for (const value of [values, ...nodes.map(readInputs)].flat()) this.use(value);
    for (const node of nodes) lowerNode(this, node);
  }

  /** The places of a graph's outputs, computed here from operands in place of its inputs. */
  inline({ inputs, nodes, outputs }: Graph, operands: readonly Operand[]): readonly Place[] {
    // The same graph may have been computed before, from other operands.
    for (const node of nodes) for (const output of node.outputs) this.forget(output);
    inputs.forEach((input, index) => {
      const operand = operands[index];
      if (operand !== undefined) this.setPlace(input, operand.place);
    });
    this.compute(Object.values(outputs));
    return Object.values(outputs).map((value) => this.place(value));
  }

  /** The kernels, after results and carried values have been put where they belong. */
  finish(results: readonly Result[], carried: readonly Carried[]): readonly Kernel[] {
    for (const { view, value } of results) this.storeInto(this.operand(value), view);
    const updates = carried.map(({ view, next }) => {
      const operand = this.operand(next);
      const temporary = (): View => wholeView(this.buffer('next', next.dtype, next.shape), next.shape);
      const target = squeezedView(view, next.shape);
      if (operand.place.kind !== 'defined') {
        const moved = temporary();
        this.storeInto(operand, moved);
        return { state: view, moved };
      }
      const { group, level, scalar: value } = operand.place.definition;
      return { state: view, store: group.store(target, value, level), group, temporary };
    });
    return order(this.items.all(), updates, this.target);
  }
}
