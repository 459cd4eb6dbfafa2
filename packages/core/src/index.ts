// Values
export * from './value/dtype.js';
export * from './value/error.js';
export { freshName } from './support/names.js';
export { at, last, lookup, replaceEach } from './support/list.js';
export * from './value/shape.js';
export * from './value/tensor.js';
export * from './value/format.js';
export { dependencyOrder } from './support/order.js';
// The scalar level
export * as scalar from './scalar/index.js';
export type { Lambda, Operand, Scalar, ScalarFunction } from './scalar/expression.js';
// The graph
export { build, build1, isValue, named, type Node, type Value } from './ir/value.js';
export * from './ir/op.js';
export { scope, scopePath, type Scope } from './ir/scope.js';
export { call, composite, compositeWithPullback } from './ops/composite.js';
export { constant, input, inputNameOf, stateOf, variable, type ConstantAttributes } from './ir/source.js';
export * from './ir/graph.js';
export { rebind } from './ir/rebind.js';
export { decodeGraph, encodeGraph, graphCodec, readGraph, writeGraph } from './file/graph.js';
export { simplify } from './transform/simplify.js';
export { formulasOf } from './text/latex.js';
export { symbol, type Formula } from './scalar/formula.js';
export { boxesOf, type Box } from './text/fold.js';
export { nameValues, nodeText, operationText, print, type PrintOptions } from './text/print.js';
export type { Broadcast, Matmul, Mismatch, Permute, Reduce, Reshape } from './ops/shape-types.js';
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
export * from './file/codec.js';
// Programs
export * from './program/state.js';
export * from './program/program.js';
export * from './program/backend.js';
export { evaluateGraph, evaluateNodes, interpreter } from './interpreter/interpreter.js';
// Random streams and plugins
export * from './plugin/stream.js';
export { check, functionCheck, nameCheck, oneOf, thing, type Check, type Named } from './plugin/check.js';
export * from './plugin/kind.js';
export * from './plugin/options.js';
export { checkPlugin, coreVersion, type Plugin } from './plugin/plugin.js';
export { createRegistry, type Registry } from './plugin/registry.js';
export { corePlugin } from './plugin/standard.js';
