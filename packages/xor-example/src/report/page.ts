import { last } from '@adjoint/core/extend';
import type { Comparison } from '../compare.js';
import { margin, type GradientRow } from '../gradient-check.js';
import { verdictText, type QuantityRow } from '../quantities.js';
import { elementsText, trainingText } from '../table.js';
import type { Chart, Section, TitledRun } from './charts.js';
import type { DerivationRow } from './derivation.js';
import { typeset } from './formula.js';
import { policyOf } from './scripts.js';
import { style } from './style.js';

/** What the page shows. */
interface PageParts {
  readonly runs: readonly TitledRun[];
  readonly charts: readonly Chart[];
  /** What draws the charts. */
  readonly scripts: readonly string[];
  /** Where the runs can be derived by hand. */
  readonly comparison: Comparison | undefined;
  readonly derivation: readonly DerivationRow[];
  /** The formula of the activation and of its derivative. */
  readonly activation: { readonly name: string; readonly formula: string; readonly derivative: string };
  readonly printed: string;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A table's cell; the columns of numbers are aligned at the right, their titles too. */
const cell = (tag: 'td' | 'th', text: string, number: boolean): string =>
  `<${tag}${tag === 'th' ? ' scope="col"' : ''}${number ? ' class="number"' : ''}>${escape(text)}</${tag}>`;

function table(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
  wrong: readonly boolean[] = [],
): string {
  const head = header.map((title, column) => cell('th', title, numbers.includes(column))).join('');
  const body = rows
    .map(
      (row, index) =>
        `<tr${wrong[index] === true ? ' class="wrong"' : ''}>${row.map((text, column) => cell('td', text, numbers.includes(column))).join('')}</tr>`,
    )
    .join('\n');
  return `<div class="scroll"><table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

const difference = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
const position = (at: readonly number[]): string => `[${at.join(', ')}]`;

const quantityTable = (epoch: number, rows: readonly QuantityRow[]): string =>
  table(
    `Epoch ${epoch}`,
    ['Quantity', 'Shape', 'At', 'By hand', 'By the graph', 'Largest difference', 'Verdict', 'Node'],
    rows.map(({ name, shape, verdict, compared, node }) => [
      name,
      position(shape),
      ...(compared === undefined
        ? ['', '', '', '']
        : [
            position(compared.at),
            compared.byHand.toPrecision(10),
            compared.byGraph.toPrecision(10),
            difference(compared.largestDifference),
          ]),
      verdictText(verdict),
      node,
    ]),
    [3, 4, 5],
    rows.map(({ verdict: { kind } }) => kind === 'differs' || kind === 'misshapen'),
  );

const gradientTable = (caption: string, rows: readonly GradientRow[]): string =>
  table(
    caption,
    ['Gradient by', 'At', 'Derived', 'Central difference', 'Largest difference', 'Elements'],
    rows.map((row) => [
      row.parameter,
      position(row.at),
      row.derived.toPrecision(10),
      row.measured.toPrecision(10),
      difference(row.largestDifference),
      elementsText(row),
    ]),
    [2, 3, 4],
  );

const runTable = (runs: readonly TitledRun[]): string =>
  table(
    'Predictions for [0, 0], [0, 1], [1, 0], [1, 1]',
    ['Run', 'Type', 'Random stream', 'Epochs', 'Last loss', 'Predictions', 'Accuracy'],
    runs.map(({ name, run: { configuration, loss, predictions, accuracy } }) => [
      name,
      configuration.dtype,
      `${configuration.rng}, seed ${configuration.seed}`,
      String(configuration.epochs),
      last(loss).toPrecision(4),
      predictions.map((p) => p.toFixed(4)).join(', '),
      accuracy.toFixed(2),
    ]),
    [3, 4, 6],
  );

const comparisonSection = (comparison: Comparison): string => `
<section id="comparison"><h2>The hand derivation beside the graph</h2>
<p>The twelve quantities of the notebook, computed in plain loops by the hand derivation and by the graph's nodes, at the
same parameters. Each row shows the element where the two differ most, or else the largest one, and is judged by its own
line: a quantity that is wrong for what it reads alone follows. ${escape(trainingText(comparison))}.</p>
${comparison.epochs.map(({ epoch, rows }) => quantityTable(epoch, rows)).join('\n')}
<h3>Gradients beside central differences</h3>
${gradientTable(`At the start, nudged by seeded noise so that every |Z1| is above ${margin}`, comparison.nudged)}
<p>At the start itself, Z1 of the input [0, 0] is exactly 0, on the kink of relu. Central differences then measure the mean
of two slopes, so they are off, for b1 above all; the gradient, with relu′(0) = 0, is right.</p>
${gradientTable('At the start itself', comparison.onKink)}</section>`;

const derivationSection = (rows: readonly DerivationRow[]): string => `
<section id="derivation"><h2>Each gradient, derived</h2>
<p>A dot between matrices multiplies position by position; two matrices side by side are a matrix product. The second
formula of each is written by the graph itself, from the records of its ops. The graph is simplified for the four points,
so that it has a number where the hand derivation has N.</p>
${rows
  .map(
    ({ name, rule, byHand, byGraph }) => `<div class="derivation" id="${name}"><p>${escape(rule)}</p><dl>
<dt>by hand</dt><dd>${typeset(byHand)}</dd><dt>by the graph</dt><dd>${typeset(byGraph)}</dd></dl></div>`,
  )
  .join('\n')}</section>`;

/** The report: one page that needs nothing from outside. */
export function page(parts: PageParts): string {
  const { runs, charts, comparison, derivation, activation, printed, scripts } = parts;
  const figure = ({ name, title }: Chart): string =>
    `<figure><div data-chart="${escape(name)}" role="img" aria-label="${escape(title)}"></div></figure>`;
  const chartsIn = (section: Section): string =>
    charts
      .filter((chart) => chart.section === section)
      .map(figure)
      .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyOf(scripts)}"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>XOR as a computation graph</title><link rel="icon" href="data:,"><style>${style}</style></head><body>
<header><h1>XOR as a computation graph</h1>
<p>A network of 2 inputs, one hidden layer and one output learns XOR. The model is declared as a graph, its gradient is
another graph, and both are below.</p>
<nav><a href="#training">Training</a><a href="#surface">Surfaces</a><a href="#activation">Activation</a><a href="#graph">Graph</a>${
    comparison === undefined ? '' : '<a href="#comparison">Comparison</a>'
  }${derivation.length === 0 ? '' : '<a href="#derivation">Derivation</a>'}</nav></header>
<main><section id="training"><h2>Training</h2>${runTable(runs)}<div class="charts">${chartsIn('training')}</div></section>
<section id="surface"><h2>Prediction surfaces</h2><p>The line is where the prediction is 0.5. Turn the surfaces with their
sliders.</p><div class="charts">${chartsIn('surface')}</div></section>
<section id="activation"><h2>The activation and its derivative</h2>
<p>${escape(activation.name)}: ${typeset(activation.formula)}, with the derivative ${typeset(activation.derivative)}</p>
<div class="charts">${chartsIn('activation')}</div></section>
<section id="graph"><h2>The graph, forward and backward</h2>${chartsIn('graph')}
<h3>The same as text</h3><pre>${escape(printed)}</pre></section>
${comparison === undefined ? '' : comparisonSection(comparison)}
${derivation.length === 0 ? '' : derivationSection(derivation)}</main>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}</body></html>
`;
}
