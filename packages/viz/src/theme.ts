import type { Config } from 'vega-lite';

/**
 * The colours that carry meaning. Blue and vermilion are Okabe and Ito's pair: they differ in lightness too,
 * so they stay apart for colour-blind readers and on grey paper.
 */
export const colours = {
  text: '#1f2933',
  muted: '#52606d',
  line: '#9aa5b1',
  grid: '#e4e7eb',
  frame: '#c3cad3',
  paper: '#ffffff',
  missing: '#d9dee3',
  forward: '#0072b2',
  forwardTint: '#e3f1fa',
  backward: '#c74e00',
  backwardTint: '#fdeadd',
} as const;

/** The colours of runs, in the order they are given: Okabe and Ito's, without the yellow that white swallows. */
export const categorical: readonly string[] = [
  colours.forward,
  colours.backward,
  '#009e73',
  '#b5588f',
  '#3aa3dc',
  '#8c6d00',
  '#1f2933',
];

/** Faces that stand on every system, Arial's metric twins first; the last is whatever the reader's system has. */
export const fontFamily = 'Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif';

/** The one configuration that all charts share. */
export const theme: Config = {
  background: colours.paper,
  padding: 12,
  font: fontFamily,
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'group',
    color: colours.text,
    fontSize: 16,
    fontWeight: 'bold',
    subtitleColor: colours.muted,
    subtitleFontSize: 12,
    subtitlePadding: 4,
    offset: 14,
  },
  axis: {
    domainColor: colours.line,
    tickColor: colours.line,
    gridColor: colours.grid,
    labelColor: colours.muted,
    labelFontSize: 12,
    labelFlush: false,
    titleColor: colours.text,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 10,
  },
  legend: {
    labelColor: colours.text,
    labelFontSize: 12,
    labelLimit: 320,
    titleColor: colours.text,
    titleFontSize: 13,
    titleFontWeight: 'normal',
  },
  range: { category: [...categorical] },
};
