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

/** The width of one character, in ems. */
const widthOf = (one: string): number => WIDTHS.get(one) ?? (one >= FIRST_SQUARE ? 1 : 0.64);

/** How wide a text comes out at most, in pixels: no browser is at hand to measure it. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const one of text) ems += widthOf(one);
  return ems * fontSize;
}

/** The text, or as much of its beginning as fits with an ellipsis. No more of a long text is read than fits. */
export function fitted(text: string, fontSize: number, width: number): string {
  const most = width / fontSize;
  const beforeEllipsis = most - widthOf('…');
  let ems = 0;
  let length = 0;
  /** How much of the text fits with an ellipsis behind it. */
  let cut = 0;
  for (const one of text) {
    ems += widthOf(one);
    if (ems > most) return `${text.slice(0, cut).trimEnd()}…`;
    length += one.length;
    if (ems <= beforeEllipsis) cut = length;
  }
  return text;
}

/** Characters of a tooltip: more than a screen shows. */
const LONGEST_TOOLTIP = 2000;

/** A text for a tooltip: whole, unless it is longer than anybody reads there. */
export const tooltip = (text: string): string =>
  text.length <= LONGEST_TOOLTIP ? text : `${text.slice(0, LONGEST_TOOLTIP)}…`;
