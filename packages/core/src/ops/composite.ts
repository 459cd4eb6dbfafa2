import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { input } from '../families/source.js';
import { control } from '../families/written.js';
import type {
  Composite,
  ControlFamily,
  Graph,
  OpOf,
  PullbackCall,
  Cotangents,
  Value,
} from '../ir/grammar.js';
import { subgraph } from '../ir/graph.js';
import { build1, isValue, requireValues } from '../ir/node.js';
import { refused } from '../ir/problem.js';
import { fitBody } from '../ir/rebind.js';
import { scope } from '../ir/scope.js';
import { application } from '../scalar/formula.js';
import { callable } from '../support/callable.js';
import { describe, quoted } from '../support/describe.js';
import { at } from '../support/list.js';
import { requireFunction, requireName } from '../value/argument.js';
import { refuse } from '../value/error.js';
import { sameType } from '../value/shape.js';

/** Ops that are made of others. */

/**
 * An op made of others: `body` builds its nodes, in a scope of the op's name that print and charts fold into one box.
 * @example
 * const meanSquare = composite('meanSquare', (x: Value) => mean(square(x)));
 * meanSquare(matrix).shape // []
 */
export const composite = <A extends readonly unknown[], R>(
  name: string,
  body: (...operands: A) => R,
): Composite & ((...operands: A) => R) => {
  requireName('composite', name);
  requireFunction(name, 'body', body);
  const apply = (...operands: A): R => {
    const made = scope(name, () => body(...operands));
    // A forgotten `return`, or JavaScript's own arithmetic.
    if (typeof made !== 'object' || made === null) refuseBody(name, made, 'values');
    return made;
  };
  return callable(apply, { kind: 'composite' as const, name });
};

const refuseBody = (name: string, made: unknown, expected: string): never =>
  refuse(
    'graph',
    [name],
    `its body returned ${describe(made)}, not ${expected}`,
    'Return what the ops give: multiply(x, x), not x * x.',
  );

export interface CallAttributes {
  /** Whose derivative it has. */
  readonly name: Composite;
  readonly body: Graph;
}

function pullback(call: PullbackCall<CallAttributes>): Cotangents {
  const { name, pullback: written } = call.attributes.name;
  return written === undefined
    ? refuse(
        'plugin',
        [name],
        `the op ${quoted(name)} has a derivative of its own, which is not in the file`,
        'Read the file with the plugin that defines the op.',
      )
    : written(call);
}

/** Applies a sub-graph whose derivative is not that of its nodes. */
export const call: (() => never) & OpOf<ControlFamily<CallAttributes>, CallAttributes> = control(
  { name: 'call', attributes: { name: 'composite', body: 'graph' } },
  {
    form: 'call',
    types(inputs, { body }) {
      const fits = body.inputs.every((own, index) => {
        const given = inputs[index];
        return given !== undefined && sameType(given, own);
      });
      return fits && inputs.length === body.inputs.length
        ? E.right(Object.values(body.outputs).map(({ dtype, shape }) => ({ dtype, shape })))
        : refused("the operands do not fit the body's inputs");
    },
    specialize: (inputs, attributes) =>
      pipe(
        fitBody(attributes.body, inputs),
        E.map((body) => ({ ...attributes, body })),
      ),
    kernel({ inputs, outputs, attributes: { body }, evaluate }) {
      evaluate(body, inputs).forEach(({ data }, index) => at(outputs, index).data.set(data));
    },
    pullback,
    title: ({ name }) => name.name,
    describe: () => '',
    latex: (inputs, { name }) => application(name.name, inputs),
  },
  (): never => refuse('graph', ['call'], 'is built by the composite that it applies'),
);

/**
 * A composite with a derivative of its own: for stability, or a straight-through estimator. It stays one node.
 * @param pullback cotangents for the operands from those of the outputs, linear in them
 */
export function compositeWithPullback(
  name: string,
  body: (...operands: readonly Value[]) => Value,
  pullback: (call: PullbackCall<unknown>) => Cotangents,
): Composite & ((...operands: readonly Value[]) => Value) {
  requireName('compositeWithPullback', name);
  requireFunction(name, 'body', body);
  requireFunction(name, 'pullback', pullback, 1);
  const apply = (...operands: readonly Value[]): Value => {
    requireValues(name, operands);
    const inputs = operands.map(({ dtype, shape }, index) => input(`operand${index}`, shape, dtype));
    const made: unknown = body(...inputs);
    const out = isValue(made) ? made : refuseBody(name, made, 'a value');
    return build1(call, operands, { name: op, body: subgraph({ out }, inputs) });
  };
  const op: Composite & typeof apply = callable(apply, { kind: 'composite' as const, name, pullback });
  return op;
}
