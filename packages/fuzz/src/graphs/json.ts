/** Documents, and places in them. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Place {
  readonly parent: Json[] | Record<string, Json>;
  readonly key: string;
  /** The place of the parent. */
  readonly above?: Place;
}

/** What stands at a place. */
export const contentOf = ({ parent, key }: Place): Json => (Reflect.get(parent, key) ?? null) as Json; // of a document

export const copyOf = (place: Place): Json => structuredClone(contentOf(place));

/** Puts something at a place, as `JSON.parse` does it, `__proto__` included. */
export function put({ parent }: Place, key: string, value: Json): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

export function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent, key);
}

/** Every place in a document. */
export function placesIn(document: Json): readonly Place[] {
  const found: Place[] = [];
  const open: { readonly value: Json; readonly above?: Place }[] = [{ value: document }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, above } = next;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      const place: Place = { parent: value, key, ...(above && { above }) };
      found.push(place);
      open.push({ value: inner, above: place });
    }
  }
  return found;
}

/** What `JSON.parse` gives. */
export const parse = (text: string): Json => JSON.parse(text) as Json;
