import type { FunctionBody } from '../binary/code.js';
import type { Opcode } from '../binary/opcodes.js';
import type { Instruction } from '../vector/vectors.js';

/** Writes instructions into a function, each when it is first needed, and keeps what is needed again in a local. */
export class Writer {
  readonly body: FunctionBody;
  readonly #locals = new Map<Instruction, number>();
  /** How often each is yet to be pushed; what was not announced is written at each use. */
  readonly #uses = new Map<Instruction, number>();
  /** What got its local in each of the scopes that are open. */
  readonly #scopes: Set<Instruction>[] = [new Set()];

  constructor(body: FunctionBody) {
    this.body = body;
  }

  /** Counts the uses of what will be written, so that what is used twice gets a local. */
  announce(roots: readonly Instruction[]): void {
    const stack = [...roots];
    for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
      const uses = this.#uses.get(each) ?? 0;
      this.#uses.set(each, uses + 1);
      if (uses === 0) stack.push(...each.operands);
    }
  }

  /** Puts a value on the stack. */
  push(root: Instruction): void {
    const { body } = this;
    const stack: { readonly instruction: Instruction; readonly ready: boolean }[] = [
      { instruction: root, ready: false },
    ];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { instruction, ready } = top;
      if (ready) {
        instruction.write(body);
        if (this.#used(instruction) > 0 && !instruction.cheap) this.#keep(instruction, 'local.tee');
        continue;
      }
      const known = this.#locals.get(instruction);
      if (known !== undefined) {
        body.op('local.get', known);
        // In an inner scope, a loop's next iteration needs it again.
        if (this.#used(instruction) === 0 && this.#scopes.at(-1)?.delete(instruction))
          this.#release(instruction);
        continue;
      }
      stack.push({ instruction, ready: true });
      for (const operand of instruction.operands.toReversed())
        stack.push({ instruction: operand, ready: false });
    }
  }

  /** Counts a push; gives how many are to come. */
  #used(instruction: Instruction): number {
    const left = (this.#uses.get(instruction) ?? 1) - 1;
    this.#uses.set(instruction, left);
    return left;
  }

  #release(instruction: Instruction): void {
    const local = this.#locals.get(instruction);
    this.#locals.delete(instruction);
    if (local !== undefined) this.body.release(instruction.type, local);
  }

  #keep(instruction: Instruction, how: 'local.tee' | 'local.set'): void {
    const local = this.body.local(instruction.type);
    this.body.op(how, local);
    this.#locals.set(instruction, local);
    this.#scopes.at(-1)?.add(instruction);
  }

  /** Computes a value now and keeps it. */
  computeNow(instruction: Instruction): void {
    if (instruction.cheap || this.#locals.has(instruction)) return;
    // This is none of the uses that were announced.
    this.#uses.set(instruction, (this.#uses.get(instruction) ?? 0) + 1);
    this.push(instruction);
    if (this.#locals.has(instruction)) this.body.op('drop');
    else this.#keep(instruction, 'local.set');
  }

  /** Stores a value: to memory behind an address, or one lane of it. */
  store(name: Opcode, address: Instruction, offset: number, value: Instruction, lane?: number): void {
    this.push(address);
    this.push(value);
    this.body.memory(name, offset, lane);
  }

  /** Writes a part of the function whose values are not needed behind it. */
  scoped(write: () => void): void {
    const scope = new Set<Instruction>();
    this.#scopes.push(scope);
    write();
    this.#scopes.pop();
    for (const instruction of scope) this.#release(instruction);
  }
}
