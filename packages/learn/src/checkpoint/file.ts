import { fromData, type AdjointError, type Tensor, type Tensors } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import { crc32, parseSafetensors, writeSafetensors } from '@adjoint/formats';
import * as E from 'fp-ts/lib/Either.js';
import type { Checkpoint } from './checkpoint.js';
import type { StoredText } from './program-text.js';

/** A checkpoint as a safetensors file: its tensors by `state/PATH`, `snapshot/STEP/PATH` and `loss`, the rest as texts. */

const FORMAT = 'adjoint.checkpoint.1';
const [STATE, SNAPSHOT, LOSS] = ['state/', 'snapshot/', 'loss'];

/** A checkpoint with the program that it is of. */
export interface StoredCheckpoint extends Checkpoint {
  readonly program: StoredText;
}

/** Texts and tensors in one checksum, so that a damage within the elements is found as well. */
function checksumOf(
  texts: readonly (readonly [string, string])[],
  tensors: ReadonlyMap<string, Tensor>,
): string {
  const names = [...tensors.keys()].sort();
  const types = names.map((name) => [name, tensors.get(name)?.dtype, tensors.get(name)?.shape]);
  const head = JSON.stringify([[...texts].sort(([a], [b]) => (a < b ? -1 : 1)), types]);
  let checksum = crc32(new TextEncoder().encode(head));
  for (const name of names) {
    const data = tensors.get(name)?.data;
    if (data !== undefined) {
      checksum = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), checksum);
    }
  }
  return checksum.toString(16);
}

/** The bytes of a checkpoint. */
export function writeCheckpoint({ step, state, loss, snapshots, program }: StoredCheckpoint): Uint8Array {
  const under = (prefix: string, tensors: Tensors): (readonly [string, Tensor])[] =>
    Object.entries(tensors).map(([path, tensor]) => [`${prefix}${path}`, tensor]);
  const tensors = new Map<string, Tensor>([
    [LOSS, fromData('f64', [loss.length], loss)],
    ...under(STATE, state),
    ...[...snapshots].flatMap(([at, kept]) => under(`${SNAPSHOT}${at}/`, kept)),
  ]);
  const texts: readonly (readonly [string, string])[] = [
    ['format', FORMAT],
    ['step', String(step)],
    ['program', program.text],
    ['programChecksum', program.checksum],
    // The snapshots' steps: one of a program without states has no tensor.
    ['snapshots', [...snapshots.keys()].join(' ')],
  ];
  return writeSafetensors(Object.fromEntries(tensors), {
    ...Object.fromEntries(texts),
    checksum: checksumOf(texts, tensors),
  });
}

/**
 * The checkpoint in a file.
 * @returns Left where the file is damaged in any way, or holds something else
 */
export function readCheckpoint(bytes: Uint8Array): E.Either<AdjointError, StoredCheckpoint> {
  const file = parseSafetensors(bytes);
  if (E.isLeft(file)) return file;
  const { metadata, tensors: places, read } = file.right;
  const damaged = (problem: string): E.Either<AdjointError, never> =>
    E.left(invalid('checkpoint', [], problem));
  if (metadata.get('format') !== FORMAT) return damaged(`it is no checkpoint: its format is not ${FORMAT}`);
  const tensors = new Map<string, Tensor>();
  for (const name of places.keys()) {
    const tensor = read(name);
    if (E.isLeft(tensor)) return tensor;
    tensors.set(name, tensor.right);
  }
  const texts = [...metadata].filter(([name]) => name !== 'checksum');
  if (checksumOf(texts, tensors) !== metadata.get('checksum')) {
    return damaged('it is damaged: its checksum is another');
  }
  const [step, loss] = [Number(metadata.get('step')), tensors.get(LOSS)];
  const [text, checksum] = [metadata.get('program'), metadata.get('programChecksum')];
  if (
    !(loss?.data instanceof Float64Array) ||
    loss.data.length !== step ||
    text === undefined ||
    checksum === undefined
  ) {
    return damaged('it lacks what a checkpoint has');
  }
  const under = (prefix: string): Tensors =>
    Object.fromEntries(
      [...tensors].flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
      ),
    );
  const kept = (metadata.get('snapshots') ?? '').split(' ').filter((at) => at !== '');
  return E.right({
    step,
    loss: loss.data,
    state: under(STATE),
    snapshots: new Map(kept.map((at) => [Number(at), under(`${SNAPSHOT}${at}/`)])),
    program: { text, checksum },
  });
}
