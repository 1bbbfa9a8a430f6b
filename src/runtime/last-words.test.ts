import { expect, test } from 'vitest';
import { checkSaid, lastWords } from './last-words.ts';

test.each([
  ['one line', 'HTTP 503\n', 'HTTP 503'],
  ['the last of several', 'Connecting\nwget: connection refused\n\n', 'wget: connection refused'],
  ['after a progress bar', '% Total\r\n 0  0\r 0  0curl: (7) no route', '0  0curl: (7) no route'],
  ['without what could play with the terminal', '\u001B[31mdown\u001B[0m \u0007\u0008now', 'down   now'],
  ['nothing', ' \n', ''],
  ['cut', `${'é'.repeat(150)}${'😀'.repeat(60)}`, `${'é'.repeat(150)}${'😀'.repeat(49)}…`],
])('%s', (_what, output, expected) => {
  expect(lastWords(output)).toBe(expected);
});

test('a check that fails without a word says how it ended', () => {
  expect(checkSaid({ output: ' \n', exitCode: 4 })).toBe('it ended with 4');
  expect(checkSaid({ output: '\n', exitCode: 0 })).toBe('');
  expect(checkSaid({ output: 'ill\n', exitCode: 4 })).toBe('ill');
});
