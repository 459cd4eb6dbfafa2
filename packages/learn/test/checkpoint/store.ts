import type { FileStore } from '@adjoint/formats';

/** A store in memory, that tells what was asked of it and can fail. */
export interface MemoryStore extends FileStore {
  readonly files: Map<string, Uint8Array>;
  /** What was written and removed, in order. */
  readonly log: string[];
  /** From how many bytes on a file is too much for it; Infinity unless set. */
  room: number;
}

export function memoryStore(): MemoryStore {
  const files = new Map<string, Uint8Array>();
  const log: string[] = [];
  const store: MemoryStore = {
    name: 'memory',
    files,
    log,
    room: Infinity,
    list: () => Promise.resolve([...files.keys()]),
    read: (name) => {
      const bytes = files.get(name);
      return bytes === undefined ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(bytes);
    },
    write: (name, bytes) => {
      if (bytes.length > store.room) return Promise.reject(new Error('ENOSPC: no space left on device'));
      log.push(`write ${name}`);
      files.set(name, bytes.slice());
      return Promise.resolve();
    },
    append: (name, bytes) => {
      files.set(name, Uint8Array.of(...(files.get(name) ?? []), ...bytes));
      return Promise.resolve();
    },
    remove: (name) => {
      log.push(`remove ${name}`);
      files.delete(name);
      return Promise.resolve();
    },
  };
  return store;
}
