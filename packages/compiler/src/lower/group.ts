import { scalar, stridesOf, type DType, type Scalar } from '@adjoint/core';
import { accessesOfLoops, type Buffer, type LoopKernel, type Reducer, type View } from '../loop/kernel.js';
import { restride } from '../loop/view.js';

export type Level = 'element' | 'result';

interface GroupLoad {
  readonly argument: Scalar;
  readonly view: View;
}

interface GroupStore {
  /** Replaced where a state cannot be overwritten in place. */
  view: View;
  readonly value: Scalar;
  readonly level: Level;
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
 * A kernel in the making: nodes over one domain, computed in one pass. Shapes here have no axes of size 1.
 * Element level is the whole domain; result level what is left of it when the reduced axes are gone.
 */
export class Group {
  readonly domain: readonly number[];
  readonly name: string;
  #reduced: readonly number[] | undefined;
  readonly #loads = new Map<string, GroupLoad>();
  readonly #reductions: { reducer: Reducer; element: Scalar; result: Scalar }[] = [];
  readonly stores: GroupStore[] = [];
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

  /** The shape at a level; undefined at result level where nothing is reduced. */
  shapeAt(level: Level): readonly number[] | undefined {
    if (level === 'element') return this.domain;
    return this.#reduced === undefined
      ? undefined
      : this.domain.filter((_, axis) => !this.#reduced?.includes(axis));
  }

  /** A view over the domain from one over the shape at a level. */
  #spread(view: View, level: Level): View {
    if (level === 'element') return view;
    return restride(view, (strides) => {
      let next = 0;
      return this.domain.map((_, axis) => (this.#reduced?.includes(axis) ? 0 : (strides[next++] ?? 0)));
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
  reduce(reducer: Reducer, element: Scalar, axes: readonly number[], dtype: DType): Scalar {
    this.#reduced = axes;
    const known = this.#reductions.find((each) => each.reducer === reducer && each.element === element);
    if (known !== undefined) return known.result;
    const result = scalar.argument(`result${this.#reductions.length}`, dtype);
    this.#reductions.push({ reducer, element, result });
    return result;
  }

  /**
   * Reduces further axes of the result of its only reduction, a sum of products, where nothing else is computed of it.
   * @param axes among those of the result
   * @returns whether it could
   */
  widen(result: Scalar, axes: readonly number[]): boolean {
    const [reduction, ...others] = this.#reductions;
    const reduced = this.#reduced;
    if (reduction?.reducer !== 'dot' || reduction.result !== result || reduced === undefined) return false;
    if (others.length > 0 || this.stores.length > 0 || this.nodes !== 1) return false;
    const left = [...this.domain.keys()].filter((axis) => !reduced.includes(axis));
    this.#reduced = [...reduced, ...axes.flatMap((axis) => left[axis] ?? [])].sort((a, b) => a - b);
    return true;
  }

  store(view: View, value: Scalar, level: Level): GroupStore {
    const store = { view: this.#spread(view, level), value, level };
    this.stores.push(store);
    return store;
  }

  /** Whether it reads a buffer. */
  reads(buffer: Buffer): boolean {
    return accessesOfLoops({ loads: this.loads(), stores: [] }).reads.some((view) => view.buffer === buffer);
  }

  loads(): readonly GroupLoad[] {
    return [...this.#loads.values()];
  }

  /** The kernel: out axes first, axes that lie evenly merged, what no store needs left out. */
  finish(): LoopKernel {
    const reduced = this.#reduced ?? [];
    const outs = Array.from(this.domain.keys()).filter((axis) => !reduced.includes(axis));
    const order = [...outs, ...reduced];
    const ordered = (view: View): View =>
      restride(view, (strides) => order.map((axis) => strides[axis] ?? 0));
    // Where nothing is stored of the results, a kernel only of elements is left.
    const reductions = this.stores.some(({ level }) => level === 'result') ? this.#reductions : [];
    const needed = new Set(
      scalar.subexpressions([
        ...this.stores.map(({ value }) => value),
        ...reductions.map(({ element }) => element),
      ]),
    );
    return mergeAxes({
      kind: 'loops',
      name: this.name,
      extents: order.map((axis) => this.domain[axis] ?? 1),
      reduced: reductions.length === 0 ? 0 : reduced.length,
      loads: this.loads()
        .filter(({ argument }) => needed.has(argument))
        .map(({ argument, view }) => ({ argument, view: ordered(view) })),
      reductions,
      stores: this.stores.map(({ view, value, level }) => ({ view: ordered(view), value, level })),
    });
  }
}

/** The same kernel with neighbouring axes as one wherever every access lies evenly over both. */
function mergeAxes(kernel: LoopKernel): LoopKernel {
  const { reads, writes } = accessesOfLoops(kernel);
  const views = [...reads, ...writes];
  const outs = kernel.extents.length - kernel.reduced;
  for (let axis = 0; axis + 1 < kernel.extents.length; axis++) {
    if (axis + 1 === outs) continue;
    const inner = kernel.extents[axis + 1] ?? 1;
    if (!views.every(({ strides }) => strides[axis] === (strides[axis + 1] ?? 0) * inner)) continue;
    const merged = <T extends { readonly view: View }>(each: T): T => ({
      ...each,
      view: restride(each.view, (strides) => strides.filter((_, at) => at !== axis)),
    });
    return mergeAxes({
      ...kernel,
      extents: [
        ...kernel.extents.slice(0, axis),
        (kernel.extents[axis] ?? 1) * inner,
        ...kernel.extents.slice(axis + 2),
      ],
      reduced: axis >= outs ? kernel.reduced - 1 : kernel.reduced,
      loads: kernel.loads.map(merged),
      stores: kernel.stores.map(merged),
    });
  }
  return kernel;
}

/** Row-major strides of a value of this shape, without those of axes of size 1. */
export const denseStrides = (shape: readonly number[]): number[] =>
  stridesOf(shape.filter((size) => size !== 1));
