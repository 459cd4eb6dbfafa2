/** A function that carries the fields of a record, its `name` among them, as one frozen value. */
export function callable<F extends (...args: never[]) => unknown, R extends object>(
  build: F,
  record: R,
): F & R {
  // A function's own `name` is read-only, so it makes way for the record's.
  Object.defineProperty(build, 'name', { writable: true });
  return Object.freeze(Object.assign(build, record));
}
