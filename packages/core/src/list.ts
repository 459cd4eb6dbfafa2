/** The list with each element replaced; the list itself where that changes none. */
export function replaceEach<T>(list: readonly T[], replace: (each: T) => T): readonly T[] {
  const replaced = list.map(replace);
  return replaced.some((each, index) => each !== list[index]) ? replaced : list;
}
