/** Places in a plugin, and plugins that are broken at one. */

/** The field is there no more, or throws as it is read. */
export type Special = 'missing' | 'a getter that throws';

type Holder = object;
const isHolder = (u: unknown): u is Holder =>
  (typeof u === 'object' && u !== null) || typeof u === 'function';

/** What is not a part of a plugin, but what it is made of. */
const MOST_DEPTH = 6;

/** The paths to all fields of something, without what functions have of themselves. */
export function pathsIn(root: unknown): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const seen = new Set<unknown>();
  const visit = (u: unknown, path: readonly string[]): void => {
    if (!isHolder(u) || seen.has(u) || path.length >= MOST_DEPTH || ArrayBuffer.isView(u)) return;
    seen.add(u);
    for (const key of Object.keys(u)) {
      found.push([...path, key]);
      visit(Reflect.get(u, key), [...path, key]);
    }
  };
  visit(root, []);
  return found;
}

function copyOf(holder: Holder): Holder {
  if (Array.isArray(holder)) return [...(holder as readonly unknown[])];
  const copy: Holder =
    typeof holder === 'function'
      ? // Called as the original is.
        (...given: readonly unknown[]): unknown => Reflect.apply(holder as () => unknown, undefined, given)
      : (Object.create(Object.getPrototypeOf(holder) as object | null) as Holder); // an object or null
  for (const key of Object.keys(holder)) define(copy, key, { value: Reflect.get(holder, key) as unknown });
  return copy;
}

const define = (holder: Holder, key: string, descriptor: PropertyDescriptor): void =>
  void Object.defineProperty(holder, key, {
    ...descriptor,
    enumerable: true,
    configurable: true,
    ...('value' in descriptor && { writable: true }),
  });

/** The same with another descriptor at a path; what is on the way is copied. `undefined` takes the field away. */
export function broken(
  root: unknown,
  [key, ...rest]: readonly string[],
  by: PropertyDescriptor | undefined,
): unknown {
  if (key === undefined || !isHolder(root)) return root;
  const copy = copyOf(root);
  if (rest.length > 0) define(copy, key, { value: broken(Reflect.get(root, key) as unknown, rest, by) });
  else if (by === undefined) Reflect.deleteProperty(copy, key);
  else define(copy, key, by);
  return copy;
}
