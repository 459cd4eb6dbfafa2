import type { Opcode } from '../binary/opcodes.js';
import type { Instruction, Vectors } from '../vector/vectors.js';

/** An operand: a vector, or a number that each of its lanes has. */
export type Operand = Instruction | number;

/** Arithmetic on vectors of one float type, so that a formula reads like one. */
export interface Float {
  readonly v: Vectors;
  readonly type: 'f64' | 'f32';
  readonly number: (value: number) => Instruction;
  readonly add: (x: Operand, y: Operand) => Instruction;
  readonly sub: (x: Operand, y: Operand) => Instruction;
  readonly mul: (x: Operand, y: Operand) => Instruction;
  readonly div: (x: Operand, y: Operand) => Instruction;
  readonly min: (x: Operand, y: Operand) => Instruction;
  readonly max: (x: Operand, y: Operand) => Instruction;
  /** The smaller one, in one instruction; `x` where they are unordered or zeros. */
  readonly pmin: (x: Operand, y: Operand) => Instruction;
  readonly pmax: (x: Operand, y: Operand) => Instruction;
  readonly neg: (x: Instruction) => Instruction;
  readonly abs: (x: Instruction) => Instruction;
  readonly sqrt: (x: Instruction) => Instruction;
  readonly floor: (x: Instruction) => Instruction;
  readonly ceil: (x: Instruction) => Instruction;
  readonly trunc: (x: Instruction) => Instruction;
  readonly nearest: (x: Instruction) => Instruction;
  readonly compare: (how: 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge', x: Operand, y: Operand) => Instruction;
  /** `x` in lanes where the mask is set, else `y`. */
  readonly select: (mask: Instruction, x: Operand, y: Operand) => Instruction;
  /** The size of `x` with the sign of `from`. */
  readonly copySign: (x: Instruction, from: Instruction) => Instruction;
  /** `x` ≥ 0 with the sign of `from`. */
  readonly withSign: (x: Instruction, from: Instruction) => Instruction;
  /** c₀ + c₁ x + c₂ x² + …, by Horner's rule. */
  readonly polynomial: (x: Instruction, coefficients: readonly number[]) => Instruction;
}

const made = { f64: new WeakMap<Vectors, Float>(), f32: new WeakMap<Vectors, Float>() };

/** The arithmetic of a kernel's vectors. */
export function float(v: Vectors, type: 'f64' | 'f32'): Float {
  const known = made[type].get(v);
  if (known !== undefined) return known;
  const arithmetic = makeFloat(v, type);
  made[type].set(v, arithmetic);
  return arithmetic;
}

function makeFloat(v: Vectors, type: 'f64' | 'f32'): Float {
  const shape = type === 'f64' ? 'f64x2' : 'f32x4';
  const number = (value: number): Instruction => (type === 'f64' ? v.f64(value) : v.f32(value));
  const vector = (x: Operand): Instruction => (typeof x === 'number' ? number(x) : x);
  const unary =
    (name: 'neg' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest') =>
    (x: Instruction): Instruction =>
      v.apply(`${shape}.${name}` satisfies Opcode, x);
  const binary =
    (name: 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'pmin' | 'pmax') =>
    (x: Operand, y: Operand): Instruction =>
      v.apply(`${shape}.${name}` satisfies Opcode, vector(x), vector(y));
  const [add, mul] = [binary('add'), binary('mul')];
  return {
    v,
    type,
    number,
    add,
    sub: binary('sub'),
    mul,
    div: binary('div'),
    min: binary('min'),
    max: binary('max'),
    pmin: binary('pmin'),
    pmax: binary('pmax'),
    neg: unary('neg'),
    abs: unary('abs'),
    sqrt: unary('sqrt'),
    floor: unary('floor'),
    ceil: unary('ceil'),
    trunc: unary('trunc'),
    nearest: unary('nearest'),
    compare: (how, x, y) => v.apply(`${shape}.${how}`, vector(x), vector(y)),
    select: (mask, x, y) => v.apply('v128.bitselect', vector(x), vector(y), mask),
    copySign: (x, from) => v.apply('v128.bitselect', from, x, number(-0)),
    withSign: (x, from) => v.apply('v128.or', x, v.apply('v128.and', from, number(-0))),
    polynomial: (x, coefficients) => {
      const [highest = 0, ...rest] = coefficients.toReversed();
      return rest.reduce((sum, coefficient) => add(mul(sum, x), coefficient), number(highest));
    },
  };
}
