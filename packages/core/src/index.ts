// Values
export { dtypes, isDType, isFloat, type DType, type FloatDType, type TypedArray } from './value/dtype.js';
export { AdjointException, formatShape, formatType, renderError } from './value/error.js';
export type { AdjointError, Reached } from './value/error.js';
export type { Shape, TensorType } from './value/shape.js';
export type { Broadcast, Matmul, Mismatch, Permute, Reduce, Reshape } from './value/shape-types.js';
export {
  convert,
  equalTensors,
  fromData,
  full,
  item,
  ones,
  tensor,
  toNested,
  zeros,
} from './value/tensor.js';
export type { Nested, ShapeOfNested, Tensor } from './value/tensor.js';
export { formatTensor } from './value/format.js';
// The scalar level
export * as scalar from './scalar/index.js';
export type { Lambda, Operand, Scalar, ScalarFunction } from './scalar/expression.js';
// The graph
export type { Composite, Elementwise, Graph, Node, Op, Primitive, Value } from './ir/grammar.js';
export { isValue, named } from './ir/node.js';
export { checkGraph, graph, instantiate, nameOfInput, subgraph } from './ir/graph.js';
export { rebind } from './ir/rebind.js';
export { scope } from './ir/scope.js';
export { simplify } from './transform/simplify.js';
export { decodeGraph, encodeGraph, readGraph, writeGraph } from './file/graph.js';
export { formulasOf } from './text/latex.js';
export { print, type PrintOptions } from './text/print.js';
// Making ops: what an expression or a function of values is, is an op
export { elementwise, parametric } from './families/elementwise.js';
export type { BinaryOp, Comparison, ParametricOp, Predicate, UnaryOp } from './families/elementwise.js';
export { composite, compositeWithPullback } from './ops/composite.js';
// Ops
export { constant, input, variable } from './families/source.js';
export * from './ops/elementwise.js';
export { elu, gelu, leakyRelu, relu, rsqrt, silu } from './ops/activation.js';
export type { ReductionOptions } from './families/reduction.js';
export { all, any, max, mean, min, sum } from './ops/reduction.js';
export { prod } from './ops/product.js';
export { einsum, matmul } from './ops/contraction.js';
export { broadcastLike, broadcastTo, sumLike, zerosLike } from './ops/broadcast.js';
export { flatten, reshape, reshapeLike, unflatten } from './ops/reshape.js';
export { expandDims, matrixTranspose, permuteDims, slice, squeeze, unslice } from './ops/movement.js';
export type { SliceRange } from './ops/movement.js';
export { concat, pad, splitLike } from './ops/join.js';
export { addTaken, take } from './ops/take.js';
export { count, indicesAlong } from './ops/shape-numbers.js';
export { addWindows, windows, type WindowOptions } from './ops/window.js';
export * from './ops/convolution.js';
export { cond, type CondBody } from './ops/cond.js';
export { scan, type ScanBody, type ScanOptions } from './ops/scan.js';
// Programs
export * from './program/state.js';
export { program, rebindProgram, type Program, type ProgramParts, type Update } from './program/program.js';
export type {
  Backend,
  Executable,
  Programs,
  RunOptions,
  RunResult,
  SyncBackend,
  SyncExecutable,
  Tensors,
} from './program/backend.js';
export { interpreter } from './interpreter/interpreter.js';
// Random streams and plugins
export * from './plugin/stream.js';
export { check, functionCheck, nameCheck, oneOf, thing, type Check, type Named } from './plugin/check.js';
export * from './plugin/kind.js';
export * from './plugin/options.js';
export { checkPlugin, coreVersion, type Plugin } from './plugin/plugin.js';
export { createRegistry, type Registry } from './plugin/registry.js';
export { corePlugin } from './plugin/standard.js';
