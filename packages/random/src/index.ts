export * from './numpy.js';
export * from './tensorflow.js';
export { randomPlugin } from './plugin.js';
