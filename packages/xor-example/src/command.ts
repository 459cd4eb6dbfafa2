import { backendKind, randomSourceKind, wholeNumber, type AdjointError, type Kind } from '@adjoint/core';
import { at, invalid, last, quoted } from '@adjoint/core/extend';
import { initializerKind, lossKind, optimizerKind } from '@adjoint/learn';
import { Command, CommanderError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import {
  activationsOf,
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
  /** In the mode `report`: the presets, with what the flags change. */
  readonly presets: Readonly<Record<keyof typeof presets, Configuration>>;
  /** Where the run is kept while it goes on, if it is, and whether it goes on from there. */
  readonly checkpoint?: CheckpointRequest;
  /** The output folder, where files are asked for. */
  readonly out?: string;
  readonly plugins: readonly string[];
}

export interface CheckpointRequest {
  readonly folder: string;
  /** How many epochs are between two checkpoints; a tenth of all unless given. */
  readonly every?: number;
  readonly resume: boolean;
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
  activation: `activation of the hidden layer: ${[...activationsOf(registry).keys()].join(', ')}`,
  loss: names(lossKind, lossesOf(registry)),
  initializer: names(initializerKind, registry.initializers),
  optimizer: names(optimizerKind, registry.optimizers),
  learningRate: 'learning rate',
  momentum: 'momentum, for the optimizers that have one',
  epochs: 'epochs of training',
  seed: 'seed of the random stream',
  rng: names(randomSourceKind, registry.randomSources),
  dtype: 'element type: f64, f32',
  backend: names(backendKind, registry.backends),
  grid: 'points along each axis of the prediction surface',
});

const collect = (file: string, files: readonly string[]): readonly string[] => [...files, file];

const exitCodes = `Exit codes:
  0    what was asked is done
  1    an error in Adjoint itself
  2    what was asked cannot be done: a flag, a plugin or a file
  3    training diverged
  130  interrupted (143 and 129 by SIGTERM and SIGHUP)`;

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
    .option('--checkpoint <folder>', 'keep the run there while it goes on, with a journal of its losses')
    .option('--checkpoint-every <epochs>', 'epochs between two checkpoints (default: a tenth of all)')
    .option('--resume', 'go on from the newest checkpoint')
    .addHelpText('after', `\n${exitCodes}`)
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
  return E.left(invalid('option', [key], `expected ${type.name}, given ${quoted(String(given[key]))}`));
}

/** The help with what stands after it, which commander only writes. */
function helpOf(program: Command): string {
  let text = '';
  program.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
  return text;
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

type Given = Readonly<Record<string, unknown>>;

/** What cannot be asked for together. */
function contradictionIn(words: readonly string[], given: Given): AdjointError | undefined {
  const [word] = words;
  const refused = (problem: string, remedy?: string): AdjointError => invalid('option', [], problem, remedy);
  if (word !== undefined && word !== 'report')
    return refused(`unknown command ${quoted(word)}`, 'There is "report".');
  if (given.json === true && given.compare === true)
    return refused('--json and --compare exclude each other');
  for (const flag of ['json', 'compare', 'preset']) {
    if (word === 'report' && given[flag] !== undefined) {
      return refused(
        `report and --${flag} exclude each other`,
        'A report is of both presets and has a comparison.',
      );
    }
  }
  for (const flag of ['out', 'checkpoint']) {
    if (given[flag] === '') return invalid('option', [flag], 'expected a folder, given ""');
  }
  if (given.checkpoint !== undefined) return undefined;
  const without = ['resume', 'checkpointEvery'].find((flag) => given[flag] !== undefined);
  return without === undefined
    ? undefined
    : invalid('option', [without], 'there is no folder of checkpoints', 'Say where: --checkpoint FOLDER.');
}

function checkpointFrom(given: Given): E.Either<AdjointError, CheckpointRequest | undefined> {
  const { checkpoint, checkpointEvery, resume } = given;
  if (typeof checkpoint !== 'string') return E.right(undefined);
  const request = { folder: checkpoint, resume: resume === true };
  if (typeof checkpointEvery !== 'string') return E.right(request);
  const every = wholeNumber(1, Infinity).decode(fromText(checkpointEvery, 1));
  return E.isRight(every)
    ? E.right({ ...request, every: every.right })
    : E.left(
        invalid(
          'option',
          ['checkpointEvery'],
          `expected a whole number from 1 on, given ${quoted(checkpointEvery)}`,
        ),
      );
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
    if (error.code === 'commander.helpDisplayed') return E.right({ mode: 'help', text: helpOf(program) });
    return E.left(refusal(error, program));
  }
  const given = program.opts<Given>();
  const contradiction = contradictionIn(program.args, given);
  if (contradiction !== undefined) return E.left(contradiction);
  const mode =
    program.args.length > 0
      ? 'report'
      : given.json === true
        ? 'json'
        : given.compare === true
          ? 'compare'
          : 'run';
  const out = typeof given.out === 'string' ? given.out : mode === 'report' ? 'out' : undefined;
  const configured = (base: Configuration): E.Either<AdjointError, Configuration> =>
    configurationFrom(base, given, flags, registry);
  return pipe(
    E.Do,
    E.bind('numpy', () => configured(presets.numpy)),
    E.bind('tensorflow', () => configured(presets.tensorflow)),
    E.bind('checkpoint', () => checkpointFrom(given)),
    E.map(({ numpy, tensorflow, checkpoint }) => ({
      mode,
      configuration: given.preset === 'tensorflow' ? tensorflow : numpy,
      presets: { numpy, tensorflow },
      plugins: pluginsOf(program),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      ...(out === undefined ? {} : { out }),
    })),
  );
}

/** An error as one line for standard error, an option's by its flag. */
export function errorLine(error: AdjointError): string {
  // What is an option of `train` is a flag here.
  const remedy = error.remedy === undefined ? '' : `. ${error.remedy.replaceAll('resume: true', '--resume')}`;
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
