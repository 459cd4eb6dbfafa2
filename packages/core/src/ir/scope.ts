import { aFunction, expectArgument } from '../value/argument.js';
import { refuse } from '../value/error.js';
import { faultOfName, limits } from '../value/limits.js';

/** A composite's or layer's body: nodes built inside carry it, and print and charts fold them into one named box. */
export interface Scope {
  readonly name: string;
  readonly parent?: Scope;
  /** How many nodes were built in it, those of scopes inside not counted. It grows until its body is done. */
  size: number;
}

let current: Scope | undefined;
/** How many scopes there are around what is built now. */
let depth = 0;

export const currentScope = (): Scope | undefined => current;

/**
 * Builds `body` inside a named box. Two calls make two boxes, even under one name.
 * @throws AdjointException where scopes are nested deeper than `limits.scopes`
 * @example scope('hidden', () => relu(add(matmul(X, W1), b1))).node.scope.name // 'hidden'
 */
export function scope<T>(name: string, body: () => T): T {
  expectArgument('scope', 'body', body, aFunction);
  const outer = current;
  if (depth >= limits.scopes)
    refuse('graph', ['scope', name], `scopes are nested more than ${limits.scopes} deep`);
  const fault = faultOfName(name);
  if (fault !== undefined) refuse('argument', ['scope', 'name'], fault);
  current = outer === undefined ? { name, size: 0 } : { name, parent: outer, size: 0 };
  depth += 1;
  try {
    return body();
  } finally {
    current = outer;
    depth -= 1;
  }
}

/** The scopes from the outermost to `innermost`. */
export function scopePath(innermost: Scope | undefined): readonly Scope[] {
  const path: Scope[] = [];
  for (let each = innermost; each !== undefined; each = each.parent) path.push(each);
  return path.reverse();
}
