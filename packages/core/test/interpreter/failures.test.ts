import {
  add,
  einsum,
  elementwise,
  input,
  interpreter,
  logicalAnd,
  named,
  ones,
  program,
  renderError,
  scalar,
  state,
  tensor,
  zeros,
  type AdjointError,
  type Program,
  type Tensors,
  type Value,
} from '@adjoint/core';
import { build1, opaque, type NoAttributes, type OpaqueOp } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, vi } from 'vitest';

/** A machine on which no array has more than a million elements. */
vi.mock('../../src/value/dtype.js', async (original) => {
  const dtypes = await original<typeof import('../../src/value/dtype.js')>();
  const storageOf: typeof dtypes.storageOf = (dtype, length) => {
    if (length > 1_000_000) throw new RangeError('Array buffer allocation failed');
    return dtypes.storageOf(dtype, length);
  };
  return { ...dtypes, storageOf };
});

function run(made: Program, feeds: Tensors, options = {}): string {
  const compiled = interpreter.compileSync({ p: made });
  const ran = E.isRight(compiled) ? compiled.right.runSync('p', feeds, options) : compiled;
  return E.isLeft(ran) ? renderError(ran.left) : 'right';
}

describe('memory that there is not', () => {
  it('for a result is a Left that names the op', () => {
    const out = logicalAnd(input('x', [2000, 1], 'bool'), input('y', [1, 2000], 'bool'));
    const feeds = { x: zeros([2000, 1], 'bool'), y: zeros([1, 2000], 'bool') };
    expect(run(program({ outputs: { out } }), feeds)).toMatch(
      /^logicalAnd: it gives bool\[2000, 2000\], more than there is memory for/,
    );
  });

  it('for what a kernel needs meanwhile is one too', () => {
    const [x, y] = [input('x', [2000, 1]), input('y', [1, 2000])];
    const out = named('total', einsum('ij,ij->', x, y));
    const feeds = { x: ones([2000, 1]), y: ones([1, 2000]) };
    expect(run(program({ outputs: { out } }), feeds)).toMatch(
      /^einsum \(node "total"\): 4000000 elements of i32 are more than there is memory for/,
    );
  });

  it('for a record is a Left', () => {
    const w = state(zeros([2]), 'w');
    expect(run(program({ outputs: { w } }), {}, { steps: 1_000_000, record: ['w'] })).toMatch(
      /2000000 elements of f64 are more than there is memory for/,
    );
  });
});

describe('code of a plugin that throws in a run', () => {
  const failing = (x: Value): Value => build1(op, [x], {});
  let calls = 0;
  const op: typeof failing & OpaqueOp<NoAttributes> = opaque(
    { name: 'failing', arity: 1 },
    {
      types: (types) => E.right(types),
      kernel: ({ inputs: [x], out }) => {
        calls += 1;
        if (calls === 2) throw new Error('not twice');
        out.data.set(x.data);
      },
      behind: 'same',
      differentiable: false,
    },
    failing,
  );

  it('is named, and leaves the state as it was', () => {
    const count = state(tensor(0), 'count');
    const next = add(count, op(input('x', [])));
    const compiled = interpreter.compileSync({
      p: program({ outputs: { count }, updates: [{ state: count, next }] }),
    });
    if (E.isLeft(compiled)) throw new Error(renderError(compiled.left));
    const ran = compiled.right.runSync('p', { x: tensor(1) }, { steps: 5 });
    expect(E.isLeft(ran) && ran.left).toMatchObject({
      tag: 'ThrownError',
      by: 'the kernel of "failing"',
      problem: 'Error: not twice',
    });
    expect(compiled.right.readSync()).toEqual(E.right({ count: tensor(0) }));
  });

  it('is named where it is a scalar function', () => {
    const fn = scalar.defineScalarFunction({
      name: 'odd',
      arity: 1,
      signature: 'float',
      evaluate: () => {
        throw new TypeError('odd');
      },
      partials: (): readonly [undefined] => [undefined],
      notation: { precedence: 6, latex: () => '' },
    });
    const out = elementwise('odd', fn)(input('x', [1]));
    const made: Error | AdjointError | string = run(program({ outputs: { out } }), { x: tensor([1]) });
    expect(made).toBe('the kernel of "odd" threw TypeError: odd');
  });
});
