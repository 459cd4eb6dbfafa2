import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { double, dtypeCodec, exact, listOf, natural, textCodec } from './codec.js';
import { lookup } from '../support/list.js';
import { AdjointException } from '../value/error.js';
import { limits } from '../value/limits.js';
import {
  apply,
  argument,
  constant,
  subexpressions,
  type ArgumentScalar,
  type Lambda,
  type Scalar,
  type ScalarFunction,
} from '../scalar/expression.js';
import { quoted } from '../support/describe.js';

const encodedLambda = exact({
  /** How many of the first expressions are the parameters. */
  parameters: natural,
  expressions: listOf(
    t.union([
      exact({ argument: textCodec, dtype: dtypeCodec }),
      exact({ constant: double, dtype: dtypeCodec }),
      exact({ fn: t.string, operands: listOf(natural) }),
    ]),
    limits.expressions,
  ),
});

function encode({ parameters, body }: Lambda): unknown {
  const order = [...new Set<Scalar>([...parameters, ...subexpressions([body])])];
  const positions = new Map(order.map((part, position) => [part, position]));
  return {
    parameters: parameters.length,
    expressions: order.map((part) => {
      if (part.kind === 'argument') return { argument: part.name, dtype: part.dtype };
      if (part.kind === 'constant') return { constant: double.encode(part.value), dtype: part.dtype };
      return { fn: part.fn.name, operands: part.operands.map((operand) => lookup(positions, operand)) };
    }),
  };
}

/** A lambda as the list of its sub-expressions, the last one its body; functions are found by name. */
export const lambdaCodec = (
  functionOf: (name: string) => ScalarFunction | undefined,
): t.Type<Lambda, unknown> =>
  new t.Type<Lambda, unknown>(
    'a scalar expression',
    (u): u is Lambda => typeof u === 'object' && u !== null && 'parameters' in u && 'body' in u,
    (u, context) => {
      const fields = encodedLambda.validate(u, context);
      if (E.isLeft(fields)) return fields;
      const { parameters, expressions } = fields.right;
      const scalars: Scalar[] = [];
      const fault = (position: number, problem: string): t.Validation<Lambda> =>
        t.failure(
          u,
          [...context, ...['expressions', String(position)].map((key) => ({ key, type: t.unknown }))],
          problem,
        );
      for (const [position, part] of expressions.entries()) {
        try {
          if ('argument' in part) scalars.push(argument(part.argument, part.dtype));
          else if ('constant' in part) scalars.push(constant(part.constant, part.dtype));
          else {
            const fn = functionOf(part.fn);
            if (fn === undefined) return fault(position, `unknown scalar function ${quoted(part.fn)}`);
            const operands = part.operands.map((index) => scalars[index]);
            if (!operands.every((operand) => operand !== undefined))
              return fault(position, 'an operand does not come earlier');
            scalars.push(apply(fn, operands));
          }
        } catch (error) {
          // `apply` and `constant` refuse bad dtypes by throwing, because in code that is a bug.
          if (!(error instanceof AdjointException)) throw error;
          return fault(position, error.error.tag === 'InvalidError' ? error.error.problem : error.message);
        }
      }
      const given = scalars
        .slice(0, parameters)
        .filter((part): part is ArgumentScalar => part.kind === 'argument');
      const body = scalars.at(-1);
      if (body === undefined || given.length !== parameters || new Set(given).size !== parameters) {
        return t.failure(u, context, `expected ${parameters} different arguments first`);
      }
      const known = new Set<Scalar>(given);
      const free = subexpressions([body]).find((part) => part.kind === 'argument' && !known.has(part));
      if (free !== undefined) return t.failure(u, context, 'an argument is not among the parameters');
      return t.success({ parameters: given, body });
    },
    encode,
  );
