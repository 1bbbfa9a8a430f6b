// Plain tables: columns at least `minWidth` wide, three spaces apart unless said otherwise, as docker's own tools print them.

export type TableOptions = { readonly minWidth?: number; readonly gap?: number };

export function renderTable(header: readonly string[], rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(options.minWidth ?? 10, ...lines.map((line) => widthOf(line[column] ?? '') + (options.gap ?? 3))),
  );
  return lines.map((line) => `${renderLine(line, widths)}\n`).join('');
}

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
