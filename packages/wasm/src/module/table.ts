import type { ImportedFunction, ModuleFunction, Signature } from '../binary/module.js';
import { helpFunction, serveFunction, shareFunction } from './threads.js';
import { library, type LibraryName } from './library.js';

/** The type of a parallel kernel's function, which is given a part: the first of the module. */
const PART_TYPE = 0;
export const partTypes: readonly Signature[] = [{ parameters: ['i32'], results: [] }];

/** The functions of a module while it is written: each has its index from the start. */
export class FunctionTable {
  readonly imports: readonly ImportedFunction[] = [
    { module: 'env', name: 'kernel', parameters: ['i32'], results: [] },
  ];
  readonly functions: ModuleFunction[] = [];
  /** Whether a product and a sum may be rounded together. */
  readonly relaxed: boolean;
  /** The functions of parallel kernels, which threads share the parts of. */
  readonly parallel: number[] = [];
  /** The function that hands a kernel's parts out to threads; none where there is one thread. */
  readonly share: number | undefined;
  readonly #library = new Map<LibraryName, number>();

  /** @param control where threads find their tickets; none where there is one thread */
  constructor(relaxed: boolean, control: number | undefined) {
    this.relaxed = relaxed;
    if (control === undefined) return;
    const help = this.add(helpFunction(control, PART_TYPE));
    this.share = this.add(shareFunction(control, help));
    this.add(serveFunction(control, help));
  }

  /** The imported function that runs an op's own kernel: it is given which. */
  readonly trampoline = 0;

  /** @returns the index by which it is called */
  add(made: ModuleFunction): number {
    return this.imports.length + this.functions.push(made) - 1;
  }

  /** The index of a library function, which is in the module from now on. */
  library(name: LibraryName): number {
    const index = this.#library.get(name) ?? this.add(library[name]());
    this.#library.set(name, index);
    return index;
  }
}
