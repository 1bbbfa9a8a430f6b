// The one place where text for a shell is made. Everything stands in quotes in which only the quote itself means something; a newline is
// written as a variable, so that a whole program fits into the one line that `read` takes from stdin.

import { bytesOf } from '#lib/byte-text.ts';

/** What runs on the other side, whatever its user's login shell is: no backslash, no `!`, no newline, no inner quote. */
export const bootProgram = 'IFS= read -r muster_line && eval "$muster_line"';

/** Has to be run before words with newlines in them. */
export const newlineVariable = `muster_n=$(printf '\\nx'); muster_n=\${muster_n%x}`;

/** One shell word that means exactly these bytes. */
export function wordOf(text: string): Buffer {
  if (text.includes('\0')) throw new TypeError('an argument, path or variable holds a NUL byte');
  return bytesOf(`'${text.replaceAll("'", `'\\''`).replaceAll('\n', `'"$muster_n"'`)}'`);
}

export function wordsOf(texts: readonly string[]): Buffer {
  return joined(texts.map(wordOf), ' ');
}

export function joined(parts: readonly (string | Buffer)[], between = ''): Buffer {
  return Buffer.concat(
    parts.flatMap((part, index) => (index === 0 ? [Buffer.from(part)] : [Buffer.from(between), Buffer.from(part)])),
  );
}
