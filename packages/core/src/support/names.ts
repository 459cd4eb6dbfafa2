/** A name that none of these is, with primes where it needs them: the derivative of a derivative brings its own `out`. */
export function freshName(wanted: string, taken: Iterable<string>): string {
  const names = taken instanceof Set ? taken : new Set(taken);
  let name = wanted;
  while (names.has(name)) name += '′';
  return name;
}
