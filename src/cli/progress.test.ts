import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StepEvent } from '#model/event.ts';
import type { App } from './app.ts';
import { openProgress } from './progress.ts';
import type { Output } from './terminal.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Only what progress looks at. */
function appWith(output: Output, mode: 'tty' | 'plain'): App {
  return {
    globals: { progress: mode, ansi: 'auto' },
    environment: {},
    terminal: { stdout: output, stderr: output, canAsk: false },
  } as unknown as App;
}

function screen(): { readonly output: Output; readonly taken: () => string } {
  let written = '';
  return {
    output: { write: (text) => void (written += text), isTerminal: true, columns: 60, rows: 10, hasColour: false },
    taken: () => {
      const text = written
        .replaceAll('\u001B[2A\u001B[0J', '<clear>')
        .replaceAll('\u001B[?25l', '')
        .replaceAll('\u001B[?25h', '');
      written = '';
      return text;
    },
  };
}

const started: StepEvent = {
  type: 'step',
  status: 'started',
  step: {
    id: 1,
    kind: 'start-replica',
    subject: { type: 'replica', service: 'web', number: 1, name: 'shop-web-1', id: null },
    runtime: 'docker',
    cause: '',
    changes: [],
    after: [],
    options: {},
  },
  at: 0,
};
const picture = expect.stringMatching(/^up 0\/1\n . Container shop-web-1 +Starting +\d\.\ds\n$/);

test('what is written above the live picture comes with its next frame, and the picture stays whole', () => {
  const { output, taken } = screen();
  const progress = openProgress(appWith(output, 'tty'), 'up');
  progress.above(() => output.write('before\n'));
  expect(taken()).toBe('before\n');
  progress.event(started);
  expect(taken()).toEqual(picture);
  progress.above(() => output.write('web-1 | one\n'));
  progress.above(() => output.write('web-1 | two\n'));
  expect(taken()).toBe('');
  vi.advanceTimersByTime(100);
  const [clear, lines, ...drawn] = taken().split(/(?<=<clear>)|(?=up )/);
  expect([clear, lines]).toEqual(['<clear>', 'web-1 | one\nweb-1 | two\n']);
  expect(drawn.join('')).toEqual(picture);
});

test('the end leaves nothing unwritten, and what comes after is written at once below the last picture', () => {
  const { output, taken } = screen();
  const progress = openProgress(appWith(output, 'tty'), 'up');
  progress.event(started);
  progress.above(() => output.write('last words\n'));
  progress.end();
  expect(taken()).toMatch(/<clear>last words\nup 0\/1\n[^\n]+\n$/);
  progress.above(() => output.write('after\n'));
  progress.say('Not done');
  expect(taken()).toBe('after\nNot done\n');
});

test('plain lines make way for nothing', () => {
  const { output, taken } = screen();
  const progress = openProgress(appWith(output, 'plain'), 'up');
  progress.event(started);
  progress.above(() => output.write('web-1 | one\n'));
  expect(taken()).toBe(' Container shop-web-1  Starting\nweb-1 | one\n');
});
