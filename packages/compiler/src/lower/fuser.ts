import { scalar, type Scalar, type Shape } from '@adjoint/core';
import { at, sameShape } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Combiner } from '../loop/combine.js';
import { broadcastView, squeezed, squeezedView } from '../loop/view.js';
import type { Fusion } from './fusion.js';
import { inMemory, type Location, type Operand } from './location.js';
import type { Sequence } from './sequence.js';
import type { Storage } from './storage.js';

/** Axes as positions among those that are not of size 1. */
function squeezedAxes(shape: Shape, axes: readonly number[]): readonly number[] {
  let next = 0;
  return shape.flatMap((size, axis) => {
    if (size === 1) return [];
    const squeezedAxis = next++;
    return axes.includes(axis) ? [squeezedAxis] : [];
  });
}

/** Sums of products: the axes of the result, then those that are summed over. */
export interface ContractionDomain {
  readonly shape: Shape;
  /** How many of the last axes are summed over. */
  readonly summed: number;
}

/** Computes what ops ask for in as few fusions as it can: each node in one that reads or computes its operands already. */
export class Fuser {
  readonly #sequence: Sequence;
  readonly #storage: Storage;

  constructor(sequence: Sequence, storage: Storage) {
    this.#sequence = sequence;
    this.#storage = storage;
  }

  /** A scalar expression at each position of broadcast operands, one for each parameter. */
  elementwise(
    name: string,
    { parameters, body }: scalar.Lambda,
    operands: readonly Operand[],
    target: Shape,
  ): Location {
    const literals = operands.flatMap(({ location }) =>
      location.kind === 'literal' ? [location.value] : [],
    );
    if (literals.length === operands.length) {
      const known = zipWith(
        parameters,
        literals,
        ({ name: parameter }, value) => [parameter, value] as const,
      );
      return {
        kind: 'literal',
        value: scalar.evaluateScalar(body, Object.fromEntries(known)),
        dtype: body.dtype,
      };
    }
    const site = this.#sequence.siteFor(name, operands, squeezed(target));
    const replacements = new Map<Scalar, Scalar>(
      zipWith(parameters, operands, (parameter, operand) => [
        parameter,
        this.#storage.read(operand, target, site),
      ]),
    );
    site.fusion.nodes++;
    return {
      kind: 'fused',
      definition: { ...site, scalar: scalar.substitute(body, replacements) },
    };
  }

  /** A reduction of an operand over some axes. */
  reduce(name: string, combiner: Combiner, operand: Operand, axes: readonly number[]): Location {
    const { location, shape } = operand;
    const reduced = squeezedAxes(shape, axes);
    if (reduced.length === 0) return location;
    if (location.kind === 'literal') {
      // A literal has no elements to walk over; in memory it has.
      return this.reduce(name, combiner, inMemory(this.#storage.view(operand), shape), axes);
    }
    if (location.kind === 'fused') {
      const { fusion, level, scalar: value, shared } = location.definition;
      const fits =
        level === 'element' &&
        sameShape(fusion.domain, squeezed(shape)) &&
        (fusion.reducedAxes === undefined || sameShape(fusion.reducedAxes, reduced));
      if (fits) return this.#reduceIn(fusion, combiner, value, reduced);
      if (level === 'result' && combiner.combine === scalar.add && shared === undefined) {
        const before = fusion.shapeAt('result');
        if (fusion.widen(value, combiner.accumulator, reduced)) {
          this.#sequence.closeResults(before);
          return this.#resultOf(fusion, value);
        }
      }
    }
    const fusion = this.#sequence.begin(name, squeezed(shape));
    const element = this.#storage.read(operand, shape, { fusion, level: 'element' });
    return this.#reduceIn(fusion, combiner, element, reduced);
  }

  #reduceIn(fusion: Fusion, combiner: Combiner, element: Scalar, axes: readonly number[]): Location {
    const result = fusion.reduce(combiner, element, axes);
    fusion.nodes++;
    return this.#resultOf(fusion, result);
  }

  #resultOf(fusion: Fusion, result: Scalar): Location {
    this.#sequence.openResults(fusion);
    return { kind: 'fused', definition: { fusion, level: 'result', scalar: result } };
  }

  /** Sums of products of factors that broadcast to a domain, added up in the dtype of the factors. */
  contract(name: string, factors: readonly Operand[], { shape, summed }: ContractionDomain): Location {
    const axes = Array.from({ length: summed }, (_, axis) => shape.length - summed + axis);
    const fusion = this.#sequence.begin(name, squeezed(shape));
    const loads = factors.map((factor) => {
      const view = broadcastView(this.#storage.view(factor), factor.shape, shape);
      return fusion.load(squeezedView(view, shape), 'element');
    });
    const product = loads.reduce((x, y) => scalar.multiply(x, y));
    const combiner = { combine: scalar.add, accumulator: at(loads, 0).dtype };
    return this.#reduceIn(fusion, combiner, product, squeezedAxes(shape, axes));
  }
}
