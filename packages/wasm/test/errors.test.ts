import * as a from '@adjoint/core';
import { fromData, input, interpreter, program, state, tensor } from '@adjoint/core';
import { wasm, wasmBackend, wasmResources, type WasmOptions } from '@adjoint/wasm';
import { describe, expect, it, vi } from 'vitest';
import { compile, counter, message, right, steps } from './running.js';

describe('bad input', () => {
  it('is refused by name, and the executable goes on', () => {
    const executable = compile(counter());
    const feed = { by: steps };
    expect(message(executable.runSync('p', {}, { steps: 2 }))).toContain('$.by: missing; expected f64[2, 3]');
    expect(message(executable.runSync('p', feed, { steps: 3 }))).toContain(
      'expected f64[3, 3], given f64[2, 3]',
    );
    expect(message(executable.runSync('p', { ...feed, no: steps }, { steps: 2 }))).toContain('no such input');
    expect(message(executable.runSync('p', feed, { steps: 0 }))).toContain('a whole number from 1 on');
    expect(message(executable.writeSync({ total: tensor([1]) }))).toContain('expected f64[3], given f64[1]');
    expect(right(executable.runSync('p', feed, { steps: 2 })).outputs.next?.data[0]).toBe(66);
  });

  it('is a program too large for memory', () => {
    const huge = input('huge', [40_000, 40_000]);
    const compiled = wasm.compileSync({
      p: program({ outputs: { out: a.permuteDims(a.exp(huge), [1, 0]) } }),
    });
    expect(message(compiled)).toMatch(
      /invalid program at \$\.p: needs \d+ MiB of memory, more than there is/,
    );
  });

  it('is a value too large for every backend', () => {
    for (const shape of [[2 ** 20, 2 ** 20], [2 ** 40, 0], [2 ** 31], [Infinity]]) {
      expect(() => a.broadcastTo(input('x', []), shape)).toThrow(/broadcastTo: /);
    }
  });

  it('is more steps than there may be, in a run or a scan', () => {
    const { s } = state({ s: tensor([0]) });
    const p = program({ outputs: {}, updates: [{ state: s, next: a.add(s, 1) }] });
    for (const backend of [wasm, interpreter]) {
      const executable = right(backend.compileSync({ p }));
      for (const count of [2 ** 31, 2 ** 32, 2 ** 32 + 1, Infinity]) {
        expect(message(executable.runSync('p', {}, { steps: count }))).toContain('a whole number from 1 on');
      }
      expect(right(executable.readSync()).s).toEqual(tensor([0]));
    }
    for (const length of [2 ** 31, 2 ** 32 + 3]) {
      expect(() =>
        a.scan(([x = s]) => ({ carries: [a.add(x, 1)] }), { init: [a.constant([0])], length }),
      ).toThrow(/^scan/);
    }
  });

  it('is a source that is larger than memory, which is not made first', () => {
    const like = input('like', [2 ** 31 - 1, 0]);
    const p = program({ outputs: { out: a.indicesAlong(like, 0) } });
    expect(message(wasm.compileSync({ p }))).toMatch(/needs \d+ MiB of memory, more than there is/);
  });

  it('is not a source of which nothing is read', () => {
    const before = wasmResources().bytes;
    const like = input('like', [2 ** 27, 0], 'i32');
    const p = program({ outputs: { out: a.add(a.indicesAlong(like, 0), like) } });
    const executable = compile(p);
    expect(right(executable.runSync('p', { like: a.zeros([2 ** 27, 0], 'i32') })).outputs.out?.shape).toEqual(
      [2 ** 27, 0],
    );
    expect(wasmResources().bytes - before).toBeLessThan(2 ** 20);
    executable.dispose();
  });

  it('is a run with more records than there is memory', () => {
    const executable = compile(counter());
    const one = fromData('f64', [2, 3], new Float64Array(6));
    const wide = program({ outputs: { out: a.broadcastTo(input('x', []), [1000, 1000]) } });
    const many = right(wasm.compileSync({ p: wide }));
    expect(message(many.runSync('p', { x: tensor(1) }, { steps: 1000, record: ['out'] }))).toContain(
      'MiB of memory',
    );
    expect(right(many.runSync('p', { x: tensor(2) })).outputs.out?.data[999_999]).toBe(2);
    right(executable.runSync('p', { by: one }, { steps: 2 }));
  });

  it('is a graph that is not well typed', () => {
    const good = program({ outputs: { out: a.exp(input('x', [2])) } });
    const [value] = Object.values(good.graph.outputs);
    if (value === undefined) throw new Error('no output');
    const wrong = { ...value.node, outputs: [{ ...value, shape: [3] }] };
    const nodes = good.graph.nodes.map((node) => (node === value.node ? wrong : node));
    expect(message(wasm.compileSync({ p: { ...good, graph: { ...good.graph, nodes } } }))).toContain(
      'invalid program at $.p: expected a program, found an object with the keys graph, outputs',
    );
  });

  it('is a number of threads that is none', () => {
    for (const threads of [0, -1, 1.5, NaN]) {
      expect(() => wasmBackend({ threads })).toThrow(`expected a whole number from 1 on, given ${threads}`);
    }
  });

  it('is an arithmetic that there is not', () => {
    const options = JSON.parse('{ "arithmetic": "fast" }') as WasmOptions; // what plain JavaScript may pass
    expect(() => wasmBackend(options)).toThrow('expected "strict" or "relaxed", given "fast"');
  });

  it('is what the engine refuses', async () => {
    const p = program({ outputs: { y: a.exp(input('x', [2])) } });
    const error = new WebAssembly.CompileError('function body is too large');
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function () {
      throw error;
    });
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(error);
    const refused = [wasm.compileSync({ p }), await wasm.compile({ p })()];
    vi.restoreAllMocks();
    for (const each of refused) {
      expect(message(each)).toContain('the engine does not take its module: function body is too large');
    }
  });

  it.each([
    `WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because 'unsafe-eval' is not an allowed source of script`,
    'call to WebAssembly.instantiate() blocked by CSP',
    "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source",
  ])('is what the policy of a page refuses: %s', (text) => {
    const p = program({ outputs: { y: a.exp(input('x', [2])) } });
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function () {
      throw new WebAssembly.CompileError(text);
    });
    const refused = wasm.compileSync({ p });
    vi.restoreAllMocks();
    expect(message(refused)).toContain("needs script-src 'wasm-unsafe-eval'");
  });

  it('is a step after dispose', () => {
    for (const backend of [wasm, interpreter]) {
      const executable = right(backend.compileSync({ p: counter() }));
      executable.dispose();
      expect(message(executable.runSync('p', { by: steps }, { steps: 2 }))).toContain('was disposed');
      expect(message(executable.readSync())).toContain('was disposed');
      expect(message(executable.writeSync({}))).toContain('was disposed');
    }
  });
});
