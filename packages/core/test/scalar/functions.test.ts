import { readFileSync } from 'node:fs';
import { scalar, type Scalar } from '@adjoint/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const x = scalar.argument('x');

describe('erf and erfc', () => {
  const { cases } = JSON.parse(readFileSync(new URL('../data/erf.json', import.meta.url), 'utf8')) as {
    readonly cases: readonly (readonly [x: number, erf: number, erfc: number])[]; // see `source` in the file
  };
  const ulps = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b) * 2 ** -52, 5e-324);

  it('are within two units in the last place of the C library', () => {
    for (const [at, erf, erfc] of cases) {
      expect(ulps(scalar.erf.evaluate(at), erf)).toBeLessThanOrEqual(2);
      expect(ulps(scalar.erfc.evaluate(at), erfc)).toBeLessThanOrEqual(2);
    }
    expect(cases.length).toBeGreaterThan(500);
  });

  it('have the right limits', () => {
    expect([-Infinity, Infinity, NaN].map((at) => scalar.erf.evaluate(at))).toEqual([-1, 1, NaN]);
    expect([-Infinity, Infinity, NaN].map((at) => scalar.erfc.evaluate(at))).toEqual([2, 0, NaN]);
    expect(Object.is(scalar.erf.evaluate(-0), -0)).toBe(true);
  });
});

describe('functions with conventions', () => {
  it('round goes to the nearest, halves to the even one', () => {
    const points = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999999999999994, 2.4, -2.6, 1e300, Infinity];
    expect(points.map((at) => scalar.round.evaluate(at))).toEqual([
      0,
      2,
      2,
      -0,
      -2,
      -2,
      0,
      2,
      -3,
      1e300,
      Infinity,
    ]);
  });

  it('remainder has the sign of the divisor, as in Python', () => {
    // [5 % 3, -5 % 3, 5 % -3, -5 % -3, 6 % 3, 0.5 % -2]
    const pairs = [
      [5, 3],
      [-5, 3],
      [5, -3],
      [-5, -3],
      [6, 3],
      [0.5, -2],
    ] as const;
    expect(pairs.map(([a, b]) => scalar.remainder.evaluate(a, b))).toEqual([2, 1, -1, -2, 0, -1.5]);
  });

  it('remainder gives zeros the sign of the divisor, as CPython 3.12 does', () => {
    // [6.0 % 3.0, -6.0 % 3.0, 6.0 % -3.0, -6.0 % -3.0, 0.0 % -3.0, -0.0 % 3.0, -0.0 % -3.0], and beside infinities
    const pairs: readonly (readonly [number, number, number])[] = [
      [6, 3, 0],
      [-6, 3, 0],
      [6, -3, -0],
      [-6, -3, -0],
      [0, -3, -0],
      [-0, 3, 0],
      [-0, -3, -0],
      [5, Infinity, 5],
      [-5, Infinity, Infinity],
      [5, -Infinity, -Infinity],
      [-1e-300, 3, 3],
    ];
    for (const [a, b, expected] of pairs) expect(scalar.remainder.evaluate(a, b)).toBe(expected);
  });

  it('remainder has the derivative −q by the divisor, where x = q y + out', () => {
    const [top, bottom] = [scalar.argument('top'), scalar.argument('bottom')];
    const slope = scalar.derivative(scalar.remainder(top, bottom), bottom) ?? top;
    // q by Python's fractions: the quotient of the doubles, exactly, rounded down.
    const points: readonly (readonly [number, number, number])[] = [
      [6, 3, 2],
      [-6, 3, -2],
      [7, -3, -3],
      [1, 0.1, 9], // 0.1 is a little more than a tenth, and 1 / 0.1 is rounded up to 10.
      [0.3, 0.1, 2],
      [-1, 0.1, -10],
      [4.9e15, 0.7, 7000000000000000],
    ];
    for (const [a, b, q] of points) {
      expect(scalar.evaluateScalar(slope, { top: a, bottom: b })).toBe(-q);
    }
  });

  it('sigmoid stays subnormal down to −745.13, and so do the slopes made of it', () => {
    // 1 / (1 + exp(-x)) by Python's decimal with 60 digits, rounded to doubles.
    const expected: readonly (readonly [number, number])[] = [
      [-700, 9.85967654375977e-305],
      [-709.5, 7.38014831401258e-309],
      [-709.78, 5.577796105262746e-309],
      [-709.79, 5.522296106702186e-309],
      [-710, 4.47628622567513e-309],
      [-720.25, 1.5827029403e-313],
      [-730.5, 5.596044e-318],
      [-740, 4.2e-322],
      [-744, 1e-323],
      [-745.13, 5e-324],
      [-745.14, 0],
      [-Infinity, 0],
    ];
    const softplusSlope = scalar.derivative(scalar.softplus(x), x) ?? x;
    const logSigmoidSlope = scalar.derivative(scalar.logSigmoid(x), x) ?? x;
    for (const [at, value] of expected) {
      const within = Math.max(value * 2 ** -50, 5e-324);
      for (const got of [
        scalar.sigmoid.evaluate(at),
        scalar.evaluateScalar(softplusSlope, { x: at }),
        scalar.evaluateScalar(logSigmoidSlope, { x: -at }),
      ]) {
        expect(Math.abs(got - value)).toBeLessThanOrEqual(within);
        expect(got > 0).toBe(value > 0);
      }
    }
  });

  it('power follows IEEE 754 where JavaScript does not', () => {
    expect(scalar.power.evaluate(1, NaN)).toBe(1);
    expect(scalar.power.evaluate(-1, Infinity)).toBe(1);
    expect(scalar.power.evaluate(NaN, 0)).toBe(1);
    expect(scalar.power.evaluate(-8, 1 / 3)).toBe(NaN);
  });

  it('maximum and minimum keep NaN', () => {
    expect(scalar.maximum.evaluate(NaN, 1)).toBe(NaN);
    expect(scalar.minimum.evaluate(1, NaN)).toBe(NaN);
  });

  it('stable functions are finite at ±800 and exact in the middle', () => {
    expect([-800, 0, 800].map((at) => scalar.sigmoid.evaluate(at))).toEqual([0, 0.5, 1]);
    expect([-800, 0, 800].map((at) => scalar.softplus.evaluate(at))).toEqual([0, Math.LN2, 800]);
    expect([-800, 0, 800].map((at) => scalar.logSigmoid.evaluate(at))).toEqual([-800, -Math.LN2, 0]);
    expect(scalar.logAddExp.evaluate(1000, 1000)).toBe(1000 + Math.LN2);
    expect(scalar.logAddExp.evaluate(-Infinity, 3)).toBe(3);
    expect(scalar.logAddExp.evaluate(-Infinity, -Infinity)).toBe(-Infinity);
  });
});

describe('partial derivatives', () => {
  const unary = scalar.scalarFunctions.filter(({ arity, signature }) => arity === 1 && signature === 'float');
  /** Where each function is smooth. */
  const domains: Readonly<Record<string, readonly [number, number]>> = {
    ...Object.fromEntries(['log', 'log2', 'sqrt', 'reciprocal'].map((name) => [name, [0.3, 3] as const])),
    ...Object.fromEntries(
      ['asin', 'acos', 'atanh', 'tan', 'log1p'].map((name) => [name, [-0.8, 0.8] as const]),
    ),
    acosh: [1.3, 4],
  };

  it.each(unary.map((fn) => [fn.name, fn] as const))('of %s are its slope', (name, fn) => {
    const [low, high] = domains[name] ?? [-3, 3];
    const slope = scalar.derivative(fn(x), x);
    fc.assert(
      fc.property(fc.double({ min: low, max: high, noNaN: true }), (at) => {
        const h = 1e-5;
        const measured = (fn.evaluate(at + h) - fn.evaluate(at - h)) / (2 * h);
        const derived = slope === undefined ? 0 : scalar.evaluateScalar(slope, { x: at });
        expect(Math.abs(measured - derived)).toBeLessThan(1e-7 * Math.max(1, Math.abs(derived)));
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  it('are stated where there is a kink', () => {
    const kinks = scalar.scalarFunctions.filter(({ kink }) => kink !== undefined).map(({ name }) => name);
    expect(kinks.sort()).toEqual(['abs', 'hypot', 'maximum', 'minimum', 'power', 'remainder']);
  });

  it('of softplus at the seam of its stable form are right to second order', () => {
    const first = scalar.derivative(scalar.softplus(x), x) ?? x;
    const second = scalar.derivative(first, x) ?? x;
    expect(scalar.evaluateScalars([first, second], { x: 0 })).toEqual([0.5, 0.25]);
  });

  it('of a select never multiply by what was not chosen', () => {
    const elu = scalar.select(scalar.lessEqual(x, 0), scalar.expm1(x), x);
    const first = scalar.derivative(elu, x) ?? x;
    const second = scalar.derivative(first, x) ?? x;
    expect(scalar.evaluateScalars([elu, first, second], { x: 800 })).toEqual([800, 1, 0]);
    expect(scalar.formatScalar(first)).toBe('select(x <= 0, exp(x), 1)');
  });
});

describe('notation', () => {
  const y = scalar.argument('y');
  const z = scalar.argument('z');
  const atoms = [x, y, z, scalar.constant(2), scalar.constant(-3)];
  const arithmetic: fc.Arbitrary<Scalar> = fc.letrec<{ e: Scalar }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(...atoms),
      fc
        .tuple(
          fc.constantFrom(scalar.add, scalar.subtract, scalar.multiply, scalar.divide),
          tie('e'),
          tie('e'),
        )
        .map(([f, a, b]) => f(a, b)),
      tie('e').map((a) => scalar.negate(a)),
    ),
  })).e;

  it('has the parentheses that its meaning needs: JavaScript reads it the same', () => {
    fc.assert(
      fc.property(arithmetic, (expression) => {
        const text = scalar.formatScalar(expression);
        const read = evaluateText(text, { x: 1.7, y: -0.6, z: 3.1 });
        const expected = scalar.evaluateScalar(expression, { x: 1.7, y: -0.6, z: 3.1 });
        if (Number.isFinite(expected))
          expect(Math.abs(read - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it.each<[Scalar, string, string]>([
    [scalar.subtract(x, scalar.add(y, z)), 'x - (y + z)', 'x - \\left(y + z\\right)'],
    [
      scalar.multiply(scalar.add(x, 1), scalar.tanh(y)),
      '(x + 1) * tanh(y)',
      '\\left(x + 1\\right) \\cdot \\tanh\\left(y\\right)',
    ],
    [
      scalar.divide(1, scalar.add(1, scalar.exp(scalar.negate(x)))),
      '1 / (1 + exp(-x))',
      '\\frac{1}{1 + e^{-x}}',
    ],
    [scalar.square(scalar.negate(x)), 'square(-x)', '\\left(-x\\right)^{2}'],
    [
      scalar.select(scalar.less(x, 0), 0, x),
      'select(x < 0, 0, x)',
      '\\begin{cases} 0 & x < 0 \\\\ x & \\text{otherwise} \\end{cases}',
    ],
    [scalar.multiply(1e-12, x), '1e-12 * x', '1 \\cdot 10^{-12} \\cdot x'],
  ])('%#', (expression, text, latex) => {
    expect(scalar.formatScalar(expression)).toBe(text);
    expect(scalar.scalarToLatex(expression)).toBe(latex);
  });
});

/** A recursive-descent reading of arithmetic with JavaScript's precedences. */
function evaluateText(text: string, values: Readonly<Record<string, number>>): number {
  const tokens = text.match(/[\d.]+(?:e[+-]?\d+)?|[a-z]+|[-+*/()]/g) ?? [];
  let at = 0;
  const factor = (): number => {
    const token = tokens[at++] ?? '';
    if (token === '-') return -factor();
    if (token === '(') {
      const inner = sum();
      at += 1;
      return inner;
    }
    return values[token] ?? Number(token);
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === '*' || tokens[at] === '/')
      value = tokens[at++] === '*' ? value * factor() : value / factor();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  return sum();
}
