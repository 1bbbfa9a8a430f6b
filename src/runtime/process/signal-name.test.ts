import { expect, test } from 'vitest';
import { signalName } from './signal-name.ts';

test.each([
  ['KILL', 'SIGKILL'],
  ['SIGTERM', 'SIGTERM'],
  ['sigusr1', 'SIGUSR1'],
  ['9', 'SIGKILL'],
  ['SIGNONE', null],
  ['RTMIN+3', null],
  ['0', null],
  ['', null],
])('%s is %s', (text, name) => {
  expect(signalName(text)).toBe(name);
});
