import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '#model/event.ts';
import { mergeByTime } from './merge-by-time.ts';

const record = (service: string, at: number): LogRecord => ({
  service,
  replicaName: `${service}-1`,
  number: 1,
  stream: 'stdout',
  timestamp: new Date(at).toISOString(),
  text: String(at),
});

async function* logOf(records: readonly LogRecord[], onEnd: () => void = () => {}): AsyncIterable<LogRecord> {
  try {
    yield* records;
  } finally {
    onEnd();
  }
}

test('every line of every log comes once, in the order of time', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 1e12 }).map(Math.abs)).map((list) => list.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.array(times, { maxLength: 6 }), async (logs) => {
      const merged: string[] = [];
      for await (const { text } of mergeByTime(logs.map((log, index) => logOf(log.map((at) => record(`s${index}`, at))))))
        merged.push(text);
      expect(merged.map(Number)).toEqual(logs.flat().sort((a, b) => a - b));
    }),
  );
});

test('a reader that leaves early closes every log', async () => {
  const closed: string[] = [];
  const logs = ['a', 'b'].map((name) => logOf([record(name, 1), record(name, 2)], () => closed.push(name)));
  for await (const _ of mergeByTime(logs)) break;
  expect(closed.sort()).toEqual(['a', 'b']);
});
