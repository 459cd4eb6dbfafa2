/**
 * Numbers and arrays as Python and NumPy 2 print them, character for character: the rules of NumPy's
 * `arrayprint.py` under its default print options, and of Python's format language.
 */
export type Nested = number | readonly Nested[];

/** NumPy prints integers of all sizes alike: `i32` serves for int64 too. */
export type PrintedType = 'f64' | 'f32' | 'i32';

/** Digits after the point in an array, at most. */
const PRECISION = 8;
/** Characters in a line, at most. */
const LINE_WIDTH = 75;
/** From here on, floats are written with an exponent: in arrays, and as scalars. */
const CUTOFF = { f64: { array: 1e8, scalar: 1e16 }, f32: { array: 1e6, scalar: 1e6 } };

type Float = keyof typeof CUTOFF;
type Write = (x: number) => string;

/**
 * `print(array)`: brackets, elements of one common width, lines of at most 75 characters. Unlike NumPy, it leaves
 * nothing out of an array of more than 1000 elements. A number alone prints as a NumPy scalar does: an accuracy
 * of 1 is `1.0`. The data has one rank throughout.
 *
 * A float shows the fewest digits that tell it from its neighbours in the dtype, at most 8 after the point.
 * Where the sizes differ by more than a factor of 1000, or one is very large or small, all take an exponent.
 */
export function formatArray(data: Nested, dtype: PrintedType): string {
  const stored = storedIn(dtype);
  if (typeof data === 'number') return dtype === 'i32' ? String(data) : scalarText(stored(data), dtype);

  const elements = leaves(data).map(stored);
  if (elements.length === 0) return '[]';
  const write = dtype === 'i32' ? String : elementWriter(elements, dtype);
  const width = greatest(elements.map((x) => write(x).length));
  return brackets(data, ' ', (x) => write(stored(x)).padStart(width));
}

/** Python's `f'{x:.4f}'`, with `digits` for the 4: the exact value of x, rounded once, halves to even. */
export function fixed(x: number, digits: number): string {
  if (!Number.isFinite(x)) return nonFiniteText(x);
  const size = Math.abs(x);
  // toFixed leaves off at 1e21, where all floats are integers.
  if (size >= 1e21) return sign(x) + String(BigInt(size)) + (digits > 0 ? '.' + '0'.repeat(digits) : '');
  // size is halfway between two decimals of d digits exactly where size · 2ᵈ⁺¹ is an odd integer.
  return sign(x) + halfToEven(size.toFixed(digits), (size * 2 ** (digits + 1)) % 2 === 1);
}

/** The nearest integer, of a half the even one: `np.round`, `tf.round` and Python's `round`. */
export function roundHalfEven(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

/** `str(np.float64(x))` and `str(np.float32(x))`. */
function scalarText(x: number, dtype: Float): string {
  if (!Number.isFinite(x)) return nonFiniteText(x);
  const size = Math.abs(x);
  const { digits, decimals } = shortest(size, dtype);
  const plain = size === 0 || (size >= 1e-4 && size < CUTOFF[dtype].scalar);
  return plain ? fixed(x, Math.max(1, decimals)) : scientific(x, digits, 2, dtype);
}

/** How the elements of one array are written: all with an exponent or none, their points in one column. */
function elementWriter(elements: readonly number[], dtype: Float): Write {
  const finite = elements.filter(Number.isFinite);
  const write = takeExponent(finite, dtype)
    ? scientificWriter(finite, dtype)
    : positionalWriter(finite, dtype);
  return (x) => (Number.isFinite(x) ? write(x) : nonFiniteText(x));
}

function takeExponent(finite: readonly number[], dtype: Float): boolean {
  const stored = storedIn(dtype);
  const sizes = finite.filter((x) => x !== 0).map(Math.abs);
  if (sizes.length === 0) return false;
  const largest = greatest(sizes);
  const smallest = sizes.reduce((a, b) => Math.min(a, b));
  return largest >= CUTOFF[dtype].array || smallest < stored(1e-4) || stored(largest / smallest) > 1000;
}

function positionalWriter(finite: readonly number[], dtype: Float): Write {
  const write: Write = (x) => trimZeros(fixed(x, Math.min(PRECISION, shortest(Math.abs(x), dtype).decimals)));
  const width = greatest(finite.map((x) => fraction(write(x)).length));
  return (x) => write(x) + ' '.repeat(width - fraction(write(x)).length);
}

function scientificWriter(finite: readonly number[], dtype: Float): Write {
  const written = finite.map((x) =>
    partsOf(scientific(x, Math.min(PRECISION, shortest(Math.abs(x), dtype).digits), 2, dtype)),
  );
  const digits = greatest(written.map(({ mantissa }) => fraction(trimZeros(mantissa)).length));
  const exponentDigits = greatest(written.map(({ exponent }) => exponent.length - 1));
  return (x) => {
    const text = scientific(x, digits, exponentDigits, dtype);
    return digits === 0 ? text.replace('e', '.e') : text;
  };
}

/** The shortest text that identifies `size` in its dtype, and its digits after the point: so, and unscaled. */
function shortest(size: number, dtype: Float): { text: string; digits: number; decimals: number } {
  const text = dtype === 'f64' ? size.toExponential() : shortestSingle(size);
  const { mantissa, exponent } = partsOf(text);
  const digits = fraction(mantissa).length;
  return { text, digits, decimals: Math.max(0, digits - Number(exponent)) };
}

function shortestSingle(size: number): string {
  for (let digits = 0; ; digits++) {
    const nearest = exponential(size, digits);
    // The floats below a power of two lie closer than those above, so the next decimal may do where this does not.
    const step = Number(`1e${partsOf(nearest).exponent}`) / 10 ** digits;
    const above = (Number(nearest) + step).toExponential(digits);
    const found = [nearest, above].find((text) => Math.fround(Number(text)) === size);
    if (found !== undefined) return found;
  }
}

/** `1.50e-05`: x with so many digits after the point, the shortest text if that has as many, else rounded. */
function scientific(x: number, digits: number, exponentDigits: number, dtype: Float): string {
  const size = Math.abs(x);
  const short = shortest(size, dtype);
  const text = digits === short.digits ? short.text : exponential(size, digits);
  const { mantissa, exponent } = partsOf(text);
  return `${sign(x)}${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(exponentDigits, '0')}`;
}

/** `toExponential`, halves to even. */
function exponential(size: number, digits: number): string {
  const { mantissa, exponent } = partsOf(size.toExponential(digits));
  // No float comes this near to a halfway point without being one.
  const halfway = /50{40}e/.test(size.toExponential(digits + 41));
  return `${halfToEven(mantissa, halfway)}e${exponent}`;
}

/** JavaScript rounds a halfway point up. Where that gave an odd digit, the even one is below it. */
function halfToEven(roundedUp: string, halfway: boolean): string {
  const last = Number(roundedUp.slice(-1));
  return halfway && last % 2 === 1 ? roundedUp.slice(0, -1) + String(last - 1) : roundedUp;
}

/** What stands on the two sides of the `e` of a number that is written with one. */
function partsOf(scientific: string): { readonly mantissa: string; readonly exponent: string } {
  const e = scientific.indexOf('e');
  return { mantissa: scientific.slice(0, e), exponent: scientific.slice(e + 1) };
}

const storedIn = (dtype: PrintedType): ((x: number) => number) => (dtype === 'f32' ? Math.fround : (x) => x);
const sign = (x: number): string => (x < 0 || Object.is(x, -0) ? '-' : '');
const nonFiniteText = (x: number): string => (Number.isNaN(x) ? 'nan' : sign(x) + 'inf');
const fraction = (text: string): string => (text.includes('.') ? text.slice(text.indexOf('.') + 1) : '');
const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/0+$/, '') : text + '.');
const greatest = (xs: readonly number[]): number => xs.reduce((a, b) => Math.max(a, b), -Infinity);
const leaves = (data: Nested): number[] => (typeof data === 'number' ? [data] : data.flatMap(leaves));
const rankOf = (data: Nested | undefined): number => (typeof data === 'object' ? 1 + rankOf(data[0]) : 0);

/** Nested brackets; `indent` goes before each line but the first. */
function brackets(data: Nested, indent: string, write: Write): string {
  if (typeof data === 'number') return write(data);
  const parts = data.map((part) => brackets(part, indent + ' ', write));
  const innerRank = rankOf(data[0]);
  return `[${innerRank > 0 ? parts.join('\n'.repeat(innerRank) + indent) : wrapped(parts, indent)}]`;
}

/** The elements of a row, on as many lines as they need beside their brackets. */
function wrapped(words: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const full = 2 * indent.length + line.length + word.length > LINE_WIDTH;
    if (full && line !== '') {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word + ' ';
  }
  return [...lines, line.slice(0, -1)].join('\n' + indent);
}
