import { at } from '@adjoint/core';
import { Bytes } from './bytes.js';
import type { FunctionBody } from './code.js';
import { opcodes, valueTypes, type ValueType } from './opcodes.js';

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface ImportedFunction extends Signature {
  readonly module: string;
  readonly name: string;
}

export interface ModuleFunction extends Signature {
  readonly body: FunctionBody;
  /** The name under which it is exported. */
  readonly exported?: string;
}

export interface ModuleParts {
  /** Types that the functions call each other by, before all others; each has its place in this list as its index. */
  readonly types?: readonly Signature[];
  /** The functions that `call_indirect` reaches, by their indices, in the order of their places. */
  readonly table?: readonly number[];
  /** They have the first indices; the functions follow. */
  readonly imports: readonly ImportedFunction[];
  readonly functions: readonly ModuleFunction[];
  /** The imported memory `env.memory`: 64 KiB pages. */
  readonly memory: { readonly initial: number; readonly maximum: number; readonly shared: boolean };
}

const section = (out: Bytes, id: number, count: number, write: (content: Bytes) => void): void => {
  if (count === 0) return;
  const content = new Bytes();
  content.unsigned(count);
  write(content);
  out.byte(id);
  out.sized(content);
};

/** The binary format of WebAssembly 2.0, as its specification's chapter 5 has it. */
export function encodeModule({
  types: known = [],
  table = [],
  imports,
  functions,
  memory,
}: ModuleParts): Uint8Array<ArrayBuffer> {
  const out = new Bytes();
  out.append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

  const types: Signature[] = [];
  const indices = new Map<string, number>();
  const typeOf = ({ parameters, results }: Signature): number => {
    const key = `${parameters.join()} ${results.join()}`;
    const index = indices.get(key) ?? types.push({ parameters, results }) - 1;
    indices.set(key, index);
    return index;
  };
  known.forEach(typeOf);
  const importTypes = imports.map(typeOf);
  const functionTypes = functions.map(typeOf);

  section(out, 1, types.length, (content) => {
    for (const { parameters, results } of types) {
      content.byte(0x60);
      for (const list of [parameters, results]) {
        content.unsigned(list.length);
        for (const type of list) content.byte(valueTypes[type]);
      }
    }
  });
  section(out, 2, imports.length + 1, (content) => {
    content.text('env');
    content.text('memory');
    content.append([0x02, memory.shared ? 0x03 : 0x01]);
    content.unsigned(memory.initial);
    content.unsigned(memory.maximum);
    imports.forEach(({ module, name }, index) => {
      content.text(module);
      content.text(name);
      content.byte(0x00);
      content.unsigned(at(importTypes, index));
    });
  });
  section(out, 3, functions.length, (content) => functionTypes.forEach((type) => content.unsigned(type)));
  section(out, 4, Math.min(table.length, 1), (content) => {
    // Function references, as many as there are and no more.
    content.append([0x70, 0x01]);
    content.unsigned(table.length);
    content.unsigned(table.length);
  });
  const exported = functions.flatMap(({ exported: name }, index) =>
    name === undefined ? [] : [{ name, index: imports.length + index }],
  );
  section(out, 7, exported.length, (content) => {
    for (const { name, index } of exported) {
      content.text(name);
      content.byte(0x00);
      content.unsigned(index);
    }
  });
  section(out, 9, Math.min(table.length, 1), (content) => {
    // Into the table, from its place 0 on.
    content.append([0x00, opcodes['i32.const'][0], 0x00, opcodes.end[0]]);
    content.unsigned(table.length);
    for (const index of table) content.unsigned(index);
  });
  section(out, 10, functions.length, (content) => {
    for (const { body } of functions) content.sized(body.encode());
  });
  return out.view();
}
