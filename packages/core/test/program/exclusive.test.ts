import {
  add,
  input,
  interpreter,
  program,
  renderError,
  state,
  tensor,
  type SyncExecutable,
  type Value,
} from '@adjoint/core';
import { at, build1, exclusive, opaque, type NoAttributes, type OpaqueOp } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

const left = (result: E.Either<Parameters<typeof renderError>[0], unknown>): string =>
  E.isLeft(result) ? renderError(result.left) : 'right';

describe('exclusive', () => {
  it('runs one thing after the other, also after one that threw', () => {
    const alone = exclusive();
    expect(alone('one', () => E.right(1))).toEqual(E.right(1));
    const thrown = alone('the second', () => {
      throw new Error('no');
    });
    expect(left(thrown)).toBe('the second threw Error: no');
    expect(alone('three', () => E.right(2))).toEqual(E.right(2));
  });

  it('refuses what is asked for inside', () => {
    const alone = exclusive();
    const inner = alone('outer', () => E.right(alone('inner', () => E.right(1))));
    expect(E.isRight(inner) && left(inner.right)).toMatch(/^invalid program: the executable is running/);
  });
});

/** An op whose kernel calls a function. */
function calling(act: () => void): (x: Value) => Value {
  const apply = (x: Value): Value => build1(op, [x], {});
  const op: typeof apply & OpaqueOp<NoAttributes> = opaque(
    { name: 'calling' },
    {
      types: (types) => E.right(types),
      kernel({ inputs, out }) {
        act();
        out.data.set(at(inputs, 0).data);
      },
      behind: 'same',
      differentiable: false,
    },
    apply,
  );
  return op;
}

describe('an executable that its own kernel uses', () => {
  it('refuses to run, to be read and to be written, and loses nothing', () => {
    const said: string[] = [];
    let executable: SyncExecutable<'step'> | undefined;
    const act = (): void => {
      if (executable === undefined) return;
      said.push(left(executable.runSync('step', { by: tensor(5) })));
      said.push(left(executable.readSync()));
      said.push(left(executable.writeSync({ count: tensor(100) })));
    };
    const count = state(tensor(0), 'count');
    const next = add(count, calling(act)(input('by', [])));
    const compiled = interpreter.compileSync({
      step: program({ outputs: { count }, updates: [{ state: count, next }] }),
    });
    if (E.isRight(compiled)) executable = compiled.right;
    expect(left(executable?.runSync('step', { by: tensor(2) }) ?? compiled)).toBe('right');
    expect(said).toHaveLength(3);
    for (const each of said) expect(each).toMatch(/^invalid program: the executable is running/);
    expect(executable?.readSync()).toEqual(E.right({ count: tensor(2) }));
  });
});
