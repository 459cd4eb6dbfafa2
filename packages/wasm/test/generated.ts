export * from './generated/agreement.js';
export * from './generated/bounds.js';
export * from './generated/numbers.js';
export * from './generated/samples.js';
export * from './generated/shapes.js';
export * from './generated/sources.js';
