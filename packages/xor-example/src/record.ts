/**
 * What a record has under a key that it has.
 * @throws RangeError where it has none
 */
export function entry<T>(record: Readonly<Record<string, T>>, key: string): T {
  const value = record[key];
  if (value === undefined) throw new RangeError(`there is no entry for ${key}`);
  return value;
}
