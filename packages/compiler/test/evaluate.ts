import { scalar, type Scalar, type Tensor, type TypedArray } from '@adjoint/core';
import { allocate, at, lookup, roundTo } from '@adjoint/core/extend';
import {
  computedAt,
  type Accumulation,
  type Buffer,
  type Kernel,
  type LoopKernel,
  type Plan,
  type Reduction,
  type Slot,
  type Store,
  type View,
} from '@adjoint/compiler';

/** Every index of a shape, in row-major order. */
function* positionsOf(shape: readonly number[]): Generator<readonly number[]> {
  const [size, ...rest] = shape;
  if (size === undefined) {
    yield [];
    return;
  }
  for (let each = 0; each < size; each++) for (const inner of positionsOf(rest)) yield [each, ...inner];
}

/** The accumulators of one result, filled as the kernel says. */
class Accumulators {
  readonly #reduction: Reduction;
  readonly #order: Accumulation;
  readonly #extent: number;
  readonly #values = new Map<string, number>();
  readonly #both: Scalar;

  constructor(reduction: Reduction, order: Accumulation, extents: readonly number[]) {
    this.#reduction = reduction;
    this.#order = order;
    this.#extent = order.kind === 'interleaved' ? at(extents, order.axis) : 0;
    const { accumulator, combine } = reduction;
    this.#both = scalar.apply(combine, [
      scalar.argument('a', accumulator),
      scalar.argument('b', accumulator),
    ]);
  }

  #combine(a: number | undefined, b: number | undefined): number | undefined {
    return a === undefined || b === undefined ? (a ?? b) : scalar.evaluateScalar(this.#both, { a, b });
  }

  add(element: number, position: readonly number[]): void {
    const value = roundTo(this.#reduction.accumulator, element);
    const key = this.#keyAt(position);
    this.#values.set(key, this.#combine(this.#values.get(key), value) ?? value);
  }

  #keyAt(position: readonly number[]): string {
    if (this.#order.kind === 'sequential') return 'rest';
    const { axis, lanes, vectors } = this.#order;
    const p = at(position, axis);
    if (p >= Math.floor(this.#extent / lanes) * lanes) return 'rest';
    return `${Math.floor(p / lanes) % vectors} ${p % lanes}`;
  }

  total(): number {
    const { result } = this.#reduction;
    const { lanes, vectors } = this.#order.kind === 'sequential' ? { lanes: 1, vectors: 0 } : this.#order;
    let merged = Array.from({ length: lanes }, (_, lane) =>
      Array.from({ length: vectors }, (__, vector) => this.#values.get(`${vector} ${lane}`)).reduce(
        (a, b) => this.#combine(a, b),
        undefined,
      ),
    );
    while (merged.length > 1) {
      const half = merged.length / 2;
      merged = merged.slice(0, half).map((lane, index) => this.#combine(lane, merged[half + index]));
    }
    const all = this.#combine(merged[0], this.#values.get('rest'));
    if (all === undefined) throw new TypeError('a reduction of no elements');
    return roundTo(result.dtype, all);
  }
}

/** What kernels mean, as plain loops: the code of every target has to give these bits. */
export class Evaluator {
  readonly #memory = new Map<Buffer, TypedArray>();
  /** Where slots point, in elements from the start of the buffer of the views that have them. */
  readonly #slots = new Map<Slot, number>();

  /** The elements of a buffer. */
  data(buffer: Buffer): TypedArray {
    const data = this.#memory.get(buffer) ?? allocate(buffer.dtype, buffer.size);
    this.#memory.set(buffer, data);
    return data;
  }

  #indexOf({ strides, offset, slot, index }: View, position: readonly number[]): number {
    const base = offset + (slot === undefined ? 0 : lookup(this.#slots, slot));
    const along = strides.reduce((sum, stride, axis) => sum + stride * at(position, axis), base);
    if (index === undefined) return along;
    const given = this.#read(index.by, position);
    const counted = given < 0 ? given + index.size : given;
    return along + (counted >= 0 && counted < index.size ? counted * index.stride : 0);
  }

  #read(view: View, position: readonly number[]): number {
    return at(this.data(view.buffer), this.#indexOf(view, position));
  }

  run(kernels: readonly Kernel[]): void {
    for (const kernel of kernels) this.#run(kernel);
  }

  #run(kernel: Kernel): void {
    switch (kernel.kind) {
      case 'loops':
        this.#loops(kernel);
        break;
      case 'copy':
        this.data(kernel.to.buffer).set(this.data(kernel.from.buffer));
        break;
      case 'branch':
        this.run(this.#read(kernel.predicate, []) === 0 ? kernel.whenFalse : kernel.whenTrue);
        break;
      case 'call':
        throw new TypeError(`${kernel.name} runs its own kernel`);
      case 'repeat':
        for (const { slot, from } of kernel.moving)
          this.#slots.set(slot, this.#indexOf({ ...from, strides: [] }, []));
        for (let step = 0; step < kernel.steps; step++) {
          this.run(kernel.body);
          for (const { slot, stride } of kernel.moving)
            this.#slots.set(slot, lookup(this.#slots, slot) + stride);
        }
    }
  }

  #loops(kernel: LoopKernel): void {
    const { extents, reduced, reductions } = kernel;
    const outs = extents.slice(0, extents.length - reduced);
    const order = kernel.accumulation ?? { kind: 'sequential' };
    for (const out of positionsOf(outs)) {
      const accumulators = reductions.map((reduction) => new Accumulators(reduction, order, extents));
      for (const inner of positionsOf(extents.slice(outs.length))) {
        const position = [...out, ...inner];
        const known = this.#loadsAt(kernel, 'element', position);
        reductions.forEach(({ element }, index) =>
          at(accumulators, index).add(scalar.evaluateScalar(element, known), position),
        );
        this.#store(kernel, 'element', position, known);
      }
      if (reductions.length === 0) continue;
      const position = [...out, ...extents.slice(outs.length).map(() => 0)];
      const known = this.#loadsAt(kernel, 'result', position);
      reductions.forEach(({ result }, index) => {
        if (result.kind === 'argument') known[result.name] = at(accumulators, index).total();
      });
      this.#store(kernel, 'result', position, known);
    }
  }

  /** The loads that a level needs. */
  #loadsAt(kernel: LoopKernel, level: Store['level'], position: readonly number[]): Record<string, number> {
    const needed = new Set(scalar.subexpressions(computedAt(kernel, level)));
    return Object.fromEntries(
      kernel.loads.flatMap(({ argument, view }) =>
        argument.kind === 'argument' && needed.has(argument)
          ? [[argument.name, this.#read(view, position)]]
          : [],
      ),
    );
  }

  #store(
    { stores }: LoopKernel,
    level: Store['level'],
    position: readonly number[],
    known: Readonly<Record<string, number>>,
  ): void {
    const values = stores
      .filter((store) => store.level === level)
      .map(({ view, value }) => ({ view, value: scalar.evaluateScalar(value, known) }));
    for (const { view, value } of values) this.data(view.buffer)[this.#indexOf(view, position)] = value;
  }
}

/** The outputs of a program whose feeds are whole, for one step. */
export function evaluatePlan(
  plan: Plan,
  name: string,
  feeds: Readonly<Record<string, Tensor>>,
): ReadonlyMap<string, TypedArray> {
  const evaluator = new Evaluator();
  const program = lookup(plan.programs, name);
  for (const [buffer, fill] of plan.constants) fill(evaluator.data(buffer));
  for (const feed of program.feeds) {
    evaluator.data(feed.buffer).set(lookup(new Map(Object.entries(feeds)), feed.name).data);
  }
  evaluator.run(program.body);
  return new Map(program.outputs.map((output) => [output.name, evaluator.data(output.buffer)]));
}
