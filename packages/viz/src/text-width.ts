/** Widths in ems of DejaVu Sans, the widest of the faces that the theme names; 0.64 where none is given. */
const CLASSES: readonly (readonly [characters: string, width: number])[] = [
  ["ijlI|'.,:;!‘’′", 0.36],
  ['frt()[]{}/\\ "*-', 0.42],
  ['ABCDEGHKNOPQRSTUVXYZ&', 0.76],
  ['mMwW@%=+<>→∂∇…', 1],
];

const WIDTHS = new Map(
  CLASSES.flatMap(([characters, width]) => Array.from(characters).map((one) => [one, width] as const)),
);

/** From here on, writing systems fill their squares. */
const FIRST_SQUARE = '\u2e80';

/** How wide a text comes out at most, in pixels: no browser is at hand to measure it. */
export const textWidth = (text: string, fontSize: number): number =>
  Array.from(text).reduce((sum, one) => sum + (WIDTHS.get(one) ?? (one >= FIRST_SQUARE ? 1 : 0.64)), 0) *
  fontSize;

/** The text, or as much of its beginning as fits with an ellipsis. */
export function fitted(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, fontSize) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
