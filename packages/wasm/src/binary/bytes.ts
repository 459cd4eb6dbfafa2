/** Bytes written one after another, in storage that grows. */
export class Bytes {
  #storage = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#storage.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#storage.length, this.#length + count));
    larger.set(this.#storage.subarray(0, this.#length));
    this.#storage = larger;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#storage[this.#length++] = value;
  }

  append(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#storage.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** An unsigned integer below 2³², as LEB128. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** A signed 32-bit integer, as LEB128. */
  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.byte(done ? low : low | 0x80);
      if (done) return;
    }
  }

  /** A signed 64-bit integer, as LEB128. */
  signed64(value: bigint): void {
    let rest = value;
    for (; BigInt.asIntN(32, rest) !== rest; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    this.signed(Number(rest));
  }

  /** A length, then the bytes. */
  sized(bytes: Bytes): void {
    this.unsigned(bytes.length);
    this.append(bytes.view());
  }

  /** A name in UTF-8, with its length. */
  text(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.unsigned(encoded.length);
    this.append(encoded);
  }

  /** What was written; valid until more is. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#storage.subarray(0, this.#length);
  }
}
