import { refuse } from '@adjoint/core';

/**
 * A seed as a bigint, from `least` to `most` where these are given; `family` names the streams in the error.
 * @throws AdjointException where the seed is not a whole number, or out of that range
 */
export function integerSeed(
  family: string,
  seed: number | bigint,
  { least, most }: { readonly least?: bigint; readonly most?: bigint } = {},
): bigint {
  const range = `${least === undefined ? '' : ` from ${least}`}${most === undefined ? '' : ` to ${most}`}`;
  const refuseSeed = (remedy?: string): never =>
    refuse('option', ['seed'], `${family} expects a whole number${range}, found ${seed}`, remedy);
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    refuseSeed(Number.isInteger(seed) ? 'write a seed beyond 2^53 as a bigint' : undefined);
  }
  const value = BigInt(seed);
  if ((least !== undefined && value < least) || (most !== undefined && value > most)) refuseSeed();
  return value;
}
