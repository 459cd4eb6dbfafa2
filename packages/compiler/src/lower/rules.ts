import {
  addTaken,
  addWindows,
  all,
  any,
  broadcastLike,
  broadcastTo,
  broadcastStrides,
  concat,
  cond,
  constant,
  call,
  count,
  dependencyOrder,
  expandDims,
  flatten,
  fromData,
  indicesAlong,
  map,
  matmul,
  max,
  min,
  normalizeAxes,
  pad,
  permuteDims,
  prod,
  reshape,
  reshapeLike,
  sameShape,
  scan,
  scalar,
  slice,
  splitLike,
  squeeze,
  sum,
  sumLike,
  take,
  unslice,
  unflatten,
  windows,
  sizeOf,
  type CondAttributes,
  type ConstantAttributes,
  type Graph,
  type MapAttributes,
  type Node,
  type Primitive,
  type Shape,
  type ScanAttributes,
  type SliceRange,
  type TakeAttributes,
  type Value,
  type WindowAttributes,
} from '@adjoint/core';
import type { Reducer, View } from '../loop/kernel.js';
import { broadcastView, reshapeView, squeezed, wholeView } from '../loop/view.js';
import type { Lowering } from './lowering.js';
import type { Operand } from './place.js';
import { lowerCond } from './cond.js';
import { lowerScan } from './scan.js';
import { lowerAddTaken, lowerTake } from './take.js';
import { addUpWindows, windowsView } from './windows.js';

/** How one op becomes kernels and views: fills in the places of its outputs. */
type Rule<A> = (lowering: Lowering, node: Node, out: Value, attributes: A) => void;

const first = (lowering: Lowering, { inputs, op }: Node): Operand => {
  const [input] = inputs;
  if (input === undefined) throw new TypeError(`${op.name} has no operand`);
  return lowering.operand(input);
};

/** The same elements in the same order: often only the axes of size 1 differ. */
const reshaped: Rule<unknown> = (lowering, node, out) => {
  const operand = first(lowering, node);
  const { place, shape } = operand;
  if (place.kind === 'literal' || sameShape(squeezed(shape), squeezed(out.shape))) {
    lowering.setPlace(
      out,
      place.kind === 'view' ? { kind: 'view', view: respread(place.view, shape, out.shape) } : place,
    );
    return;
  }
  const view = reshapeView(lowering.view(operand), shape, out.shape);
  lowering.setPlace(out, {
    kind: 'view',
    view: view ?? wholeView(lowering.contiguous(operand).buffer, out.shape),
  });
};

/** The strides of the axes that are not 1, over a shape with the same such axes. */
function respread(view: View, from: Shape, to: Shape): View {
  const strides = view.strides.filter((_, axis) => from[axis] !== 1);
  let next = 0;
  return { ...view, strides: to.map((size) => (size === 1 ? 0 : (strides[next++] ?? 0))) };
}

const broadcast: Rule<unknown> = (lowering, node, out) => {
  const operand = first(lowering, node);
  const { place, shape } = operand;
  const kept = place.kind === 'literal' || sameShape(squeezed(shape), squeezed(out.shape));
  lowering.setPlace(
    out,
    kept && place.kind !== 'view'
      ? place
      : { kind: 'view', view: broadcastView(lowering.view(operand), shape, out.shape) },
  );
};

const permute: Rule<{ readonly axes: readonly number[] }> = (lowering, node, out, { axes }) => {
  const operand = first(lowering, node);
  const { place, shape } = operand;
  const long = axes.filter((axis) => shape[axis] !== 1);
  if (
    place.kind === 'literal' ||
    (place.kind === 'defined' && long.every((axis, at) => axis >= (long[at - 1] ?? 0)))
  ) {
    lowering.setPlace(out, place);
    return;
  }
  const { strides, ...view } = lowering.view(operand);
  lowering.setPlace(out, {
    kind: 'view',
    view: { ...view, strides: axes.map((axis) => strides[axis] ?? 0) },
  });
};

/** Where a piece of a value lies in the view of the whole. */
function pieceView(view: View, shape: Shape, ranges: readonly SliceRange[]): View {
  let { offset } = view;
  const strides = view.strides.map((stride, axis) => {
    const size = shape[axis] ?? 1;
    const { start = 0, step = 1 } = ranges[axis] ?? {};
    offset += stride * Math.min(Math.max(start < 0 ? start + size : start, 0), size);
    return stride * step;
  });
  return { ...view, offset, strides };
}

/** Fills a new buffer with a number, then puts values where views of it say. */
function assemble(
  lowering: Lowering,
  out: Value,
  fill: number | undefined,
  parts: (whole: View) => readonly { readonly operand: Operand; readonly view: View }[],
): void {
  const whole = fill === undefined ? lowering.room(out) : lowering.filled(out, fill);
  for (const { operand, view } of parts(whole)) lowering.storeInto(operand, view);
  lowering.setPlace(out, { kind: 'view', view: whole });
}

interface ReductionAttributes {
  readonly axes?: readonly number[];
}

const reduction =
  (reducer: Reducer): Rule<ReductionAttributes> =>
  (lowering, node, out, { axes }) => {
    const operand = first(lowering, node);
    const { shape } = operand;
    const reduced =
      axes === undefined ? shape.map((_, axis) => axis) : (normalizeAxes(axes, shape.length) ?? []);
    const { place } = operand;
    if (place.kind === 'literal') {
      // A literal has no elements to walk over; in memory it has.
      const view = lowering.view(operand);
      lowering.setPlace(
        out,
        lowering.reduce(node.op.name, reducer, { place: { kind: 'view', view }, shape }, reduced),
      );
      return;
    }
    const result = lowering.reduce(node.op.name, reducer, operand, reduced);
    lowering.setPlace(
      out,
      result.kind === 'view' ? { kind: 'view', view: respread(result.view, shape, out.shape) } : result,
    );
  };

const product: Rule<unknown> = (lowering, node, out) => {
  const [x, y] = lowering.operandsOf(node);
  if (x === undefined || y === undefined) return;
  const k = x.shape.at(-1) ?? 1;
  if (k === 1) {
    const [a, b] = [scalar.argument('x', out.dtype), scalar.argument('y', out.dtype)];
    const lambda = { parameters: [a, b], body: scalar.multiply(a, b) };
    lowering.setPlace(out, lowering.elementwise('matmul', lambda, [x, y], out.shape));
    return;
  }
  // The domain [batch…, m, n, k]: x has no n, y no m, and y's last two axes change places.
  const domain = [...out.shape, k];
  const [xView, yView] = [lowering.view(x), lowering.view(y)];
  const insert = <T>(list: readonly T[], ...ends: readonly T[]): T[] => [...list.slice(0, -2), ...ends];
  const at = <T>(list: readonly T[], index: number, otherwise: T): T => list.at(index) ?? otherwise;
  const factors = [
    {
      view: {
        ...xView,
        strides: insert(xView.strides, at(xView.strides, -2, 0), 0, at(xView.strides, -1, 0)),
      },
      shape: insert(x.shape, at(x.shape, -2, 1), 1, k),
    },
    {
      view: {
        ...yView,
        strides: insert(yView.strides, 0, at(yView.strides, -1, 0), at(yView.strides, -2, 0)),
      },
      shape: insert(y.shape, 1, at(y.shape, -1, 1), k),
    },
  ];
  lowering.setPlace(out, lowering.contract('matmul', factors, domain));
};

/** The axes along which `like` was stretched to `shape`. */
const stretchedAxes = (shape: Shape, like: Shape): readonly number[] =>
  broadcastStrides(like, shape).flatMap((_, axis) => {
    const own = like[axis - (shape.length - like.length)] ?? 1;
    return own === 1 && shape[axis] !== 1 ? [axis] : [];
  });

const entry = <A>(op: Primitive<A>, reads: Entry['reads'], rule: Rule<A>): readonly [Primitive, Entry] => [
  op,
  // A rule is only ever called with the attributes of its own op.
  { reads, rule: rule as Rule<unknown> },
];

interface Entry {
  /** How many operands are read; of the rest only the shapes matter. */
  readonly reads: number;
  readonly rule: Rule<unknown>;
}

/** Every op that the compiler knows. Elementwise ops are `map`; composites have been expanded. */
const rules: ReadonlyMap<Primitive, Entry> = new Map([
  entry<ConstantAttributes>(constant, 0, (lowering, _node, out, { value }) => {
    const [single] = value.data;
    const isLiteral = value.data.length === 1 && single !== undefined;
    lowering.setPlace(
      out,
      isLiteral
        ? { kind: 'literal', value: single, dtype: value.dtype }
        : { kind: 'view', view: lowering.constant(value) },
    );
  }),
  entry<MapAttributes>(map, Infinity, (lowering, node, out, { name, lambda }) => {
    if (
      !scalar
        .partsOf(lambda.body)
        .every((part) => part.kind !== 'applied' || lowering.target.hasCode(part.fn))
    )
      callKernel(lowering, node);
    else lowering.setPlace(out, lowering.elementwise(name, lambda, lowering.operandsOf(node), out.shape));
  }),
  entry(sum, 1, reduction('sum')),
  entry(prod, 1, reduction('prod')),
  entry(max, 1, reduction('max')),
  entry(min, 1, reduction('min')),
  entry(all, 1, reduction('all')),
  entry(any, 1, reduction('any')),
  entry(sumLike, 1, (lowering, node, out) => {
    const shape = node.inputs[0]?.shape ?? [];
    reduction('sum')(lowering, node, out, { axes: stretchedAxes(shape, out.shape) });
  }),
  entry<ReductionAttributes>(count, 0, (lowering, node, out, { axes }) => {
    const shape = node.inputs[0]?.shape ?? [];
    const counted =
      axes === undefined ? shape : (normalizeAxes(axes, shape.length) ?? []).map((axis) => shape[axis] ?? 1);
    lowering.setPlace(out, { kind: 'literal', value: sizeOf(counted), dtype: out.dtype });
  }),
  entry(matmul, 2, product),
  entry(reshape, 1, reshaped),
  entry(reshapeLike, 1, reshaped),
  entry(flatten, 1, reshaped),
  entry(unflatten, 1, reshaped),
  entry(expandDims, 1, reshaped),
  entry(squeeze, 1, reshaped),
  entry(permuteDims, 1, permute),
  entry(broadcastTo, 1, broadcast),
  entry(broadcastLike, 1, broadcast),
  entry<{ ranges: readonly SliceRange[] }>(slice, 1, (lowering, node, out, { ranges }) => {
    const operand = first(lowering, node);
    lowering.setPlace(out, { kind: 'view', view: pieceView(lowering.view(operand), operand.shape, ranges) });
  }),
  entry<{ ranges: readonly SliceRange[] }>(unslice, 1, (lowering, node, out, { ranges }) => {
    const operand = first(lowering, node);
    assemble(lowering, out, 0, (whole) => [{ operand, view: pieceView(whole, out.shape, ranges) }]);
  }),
  entry<{ widths: readonly (readonly [number, number])[]; value: number }>(
    pad,
    1,
    (lowering, node, out, { widths, value }) => {
      const operand = first(lowering, node);
      const ranges = widths.map(([before]) => ({ start: before }));
      assemble(lowering, out, value, (whole) => [{ operand, view: pieceView(whole, out.shape, ranges) }]);
    },
  ),
  entry<TakeAttributes>(take, 2, lowerTake),
  entry<TakeAttributes>(addTaken, 2, lowerAddTaken),
  entry<TakeAttributes>(indicesAlong, 0, (lowering, _node, out) => {
    const indices = Int32Array.from({ length: sizeOf(out.shape) }, (_, index) => index);
    lowering.setPlace(out, { kind: 'view', view: lowering.constant(fromData('i32', out.shape, indices)) });
  }),
  entry<WindowAttributes>(windows, 1, (lowering, node, out, attributes) => {
    const view = windowsView(lowering.view(first(lowering, node)), attributes);
    lowering.setPlace(out, { kind: 'view', view });
  }),
  entry<WindowAttributes>(addWindows, 1, (lowering, node, out, attributes) => {
    addUpWindows(lowering, first(lowering, node), out, attributes);
  }),
  entry<{ axis: number }>(concat, Infinity, (lowering, node, out, { axis }) => {
    assemble(lowering, out, undefined, (whole) => {
      const views = pieceViews(whole, node.inputs, axis);
      return lowering.operandsOf(node).map((operand, index) => ({ operand, view: views[index] ?? whole }));
    });
  }),
  entry<{ axis: number }>(splitLike, 1, (lowering, node, _out, { axis }) => {
    const operand = first(lowering, node);
    const views = pieceViews(lowering.view(operand), node.outputs, axis);
    node.outputs.forEach((output, index) => {
      const view = views[index];
      if (view !== undefined) lowering.setPlace(output, { kind: 'view', view });
    });
  }),
  entry<{ body: Graph }>(call, Infinity, (lowering, node, _out, { body }) => {
    const places = lowering.inline(body, lowering.operandsOf(node));
    node.outputs.forEach((output, index) => {
      const place = places[index];
      if (place !== undefined) lowering.setPlace(output, place);
    });
  }),
  entry<ScanAttributes>(scan, Infinity, (lowering, node, _out, attributes) => {
    lowerScan(lowering, node, attributes);
  }),
  entry<CondAttributes>(cond, Infinity, (lowering, node, _out, attributes) => {
    lowerCond(lowering, node, attributes);
  }),
]);

/** The views of pieces laid side by side along an axis of the whole. */
function pieceViews(whole: View, pieces: readonly Value[], axis: number): readonly View[] {
  let start = 0;
  return pieces.map(({ shape }) => {
    const at = axis < 0 ? axis + shape.length : axis;
    const view = { ...whole, offset: whole.offset + start * (whole.strides[at] ?? 0) };
    start += shape[at] ?? 0;
    return view;
  });
}

/** The operands whose elements a node reads; of the others it needs the shapes alone. */
export function readInputs({ op, inputs }: Node): readonly Value[] {
  const { reads } = rules.get(op) ?? { reads: Infinity };
  return inputs.length <= reads ? inputs : inputs.slice(0, reads);
}

/** The nodes that some values are computed from; operands of which only the shape matters do not count. */
export const liveNodes = (values: readonly Value[]): readonly Node[] =>
  dependencyOrder(
    values.map(({ node }) => node),
    (node, index) => readInputs(node)[index]?.node,
  );

/** Lowers one node; its inputs have their places. */
export function lowerNode(lowering: Lowering, node: Node): void {
  const [out] = node.outputs;
  const known = rules.get(node.op);
  if (out === undefined) return;
  if (known !== undefined) known.rule(lowering, node, out, node.attributes);
  else callKernel(lowering, node);
}

/** An op without a rule runs its own kernel, on memory without gaps. */
function callKernel(lowering: Lowering, node: Node): void {
  const reads = lowering.operandsOf(node).map((operand) => lowering.contiguous(operand));
  const writes = node.outputs.map((output) =>
    wholeView(lowering.buffer(node.op.name, output.dtype, output.shape), output.shape),
  );
  const target = lowering.module.calls.push({ node, reads, writes }) - 1;
  lowering.addFor(node, { kind: 'call', name: node.op.name, target, reads, writes }, writes);
}
