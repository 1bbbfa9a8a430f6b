// Two columns of help: names at the left, wrapped text at the right.

export type Row = readonly [left: string, right: string];

/** Rows with the right column aligned over `groups` of them; a left part that is too long takes a line of its own. */
export function twoColumns(rows: readonly Row[], width: number): string[] {
  const gap = 2;
  const longest = Math.max(0, ...rows.map(([left]) => left.length));
  const leftWidth = Math.min(longest, 34);
  const indent = gap + leftWidth + gap;
  return rows.flatMap(([left, right]) => {
    const [first = '', ...more] = wrap(right, Math.max(24, width - indent));
    const rest = more.map((line) => `${' '.repeat(indent)}${line}`);
    if (left.length > leftWidth) return [`  ${left}`, `${' '.repeat(indent)}${first}`, ...rest];
    return [`  ${left.padEnd(leftWidth)}  ${first}`.trimEnd(), ...rest];
  });
}

/** Words of `text` in lines of at most `width`; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
