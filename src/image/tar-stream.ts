import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { createTarPacker } from 'modern-tar';
import type { TarHeader } from 'modern-tar';
import type { ContextEntry } from './context-entries.ts';

/** An archive as a byte stream, written as fast as it is read. Destroying it stops the entries. */
export function tarStream(entries: AsyncIterable<ContextEntry>): Readable {
  const { readable, controller } = createTarPacker();
  const archive = Readable.fromWeb(readable as ReadableStream<Uint8Array>);
  void pack(entries, controller, archive);
  return archive;
}

async function pack(
  entries: AsyncIterable<ContextEntry>,
  controller: ReturnType<typeof createTarPacker>['controller'],
  archive: Readable,
): Promise<void> {
  try {
    for await (const entry of entries) {
      const writer = controller.add(headerOf(entry)).getWriter();
      // Its failure is also the one of the write that it follows.
      writer.closed.catch(() => {});
      for await (const chunk of entry.content()) await writer.write(chunk);
      await writer.close();
    }
    controller.finalize();
  } catch (error) {
    archive.destroy(error as Error);
  }
}

/** Owned by root unless it is said, as Docker sends a build context: who builds must not change what is built. */
function headerOf({ path, kind, mode, mtimeMs, size, linkTarget, owner = { uid: 0, gid: 0 } }: ContextEntry): TarHeader {
  return {
    name: kind === 'directory' ? `${path}/` : path,
    type: kind,
    mode,
    size,
    mtime: new Date(Math.floor(mtimeMs / 1000) * 1000),
    ...owner,
    ...(kind === 'symlink' ? { linkname: linkTarget } : {}),
  };
}
