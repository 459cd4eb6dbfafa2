/** The flag of a name: `--learning-rate` of `learningRate`. */
export const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** What a text on the command line stands for, where something like `standard` is wanted; else the text itself. */
export function fromText(text: string, standard: unknown): unknown {
  const number = text.trim() === '' ? NaN : Number(text);
  if (typeof standard === 'number') return Number.isNaN(number) ? text : number;
  if (typeof standard === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
