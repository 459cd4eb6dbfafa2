export * from './dtype.js';
export * from './error.js';
export * from './shape.js';
export * from './tensor.js';
export * from './random/stream.js';
