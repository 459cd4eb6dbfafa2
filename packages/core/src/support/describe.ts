/** What a caller gave, in a few words, for the sentence that refuses it. */
export function describe(given: unknown): string {
  if (given === undefined) return 'nothing';
  if (given === null) return 'null';
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'string') return JSON.stringify(given);
  if (typeof given === 'function') return 'a function';
  return typeof given === 'object' ? 'an object' : String(given);
}
