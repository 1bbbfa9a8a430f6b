import { expect, test } from 'vitest';
import { mergeStreams } from './merge-streams.ts';

async function* of<Value>(...values: readonly Value[]): AsyncGenerator<Value> {
  for (const value of values) yield await Promise.resolve(value);
}

/** Never yields, and tells when it is closed. */
function silent(closed: () => void): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: () => (closed(), Promise.resolve({ done: true, value: undefined })),
    }),
  };
}

async function all<Value>(stream: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

test('everything that any stream yields comes, and it ends with the last of them', async () => {
  expect((await all(mergeStreams([of(1, 2, 3), of(10), of<number>()]))).sort((a, b) => a - b)).toEqual([1, 2, 3, 10]);
  expect(await all(mergeStreams([]))).toEqual([]);
});

test('a stream that says nothing keeps no other back, and is closed when nobody listens any more', async () => {
  let closed = 0;
  for await (const value of mergeStreams([silent(() => closed++), of('a')])) {
    expect(value).toBe('a');
    break;
  }
  expect(closed).toBe(1);
});

test('a failure is thrown, after what came before it', async () => {
  const failing = (async function* () {
    yield 'a';
    await Promise.resolve();
    throw new Error('lost');
  })();
  const seen: string[] = [];
  let closed = 0;
  const read = async (): Promise<void> => {
    for await (const value of mergeStreams([failing, silent(() => closed++)])) seen.push(value);
  };
  await expect(read()).rejects.toThrow('lost');
  expect([seen, closed]).toEqual([['a'], 1]);
});
