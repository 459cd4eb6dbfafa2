// Values
export * from './dtype.js';
export * from './error.js';
export { freshName } from './names.js';
export * from './shape.js';
export * from './tensor.js';
export * from './format.js';
export { dependencyOrder } from './order.js';
// The scalar level
export * as scalar from './scalar/index.js';
export type { Lambda, Operand, Scalar, ScalarFunction } from './scalar/expression.js';
// The graph
export { build, build1, isValue, named, type Node, type Value } from './graph/value.js';
export * from './graph/op.js';
export { scope, scopePath, type Scope } from './graph/scope.js';
export { call, composite, compositeWithPullback } from './graph/composite.js';
export { constant, input, inputNameOf, stateOf, variable, type ConstantAttributes } from './graph/source.js';
export * from './graph/graph.js';
export { rebind } from './graph/rebind.js';
export { decodeGraph, encodeGraph, graphCodec, readGraph, writeGraph } from './graph/codec.js';
export { simplify } from './graph/simplify.js';
export { formulasOf } from './graph/latex.js';
export { symbol, type Formula } from './formula.js';
export { boxesOf, type Box } from './graph/fold.js';
export { nameValues, nodeText, operationText, print, type PrintOptions } from './graph/print.js';
export type { Broadcast, Matmul, Mismatch, Permute, Reduce, Reshape } from './graph/shape-types.js';
// Ops
export * from './ops/elementwise.js';
export { map, type MapAttributes } from './ops/map.js';
export * from './ops/reduction.js';
export * from './ops/movement.js';
export * from './ops/indexing.js';
export { matmul } from './ops/contraction.js';
export * from './ops/window.js';
export * from './ops/take.js';
export * from './ops/convolution.js';
export { cond, type CondAttributes, type CondBody } from './ops/cond.js';
export { scan, type ScanAttributes, type ScanBody, type ScanOptions } from './ops/scan.js';
// Codecs for the attributes of new ops
export * from './codec.js';
// Programs
export * from './state.js';
export * from './program.js';
export * from './backend.js';
export { evaluateGraph, evaluateNodes, interpreter } from './interpreter.js';
// Random streams and plugins
export * from './random/stream.js';
export * from './random/numpy.js';
export * from './random/tensorflow.js';
export * from './plugin.js';
export { corePlugin } from './standard.js';
