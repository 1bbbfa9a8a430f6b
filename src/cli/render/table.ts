// Plain tables: columns at least `minWidth` wide, three spaces apart, as docker's own tools print them.

export type TableOptions = { readonly minWidth?: number };

export function renderTable(header: readonly string[], rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(options.minWidth ?? 10, ...lines.map((line) => widthOf(line[column] ?? '') + gap)),
  );
  return lines.map((line) => `${renderLine(line, widths)}\n`).join('');
}

const gap = 3;

function renderLine(line: readonly string[], widths: readonly number[]): string {
  const cells = line.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))));
  return cells.join('').trimEnd();
}

/** In characters, not UTF-16 units. */
function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}
