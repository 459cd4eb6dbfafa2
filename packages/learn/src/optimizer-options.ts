import type { Value } from '@adjoint/core';
import { refuse } from '@adjoint/core/extend';

/** What the optimizers take, as plain data: functions check their options by it, and factories describe theirs. */

/** A learning rate, or one that follows from the number of steps taken before, an i32 of rank 0. */
export type Rate = number | ((step: Value<'i32', readonly []>) => Value);

export interface RateOptions {
  readonly learningRate: Rate;
}

export interface MomentumOptions extends RateOptions {
  readonly momentum?: number;
}

export interface AdamOptions extends RateOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

interface OptionsOf {
  readonly sgd: RateOptions;
  readonly momentum: MomentumOptions;
  readonly nesterov: MomentumOptions;
  readonly adam: AdamOptions;
}

/** What each option is where it is not given. In code a learning rate has to be. */
export const standards: {
  readonly [Name in keyof OptionsOf]: { readonly [K in keyof OptionsOf[Name]]-?: number };
} = {
  sgd: { learningRate: 0.01 },
  momentum: { learningRate: 0.01, momentum: 0.9 },
  nesterov: { learningRate: 0.01, momentum: 0.9 },
  adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

/**
 * The options of an optimizer, complete.
 * @throws AdjointException where one is missing, misspelt or no number
 */
export function checkedOptions<Name extends keyof OptionsOf>(
  name: Name,
  given: OptionsOf[Name],
): Required<OptionsOf[Name]> {
  const known = Object.keys(standards[name]);
  const has = `${name} has ${known.join(', ')}`;
  const options: unknown = given;
  if (typeof options !== 'object' || options === null) {
    refuse('argument', [name, 'options'], `expected a record; ${has}`);
  }
  for (const [option, value] of Object.entries(options)) {
    if (!known.includes(option)) refuse('option', [option], `there is no such option; ${has}`);
    const isRate = option === 'learningRate' && typeof value === 'function';
    if (value !== undefined && !isRate && !Number.isFinite(value)) {
      refuse('option', [option], `expected a finite number, given ${String(value)} (an option of ${name})`);
    }
  }
  if (!('learningRate' in options) || options.learningRate === undefined) {
    refuse(
      'option',
      ['learningRate'],
      `${name} needs it`,
      `Give it: ${name}({ learningRate: ${standards[name].learningRate} }).`,
    );
  }
  const present = Object.entries(options).filter(([, value]) => value !== undefined);
  const complete: object = { ...standards[name], ...Object.fromEntries(present) };
  // Each key has what was given, which was checked, or its standard.
  return complete as Required<OptionsOf[Name]>;
}
