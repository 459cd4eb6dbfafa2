import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { input } from '../families/source.js';
import { control } from '../families/written.js';
import type {
  ControlFamily,
  Cotangents,
  Found,
  Graph,
  KernelCall,
  OpOf,
  PullbackCall,
  Value,
} from '../ir/grammar.js';
import { instantiate, subgraph } from '../ir/graph.js';
import { build } from '../ir/node.js';
import { refused, rightOrThrow } from '../ir/problem.js';
import { fitBody } from '../ir/rebind.js';
import { at } from '../support/list.js';
import { isFloat } from '../value/dtype.js';
import { AdjointException, formatType, opError } from '../value/error.js';
import { limits } from '../value/limits.js';
import { sameType, type TensorType } from '../value/shape.js';
import { sliceOf } from '../value/tensor.js';
import { zerosLike } from './broadcast.js';
import { add } from './elementwise.js';
import { someValues } from '../ir/sorts.js';
import {
  aBoolean,
  aFunction,
  aNatural,
  expectArgument,
  expectOptions,
  isRecord,
  sort,
  type Sort,
} from '../value/argument.js';

/**
 * The body's inputs are the carries, a slice of each sequence, and the constants; its outputs the next carries, and
 * a slice of each stacked result. The operands come in the same order, the outputs too.
 */
export interface ScanAttributes {
  readonly body: Graph;
  readonly carries: number;
  readonly sequences: number;
  /** The number of steps where there is no sequence to tell it. */
  readonly length?: number;
  /** From the last slice to the first; stacked results keep the places of their slices. */
  readonly reverse: boolean;
}

export interface ScanOptions {
  /** The carries before the first step. */
  readonly init: readonly Value[];
  /** Sliced along their first axis, one slice a step. */
  readonly sequences?: readonly Value[];
  /** What the body uses from outside: it sees nothing else. */
  readonly constants?: readonly Value[];
  /** How many steps, where there is no sequence. */
  readonly length?: number;
  readonly reverse?: boolean;
}

export type ScanBody = (
  carries: readonly Value[],
  slices: readonly Value[],
  constants: readonly Value[],
) => { readonly carries: readonly Value[]; readonly stacked?: readonly Value[] };

const sliceType = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: shape.slice(1) });

/** The types that the body's inputs have for these operands. */
const bodyTypes = (
  inputs: readonly TensorType[],
  { carries, sequences }: ScanAttributes,
): readonly TensorType[] =>
  inputs.map((type, index) => (index >= carries && index < carries + sequences ? sliceType(type) : type));

/** The number of steps, which the sequences tell, or the length where there is none. */
export function stepsOf(
  inputs: readonly TensorType[],
  { carries, sequences, length }: ScanAttributes,
): Found<number> {
  if (sequences === 0) {
    return length === undefined
      ? refused('nothing tells how many steps there are', 'Give a sequence, or a length.')
      : length <= limits.steps
        ? E.right(length)
        : refused(`takes at most ${limits.steps} steps, given ${length}`);
  }
  if (length !== undefined) {
    return refused('the number of steps is that of the sequences; a length is for scans without one');
  }
  const [steps, ...others] = inputs.slice(carries, carries + sequences).map(({ shape }) => shape[0]);
  return steps === undefined || others.some((other) => other !== steps)
    ? refused('the sequences have different lengths, or none')
    : E.right(steps);
}

function types(inputs: readonly TensorType[], attributes: ScanAttributes): Found<readonly TensorType[]> {
  const { body, carries, sequences } = attributes;
  const outputs = Object.values(body.outputs);
  if (
    inputs.length !== body.inputs.length ||
    inputs.length < carries + sequences ||
    outputs.length < carries
  ) {
    return refused(`the body takes ${body.inputs.length} operands, given ${inputs.length}`);
  }
  const found = stepsOf(inputs, attributes);
  if (E.isLeft(found)) return found;
  const steps = found.right;
  const expected = bodyTypes(inputs, attributes);
  const wrong = body.inputs.findIndex((value, index) => !sameType(value, at(expected, index)));
  if (wrong >= 0) {
    const [taken, given] = [at(body.inputs, wrong), expected[wrong]].map((type) => type && formatType(type));
    return refused(`the body does not fit operand ${wrong}: it takes ${taken}, given ${given}`);
  }
  const changed = outputs.slice(0, carries).findIndex((next, index) => !sameType(next, at(inputs, index)));
  if (changed >= 0) {
    const [from, to] = [formatType(at(inputs, changed)), formatType(at(outputs, changed))];
    return refused(`the body changes the type of carry ${changed}: ${from} became ${to}`);
  }
  return E.right(
    outputs.map(({ dtype, shape }, index) => ({ dtype, shape: index < carries ? shape : [steps, ...shape] })),
  );
}

/** Fills the outputs, one step after the other. */
function runSteps({ inputs, outputs, attributes, evaluate }: KernelCall<ScanAttributes>): void {
  const { body, carries, sequences, reverse } = attributes;
  const steps = rightOrThrow(stepsOf(inputs, attributes));
  const constants = inputs.slice(carries + sequences);
  let carried = inputs.slice(0, carries);
  for (let each = 0; each < steps; each++) {
    const step = reverse ? steps - 1 - each : each;
    const slices = inputs.slice(carries, carries + sequences).map((sequence) => sliceOf(sequence, step));
    const results = evaluate(body, [...carried, ...slices, ...constants]);
    carried = results.slice(0, carries);
    for (const [index, { data }] of results.entries()) {
      if (index >= carries) at(outputs, index).data.set(data, step * data.length);
    }
  }
  carried.forEach(({ data }, index) => at(outputs, index).data.set(data));
}

/** Inputs of a body for these operands, under fresh names. */
const bodyInputs = (operands: readonly TensorType[], name: string): readonly Value[] =>
  operands.map(({ dtype, shape }, index) => input(`${name}${index}`, shape, dtype));

/** What a body gives. */
const aScanResult: Sort<ReturnType<ScanBody>> = sort(
  'a function that returns { carries: […], stacked: […] }',
  (u): u is ReturnType<ScanBody> =>
    isRecord(u) && someValues.is(u.carries) && (u.stacked === undefined || someValues.is(u.stacked)),
  'Both are lists of values; stacked may be left out.',
);

/** A body built by `body`, applied. */
function applyScan(body: ScanBody, options: ScanOptions): readonly Value[] {
  expectArgument('scan', 'body', body, aFunction);
  expectOptions('scan', options, {
    init: someValues,
    sequences: someValues,
    constants: someValues,
    length: aNatural,
    reverse: aBoolean,
  });
  const { init, sequences = [], constants = [], length, reverse = false } = options;
  expectArgument('scan', 'init', init, someValues);
  const operands = [...init, ...sequences, ...constants];
  const misfit = (problem: string, remedy: string): AdjointException =>
    new AdjointException(opError('scan', operands, { problem, remedy }));
  const flat = sequences.findIndex(({ shape }) => shape.length === 0);
  if (flat >= 0) {
    const problem = `operand ${init.length + flat}, a sequence, has no axis to be sliced along`;
    throw misfit(problem, 'A sequence has one slice a step along its first axis; a constant stays the same.');
  }
  const carries = bodyInputs(init, 'carry');
  const slices = bodyInputs(sequences.map(sliceType), 'slice');
  const shared = bodyInputs(constants, 'constant');
  const made = body(carries, slices, shared);
  expectArgument('scan', 'body', made, aScanResult);
  if (made.carries.length !== init.length) {
    const problem = `the body returns ${made.carries.length} carries, for ${init.length} in init`;
    throw misfit(problem, 'A step hands on each carry, in the order of init.');
  }
  const outputs = Object.fromEntries([
    ...made.carries.map((value, index) => [`carry${index}`, value] as const),
    ...(made.stacked ?? []).map((value, index) => [`stacked${index}`, value] as const),
  ]);
  const bodyGraph = subgraph(outputs, [...carries, ...slices, ...shared]);
  return build(scan, operands, {
    body: bodyGraph,
    carries: init.length,
    sequences: sequences.length,
    ...(length === undefined ? {} : { length }),
    reverse,
  }).outputs;
}

const isDifferentiable = ({ dtype }: TensorType): boolean => isFloat(dtype);

/** The carries that entered each step, stacked: the forward scan again, with its carries as results. */
function historyOf({ inputs, attributes }: PullbackCall<ScanAttributes>): readonly Value[] {
  const { body, carries } = attributes;
  const next = Object.entries(body.outputs).slice(0, carries);
  const entering = body.inputs.slice(0, carries).map((value, index) => [`entering${index}`, value] as const);
  const recording = subgraph(Object.fromEntries([...next, ...entering]), body.inputs);
  return build(scan, inputs, { ...attributes, body: recording }).outputs.slice(carries);
}

/**
 * A scan from the last step to the first. Its carries are the cotangents of the carries, and the sums so far of the
 * constants' cotangents; its sequences the recorded carries, the sequences, and the stacked results' cotangents.
 */
function pullback(call: PullbackCall<ScanAttributes>): Cotangents {
  const { inputs, outputs, cotangents, attributes, differentiate } = call;
  const { body, carries, sequences, length, reverse } = attributes;
  const given = outputs.map((output, index) => cotangents[index] ?? zerosLike(output));
  const sequenceOperands = inputs.slice(carries, carries + sequences);
  const constants = inputs.slice(carries + sequences);
  const floating = constants.filter(isDifferentiable);

  const finalCotangents = given.slice(0, carries).filter(isDifferentiable);
  const stackedCotangents = given.slice(carries).filter(isDifferentiable);
  const backwardSequences = [...historyOf(call), ...sequenceOperands, ...stackedCotangents];

  const derivative = differentiate(body);
  const results = scan(
    (carried, slices, shared) => {
      const carryCotangents = carried.slice(0, finalCotangents.length);
      const sums = carried.slice(finalCotangents.length);
      const operands = [...slices.slice(0, carries + sequences), ...shared];
      const slicedCotangents = slices.slice(carries + sequences);
      const all = instantiate(derivative, [...operands, ...carryCotangents, ...slicedCotangents]);
      const ofCarries = all.slice(0, finalCotangents.length);
      const ofConstants = all.slice(all.length - floating.length);
      return {
        carries: [...ofCarries, ...sums.map((sum, index) => add(sum, at(ofConstants, index)))],
        stacked: all.slice(finalCotangents.length, all.length - floating.length),
      };
    },
    {
      init: [...finalCotangents, ...floating.map(zerosLike)],
      sequences: backwardSequences,
      constants,
      reverse: !reverse,
      ...(backwardSequences.length === 0 && length !== undefined ? { length } : {}),
    },
  );

  // Handed out in the order of the operands: carries, then sequences, then constants.
  const ordered = [
    ...results.slice(0, finalCotangents.length),
    ...results.slice(finalCotangents.length + floating.length),
    ...results.slice(finalCotangents.length, finalCotangents.length + floating.length),
  ];
  return inputs.map((operand) => (isDifferentiable(operand) ? ordered.shift() : undefined));
}

/**
 * A loop: the body maps the carries, a slice of each sequence and the constants to the next carries and to results
 * that are stacked along a new first axis. Gives the last carries, then the stacked results.
 * @throws AdjointException where the body uses a value from outside, or changes a carry's type
 * @example
 * // running sums of x: f64[2]
 * const [total, sums] = scan(
 *   ([sum], [xi]) => { const next = add(sum, xi); return { carries: [next], stacked: [next] }; },
 *   { init: [constant(0)], sequences: [x] },
 * );
 * sums.shape // [2]
 */
export const scan: typeof applyScan & OpOf<ControlFamily<ScanAttributes>, ScanAttributes> = control(
  {
    name: 'scan',
    attributes: {
      body: 'graph',
      carries: 'natural',
      sequences: 'natural',
      reverse: 'boolean',
      length: 'natural?',
    },
  },
  {
    form: 'scan',
    types,
    specialize: (inputs, attributes) =>
      pipe(
        fitBody(attributes.body, bodyTypes(inputs, attributes)),
        E.map((body) => ({ ...attributes, body })),
      ),
    kernel: runSteps,
    pullback,
    describe: ({ length, reverse }) =>
      [...(length === undefined ? [] : [`length=${length}`]), ...(reverse ? ['reverse'] : [])].join(', '),
  },
  applyScan,
);
