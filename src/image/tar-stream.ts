import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { createTarPacker } from 'modern-tar';
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
    for await (const { header, body } of entries) {
      const writer = controller.add(header).getWriter();
      // Its failure is also the one of the write that it follows.
      writer.closed.catch(() => {});
      if (body !== null) for await (const chunk of body) await writer.write(chunk);
      await writer.close();
    }
    controller.finalize();
  } catch (error) {
    archive.destroy(error as Error);
  }
}
