/** A composite's or layer's body: nodes built inside carry it, and print and charts fold them into one named box. */
export interface Scope {
  readonly name: string;
  readonly parent?: Scope;
  /** How many nodes were built in it, those of scopes inside not counted. It grows until its body is done. */
  size: number;
}

let current: Scope | undefined;

export const currentScope = (): Scope | undefined => current;

/**
 * Builds `body` inside a named box. Two calls make two boxes, even under one name.
 * @example scope('hidden', () => relu(add(matmul(X, W1), b1))).node.scope.name // 'hidden'
 */
export function scope<T>(name: string, body: () => T): T {
  const outer = current;
  current = outer === undefined ? { name, size: 0 } : { name, parent: outer, size: 0 };
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** The names from the outermost scope to `scope`. */
export function scopePath(innermost: Scope | undefined): readonly Scope[] {
  const path: Scope[] = [];
  for (let each = innermost; each !== undefined; each = each.parent) path.unshift(each);
  return path;
}
