import { type Graph, type Node, type Value } from '@adjoint/core';
import { dependencyOrder } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { View } from '../loop/kernel.js';
import { squeezedView } from '../loop/view.js';
import { Fuser } from './fuser.js';
import type { Location, Operand } from './location.js';
import type { Module } from './module.js';
import { Sequence, type Carry, type Item, type LoweredBlock } from './sequence.js';
import { Storage } from './storage.js';
import { Values } from './values.js';

/** What becomes of nodes when they are lowered. */
export interface Rules {
  /** The operands whose elements a node reads; of the others it needs the shapes alone. */
  readonly operandsOf: (node: Node) => readonly Value[];
  /** Lowers one node, whose operands have been lowered: says where its outputs are. */
  readonly lower: (block: Block, node: Node) => void;
}

/** An operand with the view where its elements are wanted. */
export interface Result {
  readonly operand: Operand;
  readonly view: View;
}

/** The nodes of one block, a program or the body of a loop or a choice, while they are lowered. */
export class Block {
  readonly module: Module;
  readonly #rules: Rules;
  /** Where the values are. */
  readonly values: Values = new Values();
  readonly #sequence = new Sequence();
  /** Puts values into memory. */
  readonly storage: Storage;
  /** Computes values. */
  readonly fuser: Fuser;

  constructor(module: Module, rules: Rules) {
    this.module = module;
    this.#rules = rules;
    this.storage = new Storage(module, this.#sequence);
    this.fuser = new Fuser(this.#sequence, this.storage);
  }

  /** A block inside this one, such as the body of a loop. */
  inner(): Block {
    return new Block(this.module, this.#rules);
  }

  /** What a node reads; of its other operands only the shapes matter. */
  operands(node: Node): readonly Operand[] {
    return this.#rules.operandsOf(node).map((input) => this.values.operand(input));
  }

  /** Says that a value is what a view shows. */
  setView(value: Value, view: View): void {
    this.values.set(value, { kind: 'view', view });
  }

  /** Adds an item that writes views. */
  add(item: Exclude<Item, { readonly kind: 'fusion' }>, views: readonly View[]): void {
    this.#sequence.add(item);
    for (const { buffer } of views) this.#sequence.wrote(buffer, item);
  }

  /** The same for a node, whose outputs the views are. */
  addFor(node: Node, item: Exclude<Item, { readonly kind: 'fusion' }>, views: readonly View[]): void {
    this.add(item, views);
    zipWith(node.outputs, views, (output, view) => this.setView(output, view));
  }

  /** Lowers everything that some values are computed from, but for what has been lowered already. */
  compute(wanted: readonly Value[]): void {
    const live = dependencyOrder(
      wanted.map(({ node }) => node),
      (node, index) => this.#rules.operandsOf(node)[index]?.node,
    );
    const nodes = live.filter(({ outputs }) => !outputs.every((output) => this.values.has(output)));
    for (const value of [wanted, ...nodes.map(this.#rules.operandsOf)].flat()) this.values.countReader(value);
    for (const node of nodes) this.#rules.lower(this, node);
  }

  /** Where a graph's outputs are, computed here from operands in place of its inputs. */
  inline({ inputs, nodes, outputs }: Graph, operands: readonly Operand[]): readonly Location[] {
    // The same graph may have been computed before, from other operands.
    for (const node of nodes) for (const output of node.outputs) this.values.forget(output);
    zipWith(inputs, operands, (input, { location }) => this.values.set(input, location));
    this.compute(Object.values(outputs));
    return Object.values(outputs).map((value) => this.values.get(value));
  }

  /**
   * The block, after results have been put where they are wanted.
   * @param carried what the next step finds in place of what a view showed to this one
   */
  finish(results: readonly Result[], carried: readonly Result[]): LoweredBlock {
    for (const { view, operand } of results) this.storage.store(operand, view);
    const carries = carried.map(({ view, operand }) => this.#carry(view, operand));
    return { items: this.#sequence.items, carries };
  }

  #carry(state: View, operand: Operand): Carry {
    const { location, shape } = operand;
    if (location.kind === 'fused') {
      const { fusion, level, scalar } = location.definition;
      return { state, fusion, store: fusion.store(squeezedView(state, shape), scalar, level), shape };
    }
    const waiting = this.module.temporary('next', { dtype: state.buffer.dtype, shape });
    this.storage.store(operand, waiting);
    return { state, waiting };
  }
}
