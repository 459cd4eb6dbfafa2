import { invalid, type AdjointError } from '@adjoint/core';
import { Command, CommanderError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { configurationCodec, nearest, numpyPreset, presets, type Configuration } from './configuration.js';

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

type Name = keyof Configuration;

const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const numeric: readonly Name[] = ['hidden', 'learningRate', 'momentum', 'epochs', 'seed', 'grid'];

const descriptions: Readonly<Record<Name, string>> = {
  hidden: 'units in the hidden layer',
  activation: 'activation of the hidden layer: an elementwise op',
  loss: 'loss: meanSquaredError, binaryCrossEntropy, binaryCrossEntropyWithLogits',
  optimizer: 'optimizer: sgd, momentum, nesterov, adam',
  learningRate: 'learning rate',
  momentum: 'momentum, for the optimizers that have one',
  epochs: 'epochs of training',
  seed: 'seed of the random stream',
  rng: 'random stream: numpy, numpy-generator, tensorflow',
  dtype: 'element type: f64, f32',
  backend: 'what runs the programs: wasm, interpreter',
  grid: 'points along each axis of the prediction surface',
};

function makeProgram(): Command {
  const program = new Command('xor')
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
  for (const [name, description] of Object.entries(descriptions)) {
    const standard = numpyPreset[name as Name]; // the keys of `descriptions` are names
    program.option(`${flagOf(name)} <value>`, `${description} (default: ${standard})`);
  }
  return program;
}

const collect = (file: string, files: readonly string[]): readonly string[] => [...files, file];

const asNumber = (text: string): number => (text.trim() === '' ? NaN : Number(text));

/** The configuration of a preset with the flags that were given. */
function configurationFrom(
  base: Configuration,
  given: Readonly<Record<string, unknown>>,
): E.Either<AdjointError, Configuration> {
  const raw = Object.fromEntries(
    Object.keys(descriptions).flatMap((name) => {
      const text = given[name];
      if (typeof text !== 'string') return [];
      return [[name, numeric.some((each) => each === name) ? asNumber(text) : text] as const];
    }),
  );
  const decoded = configurationCodec.decode({ ...base, ...raw });
  if (E.isRight(decoded)) return decoded;
  const [error] = decoded.left;
  const name = error?.context.at(-1)?.key ?? '';
  const expected = error?.context.at(-1)?.type.name ?? 'something else';
  return E.left(invalid('option', [name], `expected ${expected}, given "${String(given[name])}"`));
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
 * @returns Left for flags that are unknown or ill-typed
 */
export function parseCommand(args: readonly string[]): E.Either<AdjointError, Request | Help> {
  const program = makeProgram();
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
    configurationFrom(base, given),
    E.map((configuration) => ({
      mode,
      configuration,
      plugins: program.opts<{ plugin: readonly string[] }>().plugin,
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
  }
}

/** 3 for training that diverged, 2 for whatever else was asked wrongly. */
export const exitCode = (error: AdjointError): number => (error.tag === 'DivergenceError' ? 3 : 2);
