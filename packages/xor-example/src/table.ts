import { at } from '@adjoint/core/extend';
import type { Comparison } from './compare.js';
import { margin, type GradientRow } from './gradient-check.js';
import { verdictText, type QuantityRow } from './quantities.js';

/** Rows of cells under a header, the columns aligned. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => at(row, column).length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(at(widths, column)))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** How many elements of a gradient were compared. */
export const elementsText = ({ compared, elements }: GradientRow): string =>
  compared === elements ? `${elements}` : `${compared} of ${elements}`;

/** What the trainings on their own gave. */
export function trainingText({ epochs, lossDifference, comparedEpochs }: Comparison): string {
  if (Number.isNaN(lossDifference))
    return 'The hand derivation cannot train, since a quantity has the wrong shape';
  const last = epochs.at(-1)?.epoch ?? 0;
  const part = comparedEpochs <= last ? `, in the first ${comparedEpochs} epochs` : '';
  return `Largest difference of a loss, each training on its own${part}: ${difference(lossDifference)}`;
}

const difference = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
const digits = (value: number): string => value.toPrecision(10);
const position = (at: readonly number[]): string => `[${at.join(', ')}]`;

const quantityTable = (rows: readonly QuantityRow[]): string =>
  table(
    [
      'quantity',
      'shape',
      'at',
      'by hand',
      'by the graph',
      'largest difference',
      'verdict',
      'node of the graph',
    ],
    rows.map(({ name, shape, verdict, compared, node }) => [
      name,
      position(shape),
      ...(compared === undefined
        ? ['', '', '', '']
        : [
            position(compared.at),
            digits(compared.byHand),
            digits(compared.byGraph),
            difference(compared.largestDifference),
          ]),
      verdictText(verdict),
      node,
    ]),
  );

const gradientTable = (rows: readonly GradientRow[]): string =>
  table(
    ['gradient by', 'at', 'derived', 'central difference', 'largest difference', 'elements'],
    rows.map((row) => [
      row.parameter,
      position(row.at),
      digits(row.derived),
      digits(row.measured),
      difference(row.largestDifference),
      elementsText(row),
    ]),
  );

/** The comparison as text. */
export function comparisonText(comparison: Comparison): string {
  const { epochs, nudged, onKink } = comparison;
  return [
    ...epochs.map(
      ({ epoch, rows }) =>
        `Epoch ${epoch}: the hand derivation beside the graph, at the same parameters\n\n${quantityTable(rows)}\n`,
    ),
    `${trainingText(comparison)}\n`,
    `The gradients beside central differences, at the start nudged so that every |Z1| > ${margin}\n\n${gradientTable(nudged)}\n`,
    `The same at the start itself. There Z1 of the input [0, 0] is exactly 0, on the kink of relu, so that central
differences measure the mean of two slopes: they are off, for b1 above all, and the gradients are right.\n\n${gradientTable(onKink)}`,
  ].join('\n');
}
