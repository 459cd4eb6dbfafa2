import type { ImportedFunction, ModuleFunction } from '../binary/module.js';
import { library, type LibraryName } from '../math/library.js';

/** The functions of a module while it is written: each has its index from the start. */
export class FunctionTable {
  readonly imports: readonly ImportedFunction[] = [
    { module: 'env', name: 'kernel', parameters: ['i32'], results: [] },
  ];
  readonly functions: ModuleFunction[] = [];
  /** Whether a product and a sum may be rounded together. */
  readonly relaxed: boolean;
  readonly #library = new Map<LibraryName, number>();

  constructor(relaxed: boolean) {
    this.relaxed = relaxed;
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
