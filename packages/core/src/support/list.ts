/** The list with each element replaced; the list itself where that changes none. */
export function replaceEach<T>(list: readonly T[], replace: (each: T) => T): readonly T[] {
  const replaced = list.map(replace);
  return replaced.some((each, index) => each !== list[index]) ? replaced : list;
}

/**
 * The element at an index that has one. A miss is a mistake in the code, which would go on as a wrong number.
 * @throws RangeError where there is no element
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const element = list[index];
  if (element === undefined) throw new RangeError(`there is no element ${index} among ${list.length}`);
  return element;
}

/**
 * The last element of a list that has one.
 * @throws RangeError where the list is empty
 */
export const last = <T>(list: ArrayLike<T>): T => at(list, list.length - 1);

/**
 * What a map has for a key that it has.
 * @throws RangeError where it has none
 */
export function lookup<K, V>(map: { readonly get: (key: K) => V | undefined }, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new RangeError(`there is no entry for ${String(key)}`);
  return value;
}
