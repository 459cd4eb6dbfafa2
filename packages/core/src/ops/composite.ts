import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts/lib/index.js';
import { callable } from '../support/callable.js';
import { exact } from '../file/codec.js';
import { refuse } from '../value/error.js';
import { graphCodec } from '../file/graph.js';
import { application } from '../scalar/formula.js';
import { subgraph, type Graph } from '../ir/graph.js';
import { primitive, type Composite, type Cotangents, type Primitive, type PullbackCall } from '../ir/op.js';
import { fitBody } from '../ir/rebind.js';
import { scope } from '../ir/scope.js';
import { input } from '../ir/source.js';
import { build, type Value } from '../ir/value.js';
import { sameType } from '../value/shape.js';

/**
 * An op made of others: `body` builds its nodes, in a scope of the op's name that print and charts fold into one box.
 * @example
 * const meanSquare = composite('meanSquare', (x: Value) => mean(square(x)));
 * meanSquare(matrix).shape // []
 */
export const composite = <A extends readonly unknown[], R>(
  name: string,
  body: (...operands: A) => R,
): Composite & ((...operands: A) => R) =>
  callable((...operands: A): R => scope(name, () => body(...operands)), { kind: 'composite' as const, name });

type Rule = (call: PullbackCall<unknown>) => Cotangents;

interface CallAttributes {
  readonly name: string;
  readonly body: Graph;
  /** Absent where a file was read without the plugin that has it. */
  readonly rule?: Rule;
}

const compositeRule = (name: string): never =>
  refuse(
    'plugin',
    [name],
    `the op "${name}" has a derivative of its own, which is not in the file`,
    'Read the file with the plugin that defines the op.',
  );

/** Applies a sub-graph whose derivative is not that of its nodes. */
export const call: Primitive<CallAttributes> = primitive(
  {
    name: 'call',
    attributes: (names) => {
      const fields = exact({ name: t.string, body: graphCodec(names) });
      return {
        validate: (u, context) =>
          pipe(
            fields.validate(u, context),
            E.map((decoded): CallAttributes => {
              const op = names.op(decoded.name);
              const rule = op?.kind === 'composite' ? op.pullback : undefined;
              return { ...decoded, ...(rule === undefined ? {} : { rule }) };
            }),
          ),
        encode: ({ name, body }) => fields.encode({ name, body }),
      };
    },
    types(inputs, { body }: CallAttributes) {
      const wrong = body.inputs.findIndex((own, index) => {
        const given = inputs[index];
        return given === undefined || !sameType(given, own);
      });
      return wrong >= 0 || inputs.length !== body.inputs.length
        ? E.left({ problem: `operand ${Math.max(wrong, 0)} does not fit the body's input` })
        : E.right(Object.values(body.outputs).map(({ dtype, shape }) => ({ dtype, shape })));
    },
    specialize: (inputs, attributes) =>
      pipe(
        fitBody(attributes.body, inputs),
        E.map((body) => ({ ...attributes, body })),
      ),
    kernel({ inputs, outputs, attributes: { body }, evaluate }) {
      evaluate(body, inputs).forEach((result, index) => outputs[index]?.data.set(result.data));
    },
    pullback: (pullbackCall) =>
      (pullbackCall.attributes.rule ?? compositeRule(pullbackCall.attributes.name))(pullbackCall),
    subgraphs: ({ body }: CallAttributes) => ({ body }),
    replaceSubgraphs: (attributes: CallAttributes, replace) => ({
      ...attributes,
      body: replace(attributes.body),
    }),
    title: ({ name }: CallAttributes) => name,
    describe: () => '',
    latex: (inputs, { name }) => application(name, inputs),
  },
  () => (): never => refuse('graph', ['call'], 'is built by the composite that it applies'),
);

/**
 * A composite with a derivative of its own: for stability, or a straight-through estimator. It stays one node.
 * @param pullback cotangents for the operands from those of the outputs, linear in them
 */
export function compositeWithPullback(
  name: string,
  body: (...operands: readonly Value[]) => Value,
  pullback: Rule,
): Composite & ((...operands: readonly Value[]) => Value) {
  return callable(
    (...operands: readonly Value[]): Value => {
      const inputs = operands.map(({ dtype, shape }, index) => input(`operand${index}`, shape, dtype));
      const attributes: CallAttributes = {
        name,
        body: subgraph({ out: body(...inputs) }, inputs),
        rule: pullback,
      };
      const [out] = build(call, operands, attributes).outputs;
      if (out === undefined) throw new TypeError(`the op ${name} has no output`);
      return out;
    },
    { kind: 'composite' as const, name, pullback },
  );
}
