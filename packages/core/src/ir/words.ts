import { aLambda } from '../scalar/expression.js';
import { at } from '../support/list.js';
import {
  aBoolean,
  aDType,
  aList,
  aRecord,
  anInteger,
  aNatural,
  aNumber,
  aShape,
  aString,
  integers,
  isOf,
  naturals,
  remedyFor,
  type Sort,
} from '../value/argument.js';
import { describe, quoted } from '../support/describe.js';
import { aTensor } from '../value/tensor.js';
import {
  isList,
  isOptional,
  isOwn,
  isTuple,
  required,
  type Description,
  type Field,
  type Word,
} from './description.js';
import type { Problem } from './grammar.js';
import { aComposite, aGraph } from './sorts.js';

/** The check of attributes against the words that describe them. */

/** What each word describes. */
export const sortOfWord: Readonly<Record<Word, Sort>> = {
  integer: anInteger,
  natural: aNatural,
  number: aNumber,
  boolean: aBoolean,
  string: aString,
  integers,
  naturals,
  shape: aShape,
  dtype: aDType,
  tensor: aTensor,
  axis: anInteger,
  axes: integers,
  order: integers,
  newAxes: integers,
  graph: aGraph,
  expression: aLambda,
  composite: aComposite,
};

const unexpected = (path: string, name: string, given: unknown, of?: Sort): Problem => {
  const remedy = of && remedyFor(of, given);
  const problem = `${path === '' ? 'the attributes' : path} should be ${name}, found ${describe(given)}`;
  return { problem, ...(remedy === undefined ? {} : { remedy }) };
};

type Entries = readonly (readonly [name: string, field: Field])[];

const known = new WeakMap<Description, Entries>();

/** The fields of a description; remembered, for every node that is built is checked. */
function fieldsOf(description: Description): Entries {
  const entries = known.get(description) ?? Object.entries(description);
  known.set(description, entries);
  return entries;
}

/** What is wrong with a field, if anything is. Paths of fields are their names, for most are at the top. */
function fieldFault(given: unknown, field: Field, path: string): Problem | undefined {
  if (isOptional(field) && given === undefined) return undefined;
  const needed = required(field);
  if (typeof needed === 'string') {
    const of = sortOfWord[needed];
    return isOf(of, given) ? undefined : unexpected(path, of.name, given, of);
  }
  if (isTuple(needed)) {
    if (!isOf(aList, given) || given.length !== needed.length) {
      return unexpected(path, `a list of ${needed.length}`, given);
    }
    return firstFault(needed, (each, index) => fieldFault(given[index], each, `${path}[${index}]`));
  }
  if (isList(needed)) {
    if (!isOf(aList, given)) return unexpected(path, 'a list', given, aList);
    return firstFault(given, (each, index) => fieldFault(each, needed.list, `${path}[${index}]`));
  }
  if (isOwn(needed)) {
    const { codec } = needed;
    return codec.is(given) ? undefined : unexpected(path, codec.name, given);
  }
  if (!isOf(aRecord, given)) return unexpected(path, aRecord.name, given);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(needed, key));
  if (unknown !== undefined) {
    const expected = Object.keys(needed).join(', ') || 'none';
    return { problem: `there is no attribute ${quoted(unknown)}; expected ${expected}` };
  }
  const within = path === '' ? '' : `${path}.`;
  return firstFault(fieldsOf(needed), ([key, each]) => fieldFault(given[key], each, within + key));
}

function firstFault<T>(
  list: readonly T[],
  faultOf: (each: T, index: number) => Problem | undefined,
): Problem | undefined {
  for (let index = 0; index < list.length; index++) {
    const fault = faultOf(at(list, index), index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What is wrong with the attributes of an op, if anything is. */
export const attributesFault = (description: Description, attributes: unknown): Problem | undefined =>
  fieldFault(attributes, description, '');
