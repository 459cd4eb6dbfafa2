/** How large things may be that come from outside: from files, plugins, and shapes that are computed. */
export const limits = {
  /** Axes of a tensor, as NumPy has it. */
  rank: 64,
  /**
   * Elements of a tensor, counted without the axes of size 0, and the size of an axis: so that offsets are exact
   * everywhere, in 32 bits and in doubles.
   */
  elements: 2_147_483_647,
  /** Steps of a run, and of a scan. */
  steps: 2_147_483_647,
  /** How deep graphs may stand inside graphs, as the bodies of scans do. */
  graphs: 64,
  /** How deep scopes may stand inside scopes. */
  scopes: 1000,
  /** Nodes of a graph in a file, those of its sub-graphs not counted. */
  nodes: 1_000_000,
  /** Operands of a node, and outputs. */
  operands: 65_536,
  /** Expressions of which a scalar expression in a file consists. */
  expressions: 65_536,
  /** Characters of a name: of an input, an output, a node, a scope, a program. */
  name: 256,
  /** Characters of a state's path: the output that is its next value has a longer name. */
  path: 240,
  /** Characters of a formula; what is longer stands as `…` where it is a part of another one. */
  formula: 2000,
} as const;

/** What is wrong with a name, if anything is. It is to be a key of records, and text in UTF-8. */
export function faultOfName(name: unknown, longest: number = limits.name): string | undefined {
  if (typeof name !== 'string') return 'a name should be a string';
  if (name.length > longest) {
    return `a name here has at most ${longest} characters, and this one has ${name.length}`;
  }
  if (name === '__proto__') return 'this cannot be a name: records have something else there';
  // With `u` a class of characters matches a surrogate only where it stands alone.
  return /\p{Surrogate}/u.test(name)
    ? 'a name should be text, and this one ends inside a character'
    : undefined;
}
