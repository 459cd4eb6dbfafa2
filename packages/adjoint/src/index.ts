// What most users need, from one package.
export * from '@adjoint/core';
export * from '@adjoint/random';
export * from '@adjoint/autograd';
export * from '@adjoint/learn';
export * from '@adjoint/wasm';
