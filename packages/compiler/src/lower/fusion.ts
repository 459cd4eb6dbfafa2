import { scalar, type DType, type Scalar, type Shape } from '@adjoint/core';
import { at, stridesOf } from '@adjoint/core/extend';
import { addsProducts, type Combiner } from '../loop/combine.js';
import {
  accessesOfLoops,
  type Buffer,
  type Load,
  type LoopKernel,
  type Reduction,
  type Store,
  type View,
} from '../loop/kernel.js';
import { restride, squeezed } from '../loop/view.js';
import { mergeAxes } from './merge-axes.js';

export type Level = Store['level'];

/** A store whose view may be replaced until the fusion is finished. */
export interface FusionStore extends Store {
  view: View;
}

const keyOf = ({ buffer, offset, strides, slot, index }: View, ids: Map<unknown, number>): string => {
  const id = (thing: unknown): number => {
    const known = ids.get(thing) ?? ids.size;
    ids.set(thing, known);
    return known;
  };
  const by = index === undefined ? '' : `${index.stride} ${index.size} [${keyOf(index.by, ids)}]`;
  return `${id(buffer)} ${offset} ${slot === undefined ? '' : id(slot)} ${strides.join()} ${by}`;
};

/**
 * A loop kernel in the making: nodes over one domain, computed in one pass. Shapes here have no axes of size 1.
 * Element level is the whole domain; result level what is left of it when the reduced axes are gone.
 */
export class Fusion {
  readonly kind = 'fusion';
  readonly domain: readonly number[];
  readonly name: string;
  #reduced: readonly number[] | undefined;
  readonly #loads = new Map<string, Load>();
  readonly #reductions: Reduction[] = [];
  readonly #stores: FusionStore[] = [];
  readonly #ids = new Map<unknown, number>();
  /** How many nodes it has: where it grows too long, code generation suffers. */
  nodes = 0;

  constructor(domain: readonly number[], name: string) {
    this.domain = domain;
    this.name = name;
  }

  get reducedAxes(): readonly number[] | undefined {
    return this.#reduced;
  }

  get loads(): readonly Load[] {
    return [...this.#loads.values()];
  }

  get stores(): readonly Store[] {
    return this.#stores;
  }

  /** The shape at a level: the domain, or what is left of it. */
  shapeAt(level: Level): Shape {
    const reduced = level === 'element' ? [] : (this.#reduced ?? []);
    return this.domain.filter((_, axis) => !reduced.includes(axis));
  }

  /** A view over the domain from one over the shape at a level. */
  #spread(view: View, level: Level): View {
    if (level === 'element') return view;
    return restride(view, (strides) => {
      let next = 0;
      return this.domain.map((_, axis) => (this.#reduced?.includes(axis) ? 0 : at(strides, next++)));
    });
  }

  /** The argument that stands for a view's elements, whose strides are over the shape at `level`. */
  load(view: View, level: Level): Scalar {
    const spread = this.#spread(view, level);
    const key = keyOf(spread, this.#ids);
    const known = this.#loads.get(key);
    if (known !== undefined) return known.argument;
    const argument = scalar.argument(`load${this.#loads.size}`, view.buffer.dtype);
    this.#loads.set(key, { argument, view: spread });
    return argument;
  }

  /** The argument that stands for the result of a reduction over `axes`. */
  reduce({ combine, accumulator }: Combiner, element: Scalar, axes: readonly number[]): Scalar {
    this.#reduced = axes;
    const known = this.#reductions.find(
      (each) => each.combine === combine && each.accumulator === accumulator && each.element === element,
    );
    if (known !== undefined) return known.result;
    const result = scalar.argument(`result${this.#reductions.length}`, element.dtype);
    this.#reductions.push({ combine, accumulator, element, result });
    return result;
  }

  /**
   * Adds up further axes of the result of its only reduction, a sum of products, where nothing else is computed of it.
   * @param accumulator the dtype in which they are to be added up
   * @param axes among those of the result
   * @returns whether it could
   */
  widen(result: Scalar, accumulator: DType, axes: readonly number[]): boolean {
    const [reduction, ...others] = this.#reductions;
    const reduced = this.#reduced;
    if (reduction?.result !== result || !addsProducts(reduction) || reduced === undefined) return false;
    if (reduction.accumulator !== accumulator) return false;
    if (others.length > 0 || this.#stores.length > 0 || this.nodes !== 1) return false;
    const left = [...this.domain.keys()].filter((axis) => !reduced.includes(axis));
    this.#reduced = [...reduced, ...axes.map((axis) => at(left, axis))].sort((a, b) => a - b);
    return true;
  }

  store(view: View, value: Scalar, level: Level): FusionStore {
    const store = { view: this.#spread(view, level), value, level };
    this.#stores.push(store);
    return store;
  }

  /** Whether it reads a buffer. */
  reads(buffer: Buffer): boolean {
    return accessesOfLoops({ loads: this.loads, stores: [] }).reads.some((view) => view.buffer === buffer);
  }

  /** The kernel: out axes first, axes that lie evenly merged, what no store needs left out. */
  finish(): LoopKernel {
    const reduced = this.#reduced ?? [];
    const outs = Array.from(this.domain.keys()).filter((axis) => !reduced.includes(axis));
    const order = [...outs, ...reduced];
    const ordered = (view: View): View => restride(view, (strides) => order.map((axis) => at(strides, axis)));
    // Where nothing is stored of the results, a kernel only of elements is left.
    const reductions = this.#stores.some(({ level }) => level === 'result') ? this.#reductions : [];
    const needed = new Set(
      scalar.subexpressions([
        ...this.#stores.map(({ value }) => value),
        ...reductions.map(({ element }) => element),
      ]),
    );
    return mergeAxes({
      kind: 'loops',
      name: this.name,
      extents: order.map((axis) => at(this.domain, axis)),
      reduced: reductions.length === 0 ? 0 : reduced.length,
      loads: this.loads
        .filter(({ argument }) => needed.has(argument))
        .map(({ argument, view }) => ({ argument, view: ordered(view) })),
      reductions,
      stores: this.#stores.map(({ view, value, level }) => ({ view: ordered(view), value, level })),
    });
  }
}

/** Row-major strides of a value of this shape, without those of axes of size 1. */
export const denseStrides = (shape: Shape): number[] => stridesOf(squeezed(shape));
