import { Bytes } from './bytes.js';
import { opcodes, valueTypes, type Opcode, type ValueType } from './opcodes.js';

/** The body of one function while it is written: its instructions and its locals. */
export class FunctionBody {
  readonly #code = new Bytes();
  readonly #locals: ValueType[] = [];
  readonly #free = new Map<ValueType, number[]>();
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A local of this type, of unknown content: one that was released, or a new one. */
  local(type: ValueType): number {
    return this.#free.get(type)?.pop() ?? this.#parameters + this.#locals.push(type) - 1;
  }

  /** Gives a local back. */
  release(type: ValueType, local: number): void {
    const list = this.#free.get(type);
    if (list === undefined) this.#free.set(type, [local]);
    else list.push(local);
  }

  /** How many bytes of instructions there are. */
  get size(): number {
    return this.#code.length;
  }

  /** An instruction with up to two immediate indices. */
  op(name: Opcode, ...indices: readonly number[]): void {
    this.#code.append(opcodes[name]);
    for (const index of indices) this.#code.unsigned(index);
  }

  /** Several instructions, each with its index where it has one. */
  ops(...instructions: readonly (Opcode | readonly [Opcode, number])[]): void {
    for (const each of instructions) {
      if (typeof each === 'string') this.op(each);
      else this.op(...each);
    }
  }

  i32(value: number): void {
    this.op('i32.const');
    this.#code.signed(value);
  }

  i64(value: bigint): void {
    this.op('i64.const');
    this.#code.signed64(value);
  }

  f64(value: number): void {
    this.op('f64.const');
    this.#code.append(new Uint8Array(new Float64Array([value]).buffer));
  }

  /** A constant vector, or the 16 indices of a shuffle, from its bytes. */
  bytes16(name: 'v128.const' | 'i8x16.shuffle', bytes: ArrayLike<number>): void {
    this.op(name);
    this.#code.append(bytes);
  }

  /** A load or store at the address on the stack plus `offset`; its lane where it has one. */
  memory(name: Opcode, offset: number, lane?: number): void {
    // The alignment is a hint only; 1 byte is always true.
    this.op(name, 0, offset);
    if (lane !== undefined) this.#code.byte(lane);
  }

  /** A block, loop or if without parameters and results, around what `body` writes. */
  nested(kind: 'block' | 'loop' | 'if', body: () => void): void {
    this.op(kind);
    this.#code.byte(0x40);
    body();
    this.op('end');
  }

  /** What `whenTrue` writes or what `whenFalse` writes, by the number on the stack. */
  either(whenTrue: () => void, whenFalse: () => void): void {
    this.nested('if', () => {
      whenTrue();
      this.op('else');
      whenFalse();
    });
  }

  /** The function as the code section holds it. */
  encode(): Bytes {
    const out = new Bytes();
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    out.unsigned(runs.length);
    for (const { type, count } of runs) {
      out.unsigned(count);
      out.byte(valueTypes[type]);
    }
    out.append(this.#code.view());
    out.append(opcodes.end);
    return out;
  }
}
