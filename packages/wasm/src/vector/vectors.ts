import type { FunctionBody } from '../binary/code.js';
import type { Opcode, ValueType } from '../binary/opcodes.js';
import type { LibraryName } from '../module/library.js';
import type { FunctionTable } from '../module/table.js';

/** What a kernel computes, as a DAG of pure instructions: equal ones are one object, computed once. */
export interface Instruction {
  readonly id: number;
  readonly type: ValueType;
  readonly operands: readonly Instruction[];
  /** How many loops enclose it at least: it is computed outside of those that it does not depend on. */
  readonly level: number;
  /** Whether it costs nothing to write it again. */
  readonly cheap: boolean;
  /** Writes the instruction behind its operands. */
  readonly write: (body: FunctionBody) => void;
}

const bytesOf = (numbers: Float64Array | Float32Array | Int32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(numbers.buffer);

/** The instructions of one kernel. */
export class Vectors {
  readonly #table: FunctionTable;
  readonly #known = new Map<string, Instruction>();
  /** The products among the instructions, with their factors. */
  readonly #products = new Map<Instruction, readonly Instruction[]>();
  #next = 0;

  constructor(table: FunctionTable) {
    this.#table = table;
  }

  #make(
    key: string | undefined,
    type: ValueType,
    operands: readonly Instruction[],
    write: Instruction['write'],
    { level = 0, cheap = false } = {},
  ): Instruction {
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const made: Instruction = {
      id: this.#next++,
      type,
      operands,
      level: operands.reduce((deepest, operand) => Math.max(deepest, operand.level), level),
      cheap,
      write,
    };
    if (key !== undefined) this.#known.set(key, made);
    return made;
  }

  /** An instruction on vectors that gives a vector. */
  apply(name: Opcode, ...operands: readonly Instruction[]): Instruction {
    return this.#multiplyAdd(name, operands) ?? this.typed(name, 'v128', operands);
  }

  /** In relaxed arithmetic, a sum of which one operand is a product. */
  #multiplyAdd(name: Opcode, [x, y]: readonly Instruction[]): Instruction | undefined {
    if (!this.#table.relaxed || x === undefined || y === undefined) return undefined;
    if (name !== 'f32x4.add' && name !== 'f64x2.add') return undefined;
    const [product, sum] = this.#products.has(y) ? [y, x] : [x, y];
    const factors = this.#products.get(product);
    if (factors === undefined) return undefined;
    // The name is one of the two above, each of which has such a counterpart.
    return this.typed(`${name.slice(0, 5) as 'f32x4'}.relaxed_madd`, 'v128', [...factors, sum]);
  }

  /** An instruction that gives a value of this type; with a lane where it has one. */
  typed(name: Opcode, type: ValueType, operands: readonly Instruction[], lane?: number): Instruction {
    const key = `${name} ${lane ?? ''} ${operands.map(({ id }) => id).join(' ')}`;
    const made = this.#make(key, type, operands, (body) =>
      body.op(name, ...(lane === undefined ? [] : [lane])),
    );
    if (name === 'f32x4.mul' || name === 'f64x2.mul') this.#products.set(made, operands);
    return made;
  }

  #constant(numbers: Float64Array | Float32Array | Int32Array | BigInt64Array): Instruction {
    const bytes = bytesOf(numbers);
    return this.#make(`const ${bytes.join()}`, 'v128', [], (body) => body.bytes16('v128.const', bytes));
  }

  f64(value: number): Instruction {
    return this.#constant(Float64Array.of(value, value));
  }

  f32(value: number): Instruction {
    return this.#constant(new Float32Array(4).fill(value));
  }

  i32(value: number): Instruction {
    return this.#constant(new Int32Array(4).fill(value));
  }

  i64(value: bigint): Instruction {
    return this.#constant(new BigInt64Array(2).fill(value));
  }

  /** A number that an address or a shift is counted with. */
  integer(value: number): Instruction {
    return this.#make(`i32 ${value}`, 'i32', [], (body) => body.i32(value), { cheap: true });
  }

  /** Bytes of `x` and `y`, picked by their indices in the two laid side by side. */
  shuffle(x: Instruction, y: Instruction, indices: readonly number[]): Instruction {
    const key = `shuffle ${indices.join()} ${x.id} ${y.id}`;
    return this.#make(key, 'v128', [x, y], (body) => body.bytes16('i8x16.shuffle', indices));
  }

  /** A load behind an address; in one kernel nothing else writes there. */
  load(name: Opcode, address: Instruction, offset: number, type: ValueType = 'v128'): Instruction {
    const key = `${name} ${offset} ${address.id}`;
    return this.#make(key, type, [address], (body) => body.memory(name, offset));
  }

  /** A load into one lane of a vector. */
  loadLane(name: Opcode, address: Instruction, into: Instruction, offset: number, lane = 0): Instruction {
    const key = `${name} ${offset} ${lane} ${address.id} ${into.id}`;
    return this.#make(key, 'v128', [address, into], (body) => body.memory(name, offset, lane));
  }

  /** A function of the library, on the first lanes of vectors of doubles, or on the second ones. */
  library(name: LibraryName, type: ValueType, lane: 0 | 1, operands: readonly Instruction[]): Instruction {
    const lanes = operands.map((operand) => this.typed('f64x2.extract_lane', 'f64', [operand], lane));
    const key = `call ${name} ${lanes.map(({ id }) => id).join(' ')}`;
    const index = this.#table.library(name);
    return this.#make(key, type, lanes, (body) => body.op('call', index));
  }

  /** What a local holds now; never the same as what it holds later. */
  local(index: number, type: ValueType, level: number): Instruction {
    return this.#make(undefined, type, [], (body) => body.op('local.get', index), { level, cheap: true });
  }
}
