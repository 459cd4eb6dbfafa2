import { randomSourceKind, type AdjointError, type Kind } from '@adjoint/core';
import { at, invalid, last } from '@adjoint/core/extend';
import { lossKind, optimizerKind } from '@adjoint/learn';
import { Command, CommanderError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import {
  configurationCodec,
  lossesOf,
  nearest,
  numpyPreset,
  presets,
  type Configuration,
} from './configuration.js';
import { flagOf, fromText } from './flag.js';
import { optimizerFlags, optimizerOptionsFrom, type OptimizerFlag } from './optimizer-flags.js';
import type { Registry } from './plugins.js';

/** What the command line asks for. */
export interface Request {
  /** `report`: both presets, the comparison, and everything written to the output folder. */
  readonly mode: 'run' | 'json' | 'compare' | 'report';
  readonly configuration: Configuration;
  /** The output folder, where files are asked for. */
  readonly out?: string;
  readonly plugins: readonly string[];
}

/** Help was asked for, and is the answer. */
export interface Help {
  readonly mode: 'help';
  readonly text: string;
}

type Name = Exclude<keyof Configuration, 'optimizerOptions'>;

/** The names that a kind of thing has in the registry, for the help. */
const names = ({ singular }: Kind, things: ReadonlyMap<string, unknown>): string =>
  `${singular}: ${[...things.keys()].join(', ')}`;

const descriptions = (registry: Registry): Readonly<Record<Name, string>> => ({
  hidden: 'units in the hidden layer',
  activation: 'activation of the hidden layer: an elementwise op',
  loss: names(lossKind, lossesOf(registry)),
  optimizer: names(optimizerKind, registry.optimizers),
  learningRate: 'learning rate',
  momentum: 'momentum, for the optimizers that have one',
  epochs: 'epochs of training',
  seed: 'seed of the random stream',
  rng: names(randomSourceKind, registry.randomSources),
  dtype: 'element type: f64, f32',
  backend: `what runs the programs: ${[...registry.backends.keys()].join(', ')}`,
  grid: 'points along each axis of the prediction surface',
});

const collect = (file: string, files: readonly string[]): readonly string[] => [...files, file];

/** The part of the command line that is the same whatever plugins there are. */
function makeProgram(): Command {
  return new Command('xor')
    .description('Trains the XOR network of the notebook as a computation graph.')
    .argument('[report]', 'both presets, the comparison, and charts and a report in the output folder')
    .addOption(
      new Option('--preset <name>', 'the notebook’s settings, and its own output').choices(
        Object.keys(presets),
      ),
    )
    .option('--json', 'print the run as JSON')
    .option('--compare', 'print the hand derivation beside the graph')
    .addOption(
      new Option('--plugin <file>', 'load ops and more from a plugin’s file; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--out <folder>', 'write the charts and the report there')
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
}

const pluginsOf = (program: Command): readonly string[] =>
  program.opts<{ plugin: readonly string[] }>().plugin;

/** The files of plugins that a command line asks for: what else it may say depends on them. */
export function pluginFiles(args: readonly string[]): readonly string[] {
  const program = makeProgram().helpOption(false).allowUnknownOption().allowExcessArguments();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    // `parseCommand` says what is wrong.
    if (!(error instanceof CommanderError)) throw error;
  }
  return pluginsOf(program);
}

const isName = (key: string): key is Name => Object.hasOwn(numpyPreset, key);

/** The configuration of a preset with the flags that were given. */
function configurationFrom(
  base: Configuration,
  given: Readonly<Record<string, unknown>>,
  flags: readonly OptimizerFlag[],
  registry: Registry,
): E.Either<AdjointError, Configuration> {
  const changes = Object.entries(given).flatMap(([key, text]) =>
    isName(key) && typeof text === 'string' ? [[key, fromText(text, numpyPreset[key])] as const] : [],
  );
  const decoded = configurationCodec.decode({ ...base, ...Object.fromEntries(changes) });
  if (E.isRight(decoded)) {
    const optimizerOptions = optimizerOptionsFrom(flags, given, registry, decoded.right);
    return E.right(
      Object.keys(optimizerOptions).length === 0 ? decoded.right : { ...decoded.right, optimizerOptions },
    );
  }
  const { key, type } = last(at(decoded.left, 0).context);
  return E.left(invalid('option', [key], `expected ${type.name}, given "${String(given[key])}"`));
}

/** What commander says of a command line, in one line that names the flag. */
function refusal(error: CommanderError, program: Command): AdjointError {
  const message = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const unknown = /unknown option '(--?[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return invalid('option', [], message);
  const flags = program.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  const suggestion = nearest(unknown, flags);
  return invalid('option', [], `unknown option ${unknown}`, suggestion && `Did you mean ${suggestion}?`);
}

/**
 * Reads a command line.
 * @param args the words after the program's name
 * @param registry what its names may name, with the plugins that it asks for
 * @returns Left for flags that are unknown or ill-typed
 */
export function parseCommand(
  args: readonly string[],
  registry: Registry,
): E.Either<AdjointError, Request | Help> {
  const program = makeProgram();
  for (const [name, description] of Object.entries(descriptions(registry))) {
    const standard = isName(name) ? ` (default: ${numpyPreset[name]})` : '';
    program.option(`${flagOf(name)} <value>`, `${description}${standard}`);
  }
  const taken = program.options.flatMap(({ long }) => long ?? []);
  const flags = optimizerFlags(registry, [...taken, '--help']);
  for (const { flag } of flags) program.addOption(flag);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed')
      return E.right({ mode: 'help', text: program.helpInformation() });
    return E.left(refusal(error, program));
  }
  const given = program.opts<Readonly<Record<string, unknown>>>();
  const [word] = program.args;
  if (word !== undefined && word !== 'report')
    return E.left(invalid('option', [], `unknown command "${word}"`, 'There is "report".'));
  if (given.json === true && given.compare === true) {
    return E.left(invalid('option', [], '--json and --compare exclude each other'));
  }
  const base = given.preset === 'tensorflow' ? presets.tensorflow : presets.numpy;
  const mode =
    word === 'report' ? 'report' : given.json === true ? 'json' : given.compare === true ? 'compare' : 'run';
  const out = typeof given.out === 'string' ? given.out : mode === 'report' ? 'out' : undefined;
  return pipe(
    configurationFrom(base, given, flags, registry),
    E.map((configuration) => ({
      mode,
      configuration,
      plugins: pluginsOf(program),
      ...(out === undefined ? {} : { out }),
    })),
  );
}

/** An error as one line for standard error, an option's by its flag. */
export function errorLine(error: AdjointError): string {
  const remedy = error.remedy === undefined ? '' : `. ${error.remedy}`;
  switch (error.tag) {
    case 'DivergenceError':
      return `training diverged at epoch ${error.step}: ${error.quantity} is not finite; the earliest node that is not finite is ${error.node}${remedy}`;
    case 'InvalidError': {
      const [name] = error.path;
      const flag = error.subject === 'option' && typeof name === 'string' ? `${flagOf(name)}: ` : '';
      return `${flag}${error.problem}${remedy}`;
    }
    case 'OpError':
      return `${error.op}: ${error.problem}${remedy}`;
    case 'ThrownError':
      return `${error.by} threw ${error.problem}${remedy}`;
    case 'InterruptedError':
      return `training was interrupted after ${error.step} of ${error.steps} epochs${remedy}`;
  }
}

/** 3 for training that diverged, 130 for one that was interrupted, 2 for whatever else was asked wrongly. */
export const exitCode = ({ tag }: AdjointError): number =>
  tag === 'DivergenceError' ? 3 : tag === 'InterruptedError' ? 130 : 2;
