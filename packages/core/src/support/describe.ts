/** Anything that a caller gave, in a few words. Nothing here throws, whatever it is: a getter that throws, a revoked proxy. */

/** Objects say by this property, which the prototypes of values and expressions have, what a reader calls them. */
export const calledIn: unique symbol = Symbol.for('@adjoint/core: what a reader calls it');

const longestText = 40;
const longestName = 256;
const mostParts = 4;

/** A text from outside as an error says it: of a long one the beginning. */
export const cut = (text: string, longest: number = longestName): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** A name, or another text from outside, in quotes and in one line. */
export const quoted = (text: string, longest?: number): string => JSON.stringify(cut(text, longest));

/** The first few parts, and that there are more. */
const listed = (parts: readonly string[], length: number): string =>
  [...parts, ...(length > parts.length ? ['…'] : [])].join(', ');

/** An element of a list: numbers and texts as they are, anything else by what it is. */
function element(u: unknown): string {
  if (typeof u === 'string') return quoted(u, longestText);
  if (typeof u === 'number' || typeof u === 'boolean' || u === undefined || u === null) return String(u);
  if (typeof u === 'bigint') return `${u}n`;
  return Array.isArray(u) ? '[…]' : '…';
}

function list(u: readonly unknown[]): string {
  const first = Array.from({ length: Math.min(u.length, mostParts) }, (_, index) => element(u[index]));
  const many = u.length > mostParts ? ` of ${u.length}` : '';
  return u.length === 0 ? 'an empty list' : `the list [${listed(first, u.length)}]${many}`;
}

/** The name of the class that an object is of, where it is of one. */
function className(u: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(u);
  if (prototype === null || prototype === Object.prototype || typeof prototype !== 'object') return undefined;
  const { constructor } = prototype;
  return typeof constructor === 'function' && constructor.name !== '' && constructor.name !== 'Object'
    ? constructor.name
    : undefined;
}

function object(u: object): string {
  const called: unknown = calledIn in u ? u[calledIn] : undefined;
  if (typeof called === 'string') return called;
  if (ArrayBuffer.isView(u)) return `a ${className(u) ?? 'view of a buffer'}`;
  if ('data' in u && ArrayBuffer.isView(u.data)) return 'a tensor';
  const name = className(u);
  if (name !== undefined) return `an object of the class ${name.slice(0, longestText)}`;
  const keys = Object.keys(u);
  if (keys.length === 0) return 'an object without keys';
  const first = keys
    .slice(0, mostParts)
    .map((key) => (key.length > longestText ? quoted(key, longestText) : key));
  return `an object with the ${keys.length === 1 ? 'key' : 'keys'} ${listed(first, keys.length)}`;
}

/** `the list [1, 2, 3]`, `undefined`, `an object with the keys a, b` */
export function describe(given: unknown): string {
  try {
    switch (typeof given) {
      case 'string':
        return quoted(given, longestText);
      case 'number':
        return Object.is(given, -0) ? '-0' : String(given);
      case 'bigint':
        return 'a bigint';
      case 'symbol':
        return 'a symbol';
      case 'function':
        return 'a function';
      case 'object':
        if (given === null) return 'null';
        return Array.isArray(given) ? list(given) : object(given);
      case 'undefined':
        return 'nothing';
      default:
        return String(given);
    }
  } catch {
    return 'an object that cannot be read';
  }
}

/** Whether something is a list; a revoked proxy of one is none. */
export function isList(given: unknown): given is readonly unknown[] {
  try {
    return Array.isArray(given);
  } catch {
    return false;
  }
}

/** Whether something is an object that can be asked for its keys; a revoked proxy cannot. */
export function isReadable(given: unknown): given is object {
  try {
    return typeof given === 'object' && given !== null && typeof Object.isExtensible(given) === 'boolean';
  } catch {
    return false;
  }
}
