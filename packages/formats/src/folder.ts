import { refuse } from '@adjoint/core/extend';
import type { ByteSource } from './safetensors.js';

/** Files by name: a folder, or whatever else keeps bytes. What fails rejects. */
export interface FileStore {
  /** What errors call it, such as the folder's path. */
  readonly name: string;
  /** The names of all files. */
  readonly list: () => Promise<readonly string[]>;
  readonly read: (name: string) => Promise<Uint8Array>;
  /** Puts a file in place of the one that has this name, as a whole or not at all, and to last. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Adds to the end of a file, which may not be there yet. */
  readonly append: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

interface FileHandle {
  readonly read: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number }>;
  readonly stat: () => Promise<{ readonly size: number }>;
  readonly writeFile: (bytes: Uint8Array) => Promise<void>;
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What is used of Node's `node:fs/promises`. */
interface NodeFiles {
  readonly open: (path: string, flags: string) => Promise<FileHandle>;
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<unknown>;
  readonly readdir: (path: string) => Promise<readonly string[]>;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly appendFile: (path: string, bytes: Uint8Array) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly rm: (path: string, options: { readonly force: true }) => Promise<void>;
}

/** Only looked for when it is needed: in a page there is none, and an import would fail there. */
function nodeFiles(): NodeFiles {
  const { process } = globalThis as {
    readonly process?: { readonly getBuiltinModule?: (name: 'node:fs/promises') => NodeFiles | undefined };
  };
  const files = process?.getBuiltinModule?.('node:fs/promises');
  if (files === undefined) throw new TypeError('there are no files here: folders are for Node');
  return files;
}

async function withHandle<A>(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<A>,
): Promise<A> {
  const handle = await nodeFiles().open(path, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

/** The one name under which files are written: what a process left that was killed is written over by the next. */
const UNFINISHED = '.unfinished';

/**
 * A folder of Node's file system. It is made when the first file is written.
 * A file is written beside, brought to the disk, and then renamed, so that it is never there by half.
 * @throws AdjointException where the path is no text
 */
export function nodeFolder(path: string): FileStore {
  if (typeof path !== 'string' || path === '') {
    refuse(
      'argument',
      ['nodeFolder', 'path'],
      `expected the path of a folder, given ${JSON.stringify(path)}`,
    );
  }
  const within = (name: string): string => `${path}/${name}`;
  return {
    name: path,
    list: async () => {
      try {
        const names = await nodeFiles().readdir(path);
        return names.filter((name) => name !== UNFINISHED);
      } catch (thrown) {
        if (isAbsent(thrown)) return [];
        throw thrown;
      }
    },
    read: (name) => nodeFiles().readFile(within(name)),
    write: async (name, bytes) => {
      const files = nodeFiles();
      const beside = within(UNFINISHED);
      await files.mkdir(path, { recursive: true });
      try {
        await withHandle(beside, 'w', async (handle) => {
          await handle.writeFile(bytes);
          await handle.sync();
        });
        await files.rename(beside, within(name));
      } catch (thrown) {
        // Of a full disk nothing should stay. What made the writing fail is what matters, not whether this fails too.
        await files.rm(beside, { force: true }).catch(() => undefined);
        throw thrown;
      }
      // The new name lasts once the folder is on the disk.
      await withHandle(path, 'r', (handle) => handle.sync());
    },
    append: async (name, bytes) => {
      await nodeFiles().mkdir(path, { recursive: true });
      await nodeFiles().appendFile(within(name), bytes);
    },
    remove: (name) => nodeFiles().rm(within(name), { force: true }),
  };
}

/** A file of Node's, for `openSafetensors`. It is opened for each read, so that nothing is left to be closed. */
export async function nodeFile(path: string): Promise<ByteSource> {
  return {
    size: (await withHandle(path, 'r', (handle) => handle.stat())).size,
    read: (start, end) =>
      withHandle(path, 'r', async (handle) => {
        const bytes = new Uint8Array(end - start);
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      }),
  };
}
