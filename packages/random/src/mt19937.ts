import { at } from '@adjoint/core';
import type { Uint32Source } from './uint32.js';

/**
 * The Mersenne Twister MT19937: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); constants and
 * the two ways of seeding from the authors' `mt19937ar.c` (2002).
 */

const stateSize = 624;
const middle = 397;
const twistMatrix = 0x9908b0df;

const mixed = (word: number): number => word ^ (word >>> 30);

/** `init_genrand`: the state for one 32-bit seed. */
function seededState(seed: number): Uint32Array {
  const state = new Uint32Array(stateSize);
  state[0] = seed;
  for (let i = 1; i < stateSize; i++) state[i] = Math.imul(1812433253, mixed(at(state, i - 1))) + i;
  return state;
}

/** `init_by_array`: the state for any number of 32-bit words. */
function keyedState(key: Uint32Array): Uint32Array {
  const state = seededState(19650218);
  let i = 1;
  const mixIn = (multiplier: number, addend: number): void => {
    state[i] = (at(state, i) ^ Math.imul(multiplier, mixed(at(state, i - 1)))) + addend;
    if (++i === stateSize) {
      state[0] = at(state, stateSize - 1);
      i = 1;
    }
  };
  for (let k = 0; k < Math.max(stateSize, key.length); k++) {
    const j = k % key.length;
    mixIn(1664525, at(key, j) + j);
  }
  for (let k = 1; k < stateSize; k++) mixIn(1566083941, -i);
  state[0] = 0x80000000;
  return state;
}

/** Replaces the whole state by the next one. */
function twist(state: Uint32Array): void {
  for (let i = 0; i < stateSize; i++) {
    const y = (at(state, i) & 0x80000000) | (at(state, (i + 1) % stateSize) & 0x7fffffff);
    state[i] = at(state, (i + middle) % stateSize) ^ (y >>> 1) ^ (y & 1 ? twistMatrix : 0);
  }
}

function mt19937(state: Uint32Array): Uint32Source {
  let next = stateSize;
  return () => {
    if (next === stateSize) {
      twist(state);
      next = 0;
    }
    let y = at(state, next++);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  };
}

/** MT19937 seeded with a number from 0 to 2³² − 1. */
export const mt19937FromSeed = (seed: number): Uint32Source => mt19937(seededState(seed));

/** MT19937 seeded with one or more 32-bit words. */
export const mt19937FromKey = (key: Uint32Array): Uint32Source => mt19937(keyedState(key));
