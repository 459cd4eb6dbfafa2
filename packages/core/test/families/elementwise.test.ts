import { AdjointException, elementwise, input, parametric, scalar, tensor, type Scalar } from '@adjoint/core';
import { evaluateNodes, lookup, nodesUnder } from '@adjoint/core/extend';
import { describe, expect, it } from 'vitest';

/** What plain JavaScript may give the makers of elementwise ops. */

const x = input('x', [4, 2]);
type Body = (x: Scalar) => Scalar;
/** What plain JavaScript may give where types ask for something. */
const untyped = <T>(given: unknown): T => given as T;

describe('elementwise', () => {
  it.each<[string, unknown, unknown, string]>([
    [
      'no name',
      (a: Scalar) => a,
      undefined,
      'the argument name of elementwise: expected a name, found a function',
    ],
    ['an empty name', '', (a: Scalar) => a, 'the argument name of elementwise: expected a name, found ""'],
    ['no function', 'odd', scalar.constant(1), 'the argument body of odd: expected a function, found a'],
    [
      'a function of two',
      'odd',
      (a: Scalar, b: Scalar) => scalar.add(a, b),
      'the argument body of odd: expected a function of 1, found one of 2',
    ],
  ])('refuses %s', (_, name, body, message) => {
    expect(() => elementwise(untyped(name), untyped(body))).toThrow(AdjointException);
    expect(() => elementwise(untyped(name), untyped(body))).toThrow(message);
  });

  it.each<[string, () => unknown, string]>([
    ['a product of JavaScript', () => NaN, 'odd: its function gives NaN, not a scalar expression'],
    ['nothing', () => undefined, 'odd: its function gives nothing, not a scalar expression'],
    ['a function', () => scalar.exp, 'odd: its function gives a function, not a scalar expression'],
    ['a value', () => x, 'odd: its function gives a value f64[4, 2], not a scalar expression'],
    [
      "somebody else's argument",
      () => scalar.argument('y'),
      'odd: its expression uses "y: f64", which is not an operand',
    ],
  ])('names the op whose function gives %s', (_, body, message) => {
    const odd = elementwise('odd', untyped<Body>(body));
    expect(() => odd(x)).toThrow(AdjointException);
    expect(() => odd(x)).toThrow(message);
  });

  it('says how to multiply', () => {
    const odd = elementwise(
      'odd',
      untyped<Body>(() => NaN),
    );
    expect(() => odd(x)).toThrow('scalar.multiply(x, x), not x * x');
  });

  it('takes a number for an expression', () => {
    const three = elementwise(
      'three',
      untyped<Body>(() => 3),
    )(input('x', [2], 'f32'));
    expect(three.dtype).toBe('f32');
    const given = new Map(
      nodesUnder([three]).flatMap(({ op, outputs }) =>
        op.name === 'input' ? outputs.map((out) => [out, tensor([1, 2], 'f32')] as const) : [],
      ),
    );
    expect(Array.from(lookup(evaluateNodes(nodesUnder([three]), given), three).data)).toEqual([3, 3]);
  });

  it('names the function that is given something else than expressions', () => {
    expect(() => scalar.multiply(untyped(x), 2)).toThrow(
      'operand 0 of multiply: expected a scalar expression or a number, found a value',
    );
  });
});

describe('parametric', () => {
  const steep = parametric('steep', { slope: 2 }, (a, { slope }) => scalar.multiply(a, slope));
  it.each<[string, () => unknown, string]>([
    [
      'a parameter that there is not',
      () => steep(x, untyped({ slop: 1 })),
      'the argument slop of steep: there is no such parameter; there is slope',
    ],
    [
      'one that is no number',
      () => steep(untyped<object>({ slope: '1' }))(x),
      'the argument slope of steep: expected a number, found "1"',
    ],
    [
      'a default that is no number',
      () => parametric('odd', untyped<{ a: number }>({ a: '1' }), (a) => a),
      'the argument a of odd: expected a number',
    ],
    [
      'no name',
      () => parametric(untyped(undefined), {}, (a) => a),
      'the argument name of parametric: expected a name, found nothing',
    ],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe('defineScalarFunction', () => {
  const record = {
    name: 'odd',
    arity: 1,
    signature: 'float',
    evaluate: (a: number) => a,
    partials: () => [undefined],
    notation: { precedence: 6, latex: () => 'odd' },
  } as const;
  it.each<[string, object, string]>([
    [
      'a name',
      { name: undefined },
      'the argument name of defineScalarFunction: expected a name, found nothing',
    ],
    ['an arity', { arity: 0 }, 'the argument arity of odd: expected a number of operands from 1 on, found 0'],
    ['a signature', { signature: 'reals' }, 'the argument signature of odd: expected float, number'],
    ['evaluate', { evaluate: undefined }, 'the argument evaluate of odd: expected a function, found nothing'],
    ['partials', { partials: [] }, 'the argument partials of odd: expected a function, found an empty list'],
    [
      'a notation',
      { notation: undefined },
      'the argument notation.latex of odd: expected a function, found nothing',
    ],
  ])('refuses a record without %s', (_, fields, message) => {
    const odd = untyped<scalar.ScalarFunctionRecord<1>>({ ...record, ...fields });
    expect(() => scalar.defineScalarFunction<1>(odd)).toThrow(AdjointException);
    expect(() => scalar.defineScalarFunction<1>(odd)).toThrow(message);
  });
});
