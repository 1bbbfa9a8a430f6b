// Several logs, each in its own order of time, as one.

import type { LogRecord } from '#model/event.ts';

/** Reads one record ahead per log, so that memory stays small however long the logs are. */
export async function* mergeByTime(logs: readonly AsyncIterable<LogRecord>[]): AsyncIterable<LogRecord> {
  const readers = logs.map((log) => log[Symbol.asyncIterator]());
  try {
    const heads = (await Promise.all(readers.map(readHead))).filter((head) => head !== null);
    while (heads.length > 0) {
      const index = earliest(heads);
      // `earliest` names one of the heads.
      const head = heads[index] as Head;
      yield head.record;
      const next = await readHead(head.reader);
      if (next === null) heads.splice(index, 1);
      else heads[index] = next;
    }
  } finally {
    await Promise.all(readers.map((reader) => Promise.resolve(reader.return?.())));
  }
}

type Head = { readonly reader: AsyncIterator<LogRecord>; readonly record: LogRecord };

async function readHead(reader: AsyncIterator<LogRecord>): Promise<Head | null> {
  const { done, value } = await reader.next();
  return done === true ? null : { reader, record: value };
}

/** RFC 3339 in UTC with nine digits compares as text; of equal times the first log's comes first. */
function earliest(heads: readonly Head[]): number {
  let best = 0;
  heads.forEach(({ record }, index) => {
    if (record.timestamp < (heads[best]?.record.timestamp ?? '')) best = index;
  });
  return best;
}
