import { bytesPerElement } from '@adjoint/core/extend';
import type { Plan, ScheduledProgram } from '@adjoint/compiler';
import { FunctionBody } from '../binary/code.js';
import { encodeModule } from '../binary/module.js';
import { MOST_PAGES, pagesFor } from '../module/target.js';
import { advance, writeCopy, writeKernels } from './kernels.js';
import type { Context } from './loops.js';
import { FunctionTable, partTypes } from '../module/table.js';

/** The export that runs a program. */
export const runName = (program: string): string => `run ${program}`;

/** `run <program>(steps)`: the step, then every slot moved on and every wanted output recorded, as often as asked. */
function writeProgram({ name, feeds, outputs, body }: ScheduledProgram, context: Context): void {
  const { memory, table } = context;
  const step = new FunctionBody(0);
  writeKernels(body, step, context);
  const stepIndex = table.add({ parameters: [], results: [], body: step });

  const run = new FunctionBody(1);
  run.nested('loop', () => {
    run.op('call', stepIndex);
    for (const { buffer, slot } of feeds) {
      if (slot !== undefined) advance(run, memory.slot(slot), buffer.size * bytesPerElement[buffer.dtype]);
    }
    for (const { buffer, record } of outputs) {
      const [slot, bytes] = [memory.slot(record), buffer.size * bytesPerElement[buffer.dtype]];
      const pushRecord = (): void => {
        run.i32(slot);
        run.memory('i32.load', 0);
      };
      pushRecord();
      run.nested('if', () => {
        writeCopy(run, pushRecord, () => run.i32(memory.address(buffer)), bytes);
        advance(run, slot, bytes);
      });
    }
    run.op('local.get', 0);
    run.i32(1);
    run.op('i32.sub');
    run.op('local.tee', 0);
    run.op('br_if', 0);
  });
  table.add({ parameters: ['i32'], results: [], body: run, exported: runName(name) });
}

/**
 * Encodes planned programs as one module.
 * @param relaxed whether a product and a sum may be rounded together
 */
export function emitModule(
  { programs, memory, control, size }: Plan,
  relaxed: boolean,
): Uint8Array<ArrayBuffer> {
  const table = new FunctionTable(relaxed, control);
  const context: Context = { memory, table };
  for (const program of programs.values()) writeProgram(program, context);
  return encodeModule({
    imports: table.imports,
    functions: table.functions,
    types: partTypes,
    table: table.parallel,
    memory: { initial: pagesFor(size), maximum: MOST_PAGES, shared: control !== undefined },
  });
}
