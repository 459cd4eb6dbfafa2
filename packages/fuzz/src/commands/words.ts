import * as fc from 'fast-check';
import { oddNumbers, oddTexts } from '../graphs/bytes.js';

/** Words of command lines. None leads out of the folder in which they are run. */

const flags = [
  ...[
    '--preset',
    '--json',
    '--compare',
    '--plugin',
    '--out',
    '--hidden',
    '--activation',
    '--loss',
    '--optimizer',
  ],
  ...[
    '--learning-rate',
    '--momentum',
    '--epochs',
    '--seed',
    '--rng',
    '--dtype',
    '--backend',
    '--grid',
    '--beta1',
  ],
  ...[
    '--beta2',
    '--epsilon',
    '--help',
    '--initializer',
    '--checkpoint',
    '--resume',
    '--every',
    '--keep',
    '--chunk',
  ],
  ...['-h', '-', '--', '--=', '--no-json', '--epochs=', '--epochs=2', '--EPOCHS', '--epoch', '--__proto__'],
];

const values = [
  ...['numpy', 'tensorflow', 'report', 'relu', 'tanh', 'sigmoid', 'identity', 'gelu', 'add', 'sgd', 'adam'],
  ...['momentum', 'nesterov', 'f64', 'f32', 'i32', 'wasm', 'interpreter', 'meanSquaredError'],
  ...[
    'binaryCrossEntropyWithLogits',
    'softmaxCrossEntropy',
    'none',
    'here.mjs',
    'a folder',
    'normal',
    'zeros',
  ],
];

const isHarmless = (word: string): boolean => ['/', '\\', '\0', '..'].every((each) => !word.includes(each));

const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...values) },
  { weight: 3, arbitrary: fc.constantFrom(...oddNumbers) },
  { weight: 1, arbitrary: fc.constantFrom(...oddTexts.filter(isHarmless)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }).filter(isHarmless) },
);

export const words: fc.Arbitrary<readonly string[]> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...flags), value) },
      { weight: 1, arbitrary: fc.constantFrom(...flags).map((flag) => [flag]) },
      { weight: 1, arbitrary: value.map((word) => [word]) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...flags), value).map(([flag, word]) => [`${flag}=${word}`]),
      },
    ),
    { minLength: 0, maxLength: 6 },
  )
  .map((groups) => groups.flat());
