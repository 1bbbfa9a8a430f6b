// What a health check said, short enough to stand in a table.

import { stripVTControlCharacters } from 'node:util';

const maxLength = 200;

/** One that fails without a word says at least how it ended. */
export function checkSaid({ output, exitCode }: { readonly output: string; readonly exitCode: number }): string {
  const said = lastWords(output);
  return said === '' && exitCode !== 0 ? `it ended with ${exitCode}` : said;
}

/**
 * Its last line: programs tell at the end why they fail, after what they did and after a progress bar that draws over itself. No control
 * characters, which could play with the terminal.
 */
export function lastWords(output: string): string {
  const last = output.split(/[\r\n]+/).findLast((line) => line.trim() !== '') ?? '';
  const plain = stripVTControlCharacters(last)
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
  const characters = Array.from(plain);
  return characters.length <= maxLength ? plain : `${characters.slice(0, maxLength - 1).join('')}…`;
}
