// What a target is, and how programs are compiled for it
export type { Target } from './target/target.js';
export { compilePrograms, planPrograms, type Compiled } from './compile.js';
export { formatBytes, tooLarge, withoutMemory, type Plan } from './plan/plan.js';
export { explain } from './explain.js';
// The loop IR
export * from './loop/kernel.js';
export { addsProducts, combinationOf, isCombination, type Combiner } from './loop/combine.js';
export { bytesMoved, flopsOf, functionsIn } from './loop/cost.js';
export { printKernel } from './loop/print.js';
// Where the plan has put things
export type { Feed, ScheduledProgram, Output } from './lower/program.js';
export type { Memory, PlacedProgram } from './plan/layout.js';
export { bytesOf, type Placement } from './plan/memory.js';
export { MOST_PARTS } from './schedule/split.js';
// Running what was compiled
export { executableOf } from './run/executable.js';
export type { Machine } from './run/machine.js';
export { runOwnKernel } from './run/trampoline.js';
