import { expect, test } from 'vitest';
import { BuildLog } from './build-log.ts';
import type { BuildStatus, Vertex } from './solve.ts';

const vertex = (digest: string, name: string, more: Partial<Vertex> = {}): Vertex => ({
  digest,
  name,
  cached: false,
  started: 1000,
  completed: null,
  error: '',
  ...more,
});
const said = (digest: string, text: string, at = 1312) => ({ vertex: digest, at, bytes: Buffer.from(text) });
const status = (part: Partial<BuildStatus>): BuildStatus => ({ vertexes: [], statuses: [], logs: [], warnings: [], ...part });

function linesOf(log: BuildLog, ...parts: Partial<BuildStatus>[]): string[] {
  return [...parts.flatMap((part) => [...log.add(status(part))]), ...log.end()];
}

test('a step is told when it begins, by whole lines, and when it ends', () => {
  const log = new BuildLog();
  const lines = linesOf(
    log,
    { vertexes: [vertex('a', '[2/3] RUN make', { started: null })] },
    { vertexes: [vertex('a', '[2/3] RUN make')] },
    { logs: [said('a', 'cc -o'), said('a', ' app\r\nha')] },
    { logs: [said('a', 'lf')] },
    { vertexes: [vertex('a', '[2/3] RUN make', { completed: 2200 })] },
    { vertexes: [vertex('b', '[3/3] COPY . .', { completed: 1000, cached: true })] },
  );
  expect(lines).toEqual([
    '#1 [2/3] RUN make',
    '#1 0.312 cc -o app',
    '#1 1.200 half',
    '#1 DONE 1.2s',
    '#2 [3/3] COPY . .',
    '#2 CACHED',
  ]);
});

test('a step that only looked into the cache before it began in earnest ends once', () => {
  const log = new BuildLog();
  const looked = vertex('a', 'load build context', { completed: 1001 });
  const again = vertex('a', 'load build context', { started: 1002 });
  const done = vertex('a', 'load build context', { started: 1002, completed: 1302 });
  const transfer = { vertex: 'a', id: 'transferring context:', current: 12, total: 0, completed: true };
  const lines = linesOf(log, { vertexes: [looked] }, { vertexes: [again] }, { statuses: [transfer] }, { vertexes: [done] });
  expect(lines).toEqual(['#1 load build context', '#1 transferring context: 12B done', '#1 DONE 0.3s']);
});

test('a transfer is one line when it is done, and progress until then', () => {
  const log = new BuildLog();
  const transfer = { vertex: 'a', id: 'transferring context:', total: 0 };
  const begin = {
    vertexes: [vertex('a', 'load build context')],
    statuses: [{ ...transfer, current: 2_500_000, completed: false }],
  };
  expect(linesOf(log, begin)).toEqual(['#1 load build context']);
  expect(log.current).toBe('load build context: transferring context: 2.50MB');
  const done = { statuses: [{ ...transfer, current: 12, completed: true }] };
  expect(linesOf(log, done, done)).toEqual(['#1 transferring context: 12B done']);
});

test('the failure is the step that failed by itself, with the end of what it said', () => {
  const log = new BuildLog();
  const many = Array.from({ length: 30 }, (_unused, index) => `line ${index}\n`).join('');
  const lines = linesOf(
    log,
    { vertexes: [vertex('a', '[x 1/2] RUN sleep'), vertex('b', '[build 2/2] RUN make')], logs: [said('b', many)] },
    { vertexes: [vertex('a', '[x 1/2] RUN sleep', { completed: 1500, error: 'rpc error: context canceled' })] },
    { vertexes: [vertex('b', '[build 2/2] RUN make', { completed: 1500, error: 'exit code: 2' })] },
  );
  expect(lines.slice(-2)).toEqual(['#1 CANCELED', '#2 ERROR: exit code: 2']);
  const failure = log.failure();
  expect(failure).toMatchObject({ place: 'step build 2/2 (RUN make)', reason: 'exit code: 2' });
  expect([failure?.lastLines.length, failure?.lastLines.at(-1)]).toEqual([20, 'line 29']);
});
