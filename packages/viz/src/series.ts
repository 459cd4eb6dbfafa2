import { at } from '@adjoint/core/extend';
import { drawable } from './number.js';

/** One vertex of a curve. Where `y` is `null` the curve breaks. */
export interface Vertex {
  readonly curve: string;
  readonly x: number;
  readonly y: number | null;
  /** A vertex between two breaks, which a line alone would not show. */
  readonly alone?: true;
}

/** The vertices of one curve, each marked where it stands alone; it breaks where a coordinate cannot be drawn. */
export function vertices(
  curve: string,
  points: readonly { readonly x: number; readonly y: number | null }[],
): readonly Vertex[] {
  const drawn = points.map((point) => {
    const x = drawable(point.x);
    // A vertex without an x is not drawn, but JSON wants a number for it.
    return { curve, x: x ?? 0, y: x === null || point.y === null ? null : drawable(point.y) };
  });
  return drawn.map((vertex, index): Vertex => {
    const before = drawn[index - 1]?.y ?? null;
    const after = drawn[index + 1]?.y ?? null;
    return vertex.y !== null && before === null && after === null ? { ...vertex, alone: true } : vertex;
  });
}

interface Sample {
  readonly index: number;
  readonly value: number;
}

/**
 * The indices that stand for a long run of numbers: of each of `buckets` equal stretches the least and the
 * greatest, so that every spike stays, a `null` where it has one, so that every break stays, and both ends.
 * All indices where there are no more than that.
 * @param shown what is drawn of a number
 */
export function thin(
  values: readonly number[],
  buckets: number,
  shown: (value: number) => number | null,
): readonly number[] {
  if (values.length <= 3 * buckets) return values.map((_, index) => index);
  const kept = new Set<number>([0, values.length - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.floor(((bucket + 1) * values.length) / buckets);
    let least: Sample | undefined;
    let greatest: Sample | undefined;
    let gap: number | undefined;
    for (let index = Math.floor((bucket * values.length) / buckets); index < end; index++) {
      const value = shown(at(values, index));
      if (value === null) gap ??= index;
      else {
        if (least === undefined || value < least.value) least = { index, value };
        if (greatest === undefined || value > greatest.value) greatest = { index, value };
      }
    }
    for (const index of [least?.index, greatest?.index, gap]) if (index !== undefined) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}
