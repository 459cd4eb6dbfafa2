import * as a from '@adjoint/core';
import {
  input,
  interpreter,
  program,
  state,
  tensor,
  type SyncBackend,
  type SyncExecutable,
  type Value,
} from '@adjoint/core';
import { build1, opaque, source, type NoAttributes, type OpaqueOp } from '@adjoint/core/extend';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { describe, expect, it } from 'vitest';
import { message, right } from './running.js';

/** Kernels that plugins bring, where they fail or ask for something themselves; on both backends. */

/** An op that gives its operand, after its kernel has called a function with it. */
function calling(name: string, act: (x: number) => void): (x: Value) => Value {
  const op: OpaqueOp<NoAttributes> = opaque(
    { name, arity: 1 },
    {
      types: ([type]) => E.right([type]),
      kernel({ inputs: [{ data }], out }) {
        act(data[0] ?? NaN);
        out.data.set(data);
      },
      differentiable: false,
    },
    (of: Value): Value => build1(op, [of], {}),
  );
  return (of) => build1(op, [of], {});
}

const backends: readonly SyncBackend[] = [wasm, interpreter];

describe.each(backends)('a kernel on $name', (backend) => {
  it('that throws in step 2 of 5 leaves the state as it was', () => {
    const gate = calling('gate', (x) => {
      if (x === 1) throw new TypeError('no ones');
    });
    const { s, other } = state({ s: tensor([0]), other: tensor([5]) });
    const p = program({
      outputs: { s },
      updates: [
        { state: s, next: a.add(gate(s), 1) },
        { state: other, next: a.multiply(other, 2) },
      ],
    });
    const executable = right(backend.compileSync({ p }));
    const failed = executable.runSync('p', {}, { steps: 5 });
    expect(failed).toMatchObject({ left: { tag: 'ThrownError', by: 'the kernel of "gate"' } });
    expect(message(failed)).toContain('no ones');
    expect(right(executable.readSync())).toEqual({ s: tensor([0]), other: tensor([5]) });
    right(executable.runSync('p', {}));
    expect(right(executable.readSync())).toEqual({ s: tensor([1]), other: tensor([10]) });
  });

  it('may throw anything', async () => {
    for (const thrown of [undefined, null, 7, 'text', { toString: () => 'an object' }]) {
      const odd = calling('odd', () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- plain JavaScript may throw anything
        throw thrown;
      });
      const p = program({ outputs: { y: odd(input('x', [1])) } });
      const executable = right(backend.compileSync({ p }));
      const failed = await executable.run('p', { x: tensor([1]) })();
      expect(failed).toMatchObject({ left: { tag: 'ThrownError', by: 'the kernel of "odd"' } });
    }
  });

  it('that asks for something of its own executable is refused, and nothing is torn', () => {
    const said: string[] = [];
    const own: { executable?: SyncExecutable<'p'> } = {};
    const asking = calling('asking', () => {
      const { executable } = own;
      if (executable === undefined) return;
      const long = { by: a.zeros([100_000]), x: tensor([1]) };
      // It would need more memory, which replaces the one that runs.
      said.push(message(executable.runSync('p', long, { steps: 100_000, record: ['s'] })));
      said.push(message(executable.readSync()), message(executable.writeSync({ s: tensor([9]) })));
    });
    const { s } = state({ s: tensor([0]) });
    const next = a.add(a.add(s, asking(input('x', [1]))), input('by', []));
    const p = program({ outputs: { s }, updates: [{ state: s, next }], perStep: ['by'] });
    const executable = right(backend.compileSync({ p }));
    own.executable = executable;
    right(executable.runSync('p', { x: tensor([1]), by: tensor([10, 20]) }, { steps: 2 }));
    expect(said).toHaveLength(6);
    for (const each of said) expect(each).toMatch(/^invalid program: the executable is running/);
    expect(right(executable.readSync()).s).toEqual(tensor([32]));
  });

  it('may run other executables, more of them than there are memories, and dispose of its own', () => {
    const inner = Array.from({ length: 70 }, (_, weight) => {
      const { w } = state({ w: tensor([weight]) });
      const x = input('x', [1]);
      const q = program({ outputs: { y: a.add(w, x) }, updates: [{ state: w, next: a.add(w, x) }] });
      return right(backend.compileSync({ q }));
    });
    const own: { executable?: SyncExecutable<'p'> } = {};
    const found: number[] = [];
    const running = calling('running', (x) => {
      for (const each of inner) {
        found.push(right(each.runSync('q', { x: tensor([x]) })).outputs.y?.data[0] ?? NaN);
      }
      own.executable?.dispose();
    });
    const { s } = state({ s: tensor([3]) });
    const p = program({ outputs: { y: a.multiply(running(s), s) } });
    const executable = right(backend.compileSync({ p }));
    own.executable = executable;
    expect(right(executable.runSync('p', {})).outputs.y).toEqual(tensor([9]));
    expect(found).toEqual(inner.map((_, weight) => weight + 3));
    expect(message(executable.runSync('p', {}))).toContain('was disposed');
    for (const each of inner) each.dispose();
  });

  it('that fills a source may throw when it is compiled or when it runs', () => {
    const broken = source(
      { name: 'broken' },
      {
        types: () => E.right([{ dtype: 'f64', shape: [3] }]),
        fill() {
          throw new RangeError('nothing to be had');
        },
      },
      (): Value => build1(broken, [], {}),
    );
    const p = program({ outputs: { y: a.exp(build1(broken, [], {})) } });
    const failed = pipe(
      backend.compileSync({ p }),
      E.chain((executable) => executable.runSync('p', {})),
    );
    expect(message(failed)).toContain('nothing to be had');
  });
});
