/** A name that none of these is, with primes where it needs them: the derivative of a derivative brings its own `out`. */
export function freshName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  while (taken.includes(name)) name += '′';
  return name;
}
