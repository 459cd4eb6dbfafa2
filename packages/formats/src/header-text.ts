import * as E from 'fp-ts/lib/Either.js';
import { invalid, quoted } from '@adjoint/core/extend';
import type { AdjointError } from '@adjoint/core';

/**
 * The JSON of a header, read strictly: `JSON.parse` keeps the last of two entries of one name, and takes numbers that it
 * rounds. No more is read than headers have: texts, natural numbers, lists of these, and objects two deep.
 */

/** What stands under a name: a text, natural numbers, or an object of such. */
export type HeaderValue = string | readonly number[] | HeaderObject;
/** The entries of an object by name. */
export type HeaderObject = ReadonlyMap<string, HeaderValue>;

/** What is wrong, and where; caught below. */
class Fault extends Error {
  readonly position: number;
  constructor(problem: string, position: number) {
    super(problem);
    this.position = position;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #fault(problem: string): never {
    throw new Fault(problem, this.#at);
  }

  #skipSpace(): void {
    while (' \t\n\r'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
  }

  /** Whether this character comes next, which is then passed. */
  #passes(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#passes(character)) this.#fault(`expected ${character}`);
  }

  /** What `read` reads, separated by commas, up to a closing character. */
  #list(close: string, read: () => void): void {
    if (this.#passes(close)) return;
    do read();
    while (this.#passes(','));
    this.#expect(close);
  }

  #string(): string {
    this.#expect('"');
    const start = this.#at - 1;
    for (let character = this.#text[this.#at]; character !== '"'; character = this.#text[this.#at]) {
      if (character === undefined) this.#fault('a text does not end');
      this.#at += character === '\\' ? 2 : 1;
    }
    this.#at++;
    try {
      const text: unknown = JSON.parse(this.#text.slice(start, this.#at));
      // A half of a surrogate pair is no character: it could not be written again.
      if (typeof text === 'string' && !/\p{Surrogate}/u.test(text)) return text;
    } catch {
      // Escapes that there are not, and control characters.
    }
    return this.#fault('a text is not one of JSON');
  }

  #natural(): number {
    this.#skipSpace();
    const start = this.#at;
    while (/^\d$/.test(this.#text.charAt(this.#at))) this.#at++;
    const digits = this.#text.slice(start, this.#at);
    const number = Number(digits);
    if (!/^(0|[1-9]\d*)$/.test(digits) || !Number.isSafeInteger(number)) {
      this.#fault('expected a whole number from 0 to 2^53 - 1');
    }
    return number;
  }

  #value(depth: number): HeaderValue {
    this.#skipSpace();
    if (this.#text[this.#at] === '"') return this.#string();
    if (this.#text[this.#at] === '{' && depth < 2) return this.object(depth + 1);
    if (!this.#passes('[')) this.#fault('expected a text, a list of numbers or an object');
    const numbers: number[] = [];
    this.#list(']', () => numbers.push(this.#natural()));
    return numbers;
  }

  object(depth: number): HeaderObject {
    const entries = new Map<string, HeaderValue>();
    this.#expect('{');
    this.#list('}', () => {
      const name = this.#string();
      if (entries.has(name)) this.#fault(`the name ${quoted(name)} stands twice`);
      this.#expect(':');
      entries.set(name, this.#value(depth));
    });
    return entries;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fault('something follows the header');
  }
}

/** The entries of a header. */
export function readHeaderText(text: string): E.Either<AdjointError, HeaderObject> {
  const reader = new Reader(text);
  try {
    const entries = reader.object(1);
    reader.end();
    return E.right(entries);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return E.left(invalid('file', ['header'], `${fault.message} at character ${fault.position}`));
  }
}
