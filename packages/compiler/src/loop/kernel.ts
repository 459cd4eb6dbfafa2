import type { DType, Scalar } from '@adjoint/core';
import type { Combiner } from './combine.js';

/** The loop IR: what stands between a graph and its code. Plain data; `printKernel` shows it. */

/** A stretch of memory that holds elements of one dtype. The memory plan gives it its address. */
export interface Buffer {
  readonly name: string;
  readonly dtype: DType;
  /** How many elements. */
  readonly size: number;
  /**
   * - `temporary`: written before it is read, in each step
   * - `kept`: has memory of its own: states, constants, feeds, outputs
   * - `streamed`: its address is in a slot, because it differs from run to run
   */
  readonly kind: 'temporary' | 'kept' | 'streamed';
}

/** A word of memory that holds an address: that of a streamed buffer, or of the slice that a loop is at. */
export interface Slot {
  readonly name: string;
}

/** Where the elements of a value stand: element `i` of axis `a` lies `i · strides[a]` elements behind the first. */
export interface View {
  readonly buffer: Buffer;
  /** In elements, from the buffer's start, or from the address in the slot. */
  readonly offset: number;
  readonly strides: readonly number[];
  readonly slot?: Slot;
  readonly index?: Indexed;
}

/**
 * What an index that is data adds to an address: `stride` elements for each count. Negative indices count from the end
 * of `size`; one that is outside counts as 0, so that no other memory is reached.
 */
export interface Indexed {
  /** The indices, i32, over the same axes as the view. */
  readonly by: View;
  readonly stride: number;
  readonly size: number;
}

/** A view and those that its address is computed from. */
export const viewsBehind = (view: View): readonly View[] =>
  view.index === undefined ? [view] : [view, ...viewsBehind(view.index.by)];

export interface Load {
  /** An argument of the kernel's expressions. */
  readonly argument: Scalar;
  /** One stride for each axis of the kernel. */
  readonly view: View;
}

/**
 * One element or more combined into one, in the order that the kernel's `accumulation` says. Elements of another dtype
 * than the accumulator's are f32 that become f64, and a result of another dtype is f32, rounded once.
 */
export interface Reduction extends Combiner {
  readonly element: Scalar;
  /** The argument that stands for the result in stores, of the accumulator's dtype or rounded from it. */
  readonly result: Scalar;
}

export interface Store {
  /** One stride for each axis of the kernel; 0 along reduced ones for a result. */
  readonly view: View;
  readonly value: Scalar;
  /** Whether it is stored for each element of the domain, or once for each result of the reductions. */
  readonly level: 'element' | 'result';
}

/** Nested loops over one domain: elements are loaded, computed, stored and reduced in one pass. */
export interface LoopKernel {
  readonly kind: 'loops';
  /** The graph's name for what it computes. */
  readonly name: string;
  /** The sizes of the axes, outermost first; the last `reduced` of them are reduced. */
  readonly extents: readonly number[];
  readonly reduced: number;
  readonly loads: readonly Load[];
  readonly reductions: readonly Reduction[];
  readonly stores: readonly Store[];
  /** Whether the positions of the first axis may be computed at the same time. */
  readonly parallel?: true;
  /** In which order elements are combined; decided when the kernel is scheduled. */
  readonly accumulation?: Accumulation;
  /** How many vectors, or elements, of each axis the body of its loop has, where a pass has decided that. */
  readonly unroll?: readonly number[];
}

/**
 * In which order the elements of one result are combined, so that every target gets the same bits. They are taken in
 * row-major order.
 * - `sequential`: into one accumulator.
 * - `interleaved`: the element at position `p` of the axis into the accumulator of lane `p mod lanes` in vector
 *   `⌊p / lanes⌋ mod vectors`; positions from the last multiple of `lanes` on into one more accumulator, the rest.
 *   In the end the vectors are merged lane by lane, in their order; then the upper half of the lanes with the lower,
 *   lane by lane, until one is left (0 with 2 and 1 with 3, then 0 with 1); and last the rest.
 *
 * An accumulator starts with its first element, or from what changes nothing.
 */
export type Accumulation =
  | { readonly kind: 'sequential' }
  | {
      readonly kind: 'interleaved';
      /** A reduced axis. */
      readonly axis: number;
      readonly lanes: number;
      readonly vectors: number;
    };

/** Loops of which it is known how they run. */
export interface ScheduledLoops extends LoopKernel {
  /** How many elements a vector has. */
  readonly lanes: number;
  /** The axis whose elements share a vector; `undefined` where there is none whose accesses allow it. */
  readonly vector: number | undefined;
  readonly unroll: readonly number[];
}

/** What a kernel stores at a level. */
export const storesAt = ({ stores }: Pick<LoopKernel, 'stores'>, level: Store['level']): readonly Store[] =>
  stores.filter((store) => store.level === level);

/** What a kernel computes for each element, or once for each result. */
export const computedAt = (kernel: LoopKernel, level: Store['level']): readonly Scalar[] => [
  ...storesAt(kernel, level).map(({ value }) => value),
  ...(level === 'element' ? kernel.reductions.map(({ element }) => element) : []),
];

/** An op without a lowering: its own kernel, called on views of the memory. */
export interface CallKernel {
  readonly kind: 'call';
  readonly name: string;
  /** The index that the trampoline is given. */
  readonly target: number;
  readonly reads: readonly View[];
  readonly writes: readonly View[];
}

/** Elements moved as they are, from one buffer to another. */
export interface CopyKernel {
  readonly kind: 'copy';
  readonly name: string;
  readonly from: View;
  readonly to: View;
  readonly size: number;
}

/** A slot that moves with a loop: it starts at the first element of a view and moves by so many elements a step. */
export interface Moving {
  readonly slot: Slot;
  readonly from: View;
  readonly stride: number;
}

/** A loop around what stands in its body, such as a scan. */
export interface Repeat<Body> {
  readonly kind: 'repeat';
  readonly name: string;
  readonly steps: number;
  readonly moving: readonly Moving[];
  readonly body: Body;
}

/** A choice between two bodies, such as a cond. */
export interface Branch<Body> {
  readonly kind: 'branch';
  readonly name: string;
  /** A single bool. */
  readonly predicate: View;
  readonly whenTrue: Body;
  readonly whenFalse: Body;
}

/** A step of a program; `L` says how far its loops have come. */
export type Kernel<L extends LoopKernel = LoopKernel> =
  L | CallKernel | CopyKernel | RepeatKernel<L> | BranchKernel<L>;

export type RepeatKernel<L extends LoopKernel = LoopKernel> = Repeat<readonly Kernel<L>[]>;
export type BranchKernel<L extends LoopKernel = LoopKernel> = Branch<readonly Kernel<L>[]>;

/** A kernel whose loops are scheduled, which a target can write code for. */
export type ScheduledKernel = Kernel<ScheduledLoops>;

/** The kernels that stand in a kernel. */
export function innerKernels(kernel: Kernel): readonly Kernel[] {
  if (kernel.kind === 'repeat') return kernel.body;
  return kernel.kind === 'branch' ? [...kernel.whenTrue, ...kernel.whenFalse] : [];
}

/** Whether threads may share a kernel, or one inside it. */
export const isParallel = (kernel: Kernel): boolean =>
  kernel.kind === 'loops' ? kernel.parallel === true : innerKernels(kernel).some(isParallel);

/** The views that a kernel reads and writes. */
export interface Accesses {
  readonly reads: readonly View[];
  readonly writes: readonly View[];
}

/** The views that loops read and write. */
export const accessesOfLoops = ({
  loads,
  stores,
}: {
  readonly loads: readonly { readonly view: View }[];
  readonly stores: readonly { readonly view: View }[];
}): Accesses => ({
  reads: [
    ...loads.flatMap(({ view }) => viewsBehind(view)),
    ...stores.flatMap(({ view }) => viewsBehind(view).slice(1)),
  ],
  writes: stores.map(({ view }) => view),
});

/** The views that a kernel reads and writes, those inside it included. */
export function accessesOf(kernel: Kernel): Accesses {
  switch (kernel.kind) {
    case 'loops':
      return accessesOfLoops(kernel);
    case 'call':
      return kernel;
    case 'copy':
      return { reads: [kernel.from], writes: [kernel.to] };
    case 'repeat':
    case 'branch': {
      const inner = innerKernels(kernel).map(accessesOf);
      const chosenBy = kernel.kind === 'branch' ? [kernel.predicate] : [];
      return {
        reads: [...chosenBy, ...inner.flatMap(({ reads }) => reads)],
        writes: inner.flatMap(({ writes }) => writes),
      };
    }
  }
}
