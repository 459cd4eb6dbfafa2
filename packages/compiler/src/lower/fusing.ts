import { sameShape, scalar, type Scalar, type Shape } from '@adjoint/core';
import type { Reducer, View } from '../loop/kernel.js';
import { broadcastView, squeezed, squeezedView } from '../loop/view.js';
import type { Group } from './group.js';
import type { Operand, Place } from './place.js';
import { Places } from './places.js';

/** Computes what ops ask for in as few groups as it can: each node in one that reads or computes its operands already. */
export class Fusing extends Places {
  /** A scalar expression at each position of broadcast operands. */
  elementwise(
    name: string,
    { parameters, body }: scalar.Lambda,
    operands: readonly Operand[],
    target: Shape,
  ): Place {
    if (operands.every(({ place }) => place.kind === 'literal')) {
      const values = parameters.map(({ name: parameter }, index) => {
        const place = operands[index]?.place;
        return [parameter, place?.kind === 'literal' ? place.value : NaN] as const;
      });
      return {
        kind: 'literal',
        value: scalar.evaluateScalar(body, Object.fromEntries(values)),
        dtype: body.dtype,
      };
    }
    const { group, level } = this.items.siteFor(name, operands, squeezed(target));
    const replacements = new Map<Scalar, Scalar>();
    parameters.forEach((parameter, index) => {
      const operand = operands[index];
      if (operand !== undefined) replacements.set(parameter, this.read(operand, target, group, level));
    });
    group.nodes++;
    return {
      kind: 'defined',
      definition: { group, level, scalar: scalar.substitute(body, replacements) },
    };
  }

  /** A reduction of one value over some axes. */
  reduce(name: string, reducer: Reducer, operand: Operand, axes: readonly number[]): Place {
    const { place, shape } = operand;
    const reduced = squeezedAxes(shape, axes);
    if (reduced.length === 0) return place;
    if (place.kind === 'defined' && place.definition.level === 'element') {
      const { group, scalar: element } = place.definition;
      const fits =
        sameShape(group.domain, squeezed(shape)) &&
        (group.reducedAxes === undefined || group.reducedAxes.join() === reduced.join());
      if (fits) return this.#reduceIn(group, reducer, element, reduced);
    }
    if (
      place.kind === 'defined' &&
      place.definition.level === 'result' &&
      reducer === 'sum' &&
      place.definition.shared === undefined
    ) {
      const { group, scalar: result } = place.definition;
      const before = group.shapeAt('result') ?? [];
      if (group.widen(result, reduced)) {
        this.items.closed(before);
        return this.#resultOf(group, result);
      }
    }
    const group = this.items.newGroup(name, squeezed(shape));
    return this.#reduceIn(group, reducer, this.read(operand, shape, group, 'element'), reduced);
  }

  #reduceIn(group: Group, reducer: Reducer, element: Scalar, axes: readonly number[]): Place {
    const result = group.reduce(reducer, element, axes, element.dtype);
    group.nodes++;
    return this.#resultOf(group, result);
  }

  #resultOf(group: Group, result: Scalar): Place {
    this.items.opened(group);
    return { kind: 'defined', definition: { group, level: 'result', scalar: result } };
  }

  /** Sums of products over the last axis of a domain, as in a matrix product. */
  contract(name: string, factors: readonly { view: View; shape: Shape }[], domain: Shape): Place {
    const reduced = squeezedAxes(domain, [domain.length - 1]);
    const group = this.items.newGroup(name, squeezed(domain));
    const loads = factors.map(({ view, shape }) => {
      return group.load(squeezedView(broadcastView(view, shape, domain), domain), 'element');
    });
    return this.#reduceIn(
      group,
      'dot',
      loads.reduce((x, y) => scalar.multiply(x, y)),
      reduced,
    );
  }
}

/** Axes as positions among those that are not of size 1. */
function squeezedAxes(shape: Shape, axes: readonly number[]): readonly number[] {
  let next = 0;
  return shape.flatMap((size, axis) => {
    if (size === 1) return [];
    const at = next++;
    return axes.includes(axis) ? [at] : [];
  });
}
