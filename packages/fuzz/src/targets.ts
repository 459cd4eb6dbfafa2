import { commands } from './commands/target.js';
import { graphs } from './graphs/target.js';
import { plugins } from './plugins/target.js';
import { tensors } from './tensors/target.js';
import { programs } from './programs/target.js';
import type { Target } from './target.js';

export const targets: readonly Target[] = [graphs, tensors, plugins, commands, programs];
