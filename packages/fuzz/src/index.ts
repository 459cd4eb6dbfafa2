export { search, signatureOf, type Finding } from './search.js';
export { targets } from './targets.js';
export type { Target } from './target.js';
export type { Fault } from './watch/message.js';
export { Runner } from './watch/runner.js';
