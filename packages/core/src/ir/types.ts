import * as E from 'fp-ts/lib/Either.js';
import { convertTo } from '../scalar/functions.js';
import { argument, isScalar, type Lambda, type Scalar } from '../scalar/expression.js';
import { at } from '../support/list.js';
import { isFloat, type DType } from '../value/dtype.js';
import { AdjointException, attemptEither, opError, type AdjointError } from '../value/error.js';
import { limits } from '../value/limits.js';
import { broadcastShapes, faultOfType, sameShape, type Shape, type TensorType } from '../value/shape.js';
import { normalAttributes } from './attributes.js';
import { faultOfCopy } from './copy.js';
import type { Accumulation, Family, Found, Primitive, ReductionFamily } from './grammar.js';
import { contractionTypes } from './letters.js';
import { chain, one, refused } from './problem.js';
import { shapeOfView } from './view.js';
import { indexedWithin, layoutWithin, viewWithin } from './within.js';
import { quoted } from '../support/describe.js';

/** The type rule of every family. */

type Types = Found<readonly TensorType[]>;

const shapesOf = (inputs: readonly TensorType[]): readonly Shape[] => inputs.map(({ shape }) => shape);

/** How many of its operands an op reads; of the others only the types matter. */
export function readsOf({ family, arity = Infinity }: Primitive): number {
  switch (family.kind) {
    case 'view':
    case 'unview':
    case 'reshaping':
    case 'split':
      return 1;
    case 'indexed':
    case 'unindexed':
      return 2;
    case 'source':
      return 0;
    default:
      return arity;
  }
}

/** The operand whose axes the attributes speak of. */
const axesOperand = ({ kind }: Family): number =>
  kind === 'unview' || kind === 'split' ? 1 : kind === 'unindexed' ? 2 : 0;

// Map

function mapTypes({ parameters, body }: Lambda, inputs: readonly TensorType[]): Types {
  if (inputs.length !== parameters.length) {
    return refused(`takes ${parameters.length} operands, given ${inputs.length}`);
  }
  const wrong = parameters.findIndex(({ dtype }, index) => at(inputs, index).dtype !== dtype);
  if (wrong >= 0) {
    return refused(
      `operand ${wrong} should be ${at(parameters, wrong).dtype}`,
      'Operands have one dtype; convert with astype.',
    );
  }
  let shape: Shape | undefined = [];
  for (const input of inputs) shape = shape && broadcastShapes(shape, input.shape);
  return shape === undefined
    ? refused(
        'the shapes do not broadcast',
        'Aligned at the right, the sizes of an axis must be equal, or one of them 1.',
      )
    : one(body.dtype, shape);
}

// Reductions and prefixes

/** The steps of an accumulation of elements of one dtype. */
export interface AccumulationSteps {
  /** The dtype that is accumulated in. */
  readonly accumulator: DType;
  /** What is accumulated of an element, in the accumulator's dtype. */
  readonly lift: Lambda;
  readonly combine: Lambda;
  /** The result of what was accumulated, in the element's dtype again. */
  readonly finish: Lambda;
}

/** How elements of a dtype are accumulated, or why they are not. */
export function accumulationSteps(
  { combine, element, accumulator: wide }: Accumulation & Pick<ReductionFamily, 'element'>,
  dtype: DType,
): Found<AccumulationSteps> {
  const accumulator = isFloat(dtype) ? (wide ?? dtype) : dtype;
  const converted = (x: Scalar, to: DType): Scalar => (x.dtype === to ? x : convertTo[to](x));
  const x = argument('x', dtype);
  const [sum, next] = [argument('sum', accumulator), argument('each', accumulator)];
  try {
    const each: unknown = element === undefined ? x : element(x);
    if (!isScalar(each)) return refused('its element is not a scalar expression');
    return E.right({
      accumulator,
      lift: { parameters: [x], body: converted(each, accumulator) },
      combine: { parameters: [sum, next], body: combine(sum, next) },
      finish: { parameters: [sum], body: converted(sum, dtype) },
    });
  } catch (error) {
    // Scalar functions throw where they do not take a dtype, for in code that is a bug.
    if (error instanceof AdjointException) return refused(`does not take ${dtype}`);
    throw error;
  }
}

/** What is left of a shape when some axes are reduced. */
export const reducedShape = (shape: Shape, axes: readonly number[], keepDims: boolean): Shape =>
  keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));

function reductionTypes(family: ReductionFamily, { dtype, shape }: TensorType, attributes: unknown): Types {
  const steps = accumulationSteps(family, dtype);
  if (E.isLeft(steps)) return steps;
  const left = reducedShape(shape, family.axes(attributes, shape.length), family.keepDims(attributes));
  return family.empty === undefined && shape.includes(0) && !left.includes(0)
    ? refused('has no result for no elements')
    : one(dtype, left);
}

// Every family

function typesOf(op: Primitive, inputs: readonly TensorType[], attributes: unknown): Types {
  const { family } = op;
  const shapes = shapesOf(inputs);
  switch (family.kind) {
    case 'map':
      return mapTypes(family.lambda(attributes), inputs);
    case 'view':
      return chain(
        chain(family.view(shapes, attributes), (view) => viewWithin(view, at(shapes, 0))),
        (view) => one(at(inputs, 0).dtype, shapeOfView(view)),
      );
    case 'unview': {
      const [x, like] = [at(inputs, 0), at(inputs, 1)];
      if (!isFloat(x.dtype)) return refused(`takes f64 or f32, given ${x.dtype}`);
      const view = chain(family.view([like.shape, x.shape], attributes), (found) =>
        viewWithin(found, like.shape),
      );
      return E.isRight(view) && sameShape(shapeOfView(view.right), x.shape)
        ? one(x.dtype, like.shape)
        : refused(`the first shape is not that of ${family.of} of the second`);
    }
    case 'reshaping':
      return chain(family.shape(shapes, attributes), (shape) => one(at(inputs, 0).dtype, shape));
    case 'reduction':
      return reductionTypes(family, at(inputs, 0), attributes);
    case 'prefix':
      return chain(accumulationSteps(family, at(inputs, 0).dtype), () => E.right(inputs));
    case 'contraction':
      return chain(family.letters(shapes, attributes), (letters) => contractionTypes(letters, inputs));
    case 'indexed':
    case 'unindexed':
      return indexedTypes(family, inputs, attributes);
    case 'join': {
      const [first] = inputs;
      if (first === undefined) return refused('takes one operand or more');
      if (inputs.some(({ dtype }) => dtype !== first.dtype)) return refused('the operands differ in dtype');
      return chain(
        chain(family.layout(inputs, attributes), (layout) => layoutWithin(layout, inputs)),
        ({ shape }) => one(first.dtype, shape),
      );
    }
    case 'split': {
      const [x, ...parts] = inputs;
      if (x === undefined) return refused('takes one operand or more');
      const layout = chain(family.layout(parts, attributes), (found) => layoutWithin(found, parts));
      if (E.isLeft(layout)) return layout;
      return sameShape(layout.right.shape, x.shape)
        ? E.right(parts.map(({ shape }) => ({ dtype: x.dtype, shape })))
        : refused('the parts do not make up the first operand');
    }
    case 'control':
    case 'source':
    case 'opaque':
      return family.types(inputs, attributes);
  }
}

function indexedTypes(
  family: Extract<Family, { kind: 'indexed' | 'unindexed' }>,
  inputs: readonly TensorType[],
  attributes: unknown,
): Types {
  const [x, indices] = [at(inputs, 0), at(inputs, 1)];
  if (indices.dtype !== 'i32') return refused(`takes indices of dtype i32, given ${indices.dtype}`);
  if (family.kind === 'indexed') {
    return chain(
      chain(family.view([x.shape, indices.shape], attributes), (view) =>
        indexedWithin(view, x.shape, indices.shape),
      ),
      (view) => one(x.dtype, shapeOfView(view)),
    );
  }
  const like = at(inputs, 2);
  if (!isFloat(x.dtype)) return refused(`takes f64 or f32, given ${x.dtype}`);
  const view = chain(family.view([like.shape, indices.shape], attributes), (found) =>
    indexedWithin(found, like.shape, indices.shape),
  );
  return E.isRight(view) && sameShape(shapeOfView(view.right), x.shape)
    ? one(x.dtype, like.shape)
    : refused(`the first shape is not that of what ${family.of} gives of the third`);
}

/** What a reader calls an application of `op`. */
export const titleOf = (op: Primitive, attributes: unknown): string => op.title?.(attributes) ?? op.name;

/** The types of an op's outputs, and the attributes fitted to the inputs. */
export interface Inferred {
  readonly types: readonly TensorType[];
  /** With axes counted from 0, and sub-graphs rebound. */
  readonly attributes: unknown;
}

/** What a type rule gave, where values can have such types: a plugin's rule may be plain JavaScript. */
function checkedTypes(types: unknown): Types {
  if (!Array.isArray(types)) return refused('its type rule should give a list of types in E.right');
  if (types.length > limits.operands) return refused(`has at most ${limits.operands} outputs`);
  for (const type of types as readonly TensorType[]) {
    const fault = faultOfType(type);
    if (fault !== undefined) return refused(`it gives a type that no value has: ${fault}`);
  }
  return E.right(types);
}

/**
 * The types of an op's outputs, with attributes fitted to the inputs, or the error that names the op: rules are code of
 * plugins, which may throw.
 */
export const inferTypes = (
  op: Primitive,
  inputs: readonly TensorType[],
  attributes: unknown,
  node?: string,
): E.Either<AdjointError, Inferred> =>
  attemptEither(`the type rule of ${quoted(op.name)}`, () => infer(op, inputs, attributes, node));

function infer(
  op: Primitive,
  inputs: readonly TensorType[],
  attributes: unknown,
  node: string | undefined,
): E.Either<AdjointError, Inferred> {
  const named = <T>(found: Found<T>): E.Either<AdjointError, T> =>
    E.isRight(found) ? found : E.left(opError(titleOf(op, attributes), inputs, found.left, node));
  const foreign = faultOfCopy('this op', op);
  if (foreign !== undefined) return named(E.left(foreign));
  if (inputs.length > limits.operands) {
    return E.left(
      opError(titleOf(op, attributes), [], { problem: `takes at most ${limits.operands} operands` }),
    );
  }
  if (op.arity !== undefined && inputs.length !== op.arity) {
    return named(refused(`takes ${op.arity} operands, given ${inputs.length}`));
  }
  const rank = inputs[axesOperand(op.family)]?.shape.length;
  const normal =
    rank === undefined ? E.right(attributes) : named(normalAttributes(op.attributes, attributes, rank));
  if (E.isLeft(normal)) return normal;
  const fitted =
    op.family.kind === 'control' ? op.family.specialize(inputs, normal.right) : E.right(normal.right);
  if (E.isLeft(fitted)) return fitted;
  const found = typesOf(op, inputs, fitted.right);
  const types = named(E.isLeft(found) ? found : checkedTypes(found.right));
  return E.isLeft(types) ? types : E.right({ types: types.right, attributes: fitted.right });
}
