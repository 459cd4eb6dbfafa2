import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { input } from '../families/source.js';
import { control } from '../families/written.js';
import type { ControlFamily, Cotangents, Found, Graph, OpOf, PullbackCall, Value } from '../ir/grammar.js';
import { subgraph } from '../ir/graph.js';
import { build, isValue } from '../ir/node.js';
import { refused } from '../ir/problem.js';
import { fitBody } from '../ir/rebind.js';
import { at } from '../support/list.js';
import { isFloat } from '../value/dtype.js';
import { AdjointException, formatType, opError, type AdjointError } from '../value/error.js';
import { sameType, type TensorType } from '../value/shape.js';
import { zerosLike } from './broadcast.js';
import { someValues } from '../ir/sorts.js';
import { aFunction, expectArgument } from '../value/argument.js';

/** Both bodies take the operands behind the predicate, and give results of the same types. */
export interface CondAttributes {
  readonly whenTrue: Graph;
  readonly whenFalse: Graph;
}

export type CondBody = (operands: readonly Value[]) => readonly Value[];

const resultsOf = ({ outputs }: Graph): readonly Value[] => Object.values(outputs);

function types(
  inputs: readonly TensorType[],
  { whenTrue, whenFalse }: CondAttributes,
): Found<readonly TensorType[]> {
  const [predicate, ...operands] = inputs;
  if (predicate?.dtype !== 'bool' || predicate.shape.length > 0) {
    return refused(
      'the predicate should be one bool',
      'Compare numbers, or reduce with all or any; where chooses for each element.',
    );
  }
  for (const [name, { inputs: own }] of Object.entries({ whenTrue, whenFalse })) {
    if (own.length !== operands.length) {
      return refused(`${name} takes ${own.length} operands, given ${operands.length}`);
    }
    for (const [index, taken] of own.entries()) {
      const given = at(operands, index);
      if (!sameType(taken, given)) {
        const types = `takes ${formatType(taken)}, given ${formatType(given)}`;
        return refused(`${name} does not fit operand ${index + 1}: ${types}`);
      }
    }
  }
  const [yes, no] = [resultsOf(whenTrue), resultsOf(whenFalse)];
  const different = yes.findIndex((result, index) => {
    const other = no[index];
    return other === undefined || !sameType(result, other);
  });
  if (different >= 0 || yes.length !== no.length) {
    const listed = (results: readonly Value[]): string => results.map(formatType).join(', ') || 'nothing';
    return refused(`the bodies give different results: ${listed(yes)} when true, ${listed(no)} when false`);
  }
  return E.right(yes.map(({ dtype, shape }) => ({ dtype, shape })));
}

const fitted = (
  [, ...operands]: readonly TensorType[],
  { whenTrue, whenFalse }: CondAttributes,
): E.Either<AdjointError, CondAttributes> =>
  pipe(
    fitBody(whenTrue, operands),
    E.chain((yes) =>
      pipe(
        fitBody(whenFalse, operands),
        E.map((no) => ({ whenTrue: yes, whenFalse: no })),
      ),
    ),
  );

/** The same choice between the pullbacks of the bodies. */
function pullback({
  inputs,
  outputs,
  cotangents,
  attributes,
  differentiate,
}: PullbackCall<CondAttributes>): Cotangents {
  const given = outputs.flatMap((output, index) =>
    isFloat(output.dtype) ? [cotangents[index] ?? zerosLike(output)] : [],
  );
  const results = build(cond, [...inputs, ...given], {
    whenTrue: differentiate(attributes.whenTrue),
    whenFalse: differentiate(attributes.whenFalse),
  }).outputs;
  const [, ...operands] = inputs;
  let next = 0;
  return [undefined, ...operands.map(({ dtype }) => (isFloat(dtype) ? results[next++] : undefined))];
}

function bodyGraph(name: string, body: CondBody, operands: readonly Value[]): Graph {
  expectArgument('cond', name, body, aFunction);
  const inputs = operands.map(({ dtype, shape }, index) => input(`operand${index}`, shape, dtype));
  const made: unknown = body(inputs);
  // Plain JavaScript may return one value.
  if (!Array.isArray(made) || !made.every(isValue)) {
    const problem = 'a body should return a list of values';
    throw new AdjointException(
      opError('cond', operands, { problem, remedy: 'Write [value], even for one.' }),
    );
  }
  const results = made.map((value, index) => [`out${index}`, value] as const);
  return subgraph(Object.fromEntries(results), inputs);
}

function applyCond(
  predicate: Value,
  whenTrue: CondBody,
  whenFalse: CondBody,
  operands: readonly Value[],
): readonly Value[] {
  expectArgument('cond', 'operands', operands, someValues);
  return build(cond, [predicate, ...operands], {
    whenTrue: bodyGraph('whenTrue', whenTrue, operands),
    whenFalse: bodyGraph('whenFalse', whenFalse, operands),
  }).outputs;
}

/**
 * A branch: the results of one of two bodies, of which only that one is computed. Its gradient is the same choice
 * between the bodies' pullbacks.
 * @param predicate a single bool
 * @param whenTrue gives the results from inputs of the operands' types, in their order
 * @param whenFalse gives results of the same number and types
 * @param operands what the bodies use from outside: they see nothing else
 * @throws AdjointException where the predicate is not one bool, a body uses a value from outside, or the bodies'
 *   results differ in number or type
 * @example
 * // x: f64[2]
 * const [out] = cond(all(less(0, x)), ([x]) => [log(x)], ([x]) => [negate(x)], [x]);
 * out.shape // [2]
 */
export const cond: typeof applyCond & OpOf<ControlFamily<CondAttributes>, CondAttributes> = control(
  { name: 'cond', attributes: { whenTrue: 'graph', whenFalse: 'graph' } },
  {
    form: 'cond',
    types,
    specialize: fitted,
    kernel({ inputs, outputs, attributes: { whenTrue, whenFalse }, evaluate }) {
      const [predicate, ...operands] = inputs;
      const results = evaluate(predicate?.data[0] === 1 ? whenTrue : whenFalse, operands);
      results.forEach(({ data }, index) => at(outputs, index).data.set(data));
    },
    pullback,
    describe: () => '',
  },
  applyCond,
);
