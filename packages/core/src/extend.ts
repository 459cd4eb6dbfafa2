// What authors of primitive ops, transforms and backends need, beside what users do.

// Lists, names and walks
export { callable } from './support/callable.js';
export { cut, quoted } from './support/describe.js';
export { at, last, lookup, replaceEach } from './support/list.js';
export { freshName } from './support/names.js';
export { dependencyOrder } from './support/order.js';
export type { Tuple } from './support/tuple.js';
// Values
export { absentElement, bytesPerElement, holds, isStorage, least, roundTo } from './value/dtype.js';
export {
  attempt,
  errorOf,
  formatNumber,
  formatPath,
  invalid,
  opError,
  refuse,
  type Subject,
} from './value/error.js';
export {
  broadcastShapes,
  broadcastStrides,
  faultOfShape,
  faultOfType,
  normalizeAxes,
  sameShape,
  sameType,
  sizeOf,
  stridesOf,
} from './value/shape.js';
export type { Fits, OneDType, Same } from './value/shape-types.js';
export { allocate, copyOf, MemoryException } from './value/memory.js';
export { faultOfName, limits } from './value/limits.js';
export { offsetsOf } from './value/offsets.js';
export { faultOfData, isTensor, sliceOf } from './value/tensor.js';
// Formulas
export { application, atom, product, symbol, within, type Formula } from './scalar/formula.js';
// The grammar of graphs and ops
export type * from './ir/grammar.js';
export type { Description, Field, FieldCodec, NoAttributes, OwnCodec, Word } from './ir/description.js';
export { graphsOf, replaceGraphs, type Attributes } from './ir/attributes.js';
export { applies, build, build1, makeNode, shapeRoot } from './ir/node.js';
export { nodesUnder } from './ir/graph.js';
export { fitBody } from './ir/rebind.js';
export type { Behind, Head } from './ir/op.js';
export { constantOf, inputNameOf, isLiteral, stateOf } from './ir/source.js';
export { foundOr, one, refused, rightOrThrow } from './ir/problem.js';
export { scopePath, type Scope } from './ir/scope.js';
export { accumulationSteps, inferTypes, readsOf, titleOf } from './ir/types.js';
export { lettersFor, sizesOfLetters, summedLetters } from './ir/letters.js';
export type { AccumulationSteps } from './ir/types.js';
export * as views from './ir/view.js';
export type { View } from './ir/view.js';
// Makers of ops, by family
export { contraction, type ContractionOp } from './families/contraction.js';
export { indexed, unindexedOf, type Unindexed } from './families/indexed.js';
export { join, splitOf, type Split } from './families/join.js';
export { map, type MapAttributes } from './families/map.js';
export { prefix, type PrefixOp } from './families/prefix.js';
export {
  reducedAxes,
  reducing,
  reduction,
  type ReductionAttributes,
  type ReductionOp,
} from './families/reduction.js';
export { reshaping, type ReshapingOp } from './families/reshaping.js';
export { source, type SourceOp } from './families/source.js';
export { transposeOf, view, type Unview } from './families/view.js';
export { control, opaque, type OpaqueOp } from './families/written.js';
// Ops by identity, for transforms and backends
export { call, type CallAttributes } from './ops/composite.js';
export { repeatLike } from './ops/broadcast.js';
export { equationOf, lettersOf } from './ops/contraction.js';
export { stretched } from './ops/reduction.js';
export type { CondAttributes } from './ops/cond.js';
export { stepsOf, type ScanAttributes } from './ops/scan.js';
export type { AxesAttributes, SliceAttributes } from './ops/movement.js';
export type { AxisAttributes, PadAttributes } from './ops/join.js';
export type { WindowAttributes } from './ops/window.js';
// Text
export { boxesOf, type Box } from './text/fold.js';
export { nameValues, nodeParts, nodeText, type NodeParts } from './text/print.js';
// Files
export {
  checked,
  double,
  dtypeCodec,
  exact,
  firstError,
  integer,
  natural,
  shapeCodec,
  tensorCodec,
} from './file/codec.js';
// Running
export {
  checkFeeds,
  checkPrograms,
  checkRun,
  checkState,
  disposed,
  type StateSlot,
} from './program/backend.js';
export { exclusive, type Exclusive } from './program/exclusive.js';
export { backendWithTask, executableWithTasks } from './program/tasks.js';
export type { BackendWithoutTask, ExecutableWithoutTasks } from './program/tasks.js';
export { evaluateGraph, evaluateNodes } from './interpreter/interpreter.js';
export { runKernel } from './interpreter/kernels.js';
export { stridesOver } from './interpreter/contract.js';
