import type { Option as OptimizerOption } from '@adjoint/core';
import { Option } from 'commander';
import { commonOptions, type Configuration } from './configuration.js';
import { flagOf, fromText } from './flag.js';
import type { Registry } from './plugins.js';

/** Flags for what only some optimizers take, such as Adam's `--beta1`: they follow from the optimizers' options. */

export interface OptimizerFlag {
  /** The name of the option. */
  readonly name: string;
  readonly flag: Option;
}

const isCommon = (name: string): boolean => commonOptions.some((each) => each === name);

/** What the help says of an option of one optimizer. */
const describe = (optimizer: string, { description, standard }: OptimizerOption): string =>
  `${optimizer}: ${description} (default: ${String(standard)})`;

/**
 * One flag for each option, though several optimizers have it.
 * @param taken the flags that there are; an option of such a name has the flag `--optimizer-…`
 */
export function optimizerFlags({ optimizers }: Registry, taken: readonly string[]): readonly OptimizerFlag[] {
  const descriptions = new Map<string, string[]>();
  for (const { name: optimizer, options } of optimizers.values()) {
    for (const [name, option] of Object.entries(options.fields)) {
      if (isCommon(name)) continue;
      descriptions.set(name, [...(descriptions.get(name) ?? []), describe(optimizer, option)]);
    }
  }
  return [...descriptions].map(([name, lines]) => {
    const own = flagOf(name);
    const long = taken.includes(own) ? flagOf(`optimizer-${name}`) : own;
    return { name, flag: new Option(`${long} <value>`, lines.join('; ')) };
  });
}

/** The options among what was given, for the optimizer of a configuration. */
export function optimizerOptionsFrom(
  flags: readonly OptimizerFlag[],
  given: Readonly<Record<string, unknown>>,
  { optimizers }: Registry,
  { optimizer }: Configuration,
): Readonly<Record<string, unknown>> {
  const fields = optimizers.get(optimizer)?.options.fields ?? {};
  return Object.fromEntries(
    flags.flatMap(({ name, flag }) => {
      const text = given[flag.attributeName()];
      return typeof text === 'string' ? [[name, fromText(text, fields[name]?.standard)] as const] : [];
    }),
  );
}
