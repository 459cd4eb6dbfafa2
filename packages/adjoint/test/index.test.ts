import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as autograd from '@adjoint/autograd';
import * as core from '@adjoint/core';
import * as coreExtend from '@adjoint/core/extend';
import * as learn from '@adjoint/learn';
import * as random from '@adjoint/random';
import * as wasm from '@adjoint/wasm';
import * as adjoint from 'adjoint';
import * as extend from 'adjoint/extend';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
const listed = new Set([...readme.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));

describe('adjoint', () => {
  it('exports all that its parts export, under names that no two of them share', () => {
    const parts = [core, random, autograd, learn, wasm].map((part) => Object.entries(part));
    expect(new Map(Object.entries(adjoint))).toEqual(new Map(parts.flat()));
    expect(Object.keys(adjoint)).toHaveLength(parts.flat().length);
  });

  it('has the entry for authors of ops', () => {
    expect(Object.entries(extend)).toEqual(Object.entries(coreExtend));
  });

  it('exports what its README lists, and lists what it exports', () => {
    const names = new Set(Object.keys(adjoint));
    expect([...names].filter((name) => !listed.has(name))).toEqual([]);
    const known = new Set([...names, ...Object.keys(extend)]);
    // Words of an Either are no exports.
    const words = ['adjoint', '_tag', 'right', 'left', 'pipe', 'Either'];
    expect([...listed].filter((name) => !known.has(name) && !words.includes(name))).toEqual([]);
  });
});
