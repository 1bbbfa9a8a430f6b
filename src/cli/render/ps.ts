// `ps` in each of its formats; rows come sorted by name.

import { renderTable } from './table.ts';
import type { ReplicaRow } from './replica-row.ts';
import { parseTemplate } from './template.ts';

/** Titles of columns, as docker's own tools write them. */
const titles: Readonly<Record<string, string>> = {
  ID: 'CONTAINER ID',
  CreatedAt: 'CREATED AT',
  RunningFor: 'CREATED',
  ExitCode: 'EXIT CODE',
  LocalVolumes: 'LOCAL VOLUMES',
};

export function renderPs(rows: readonly ReplicaRow[], format: string): string {
  if (format === 'json') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (format === 'table' || format === '') return psTable(rows);
  const template = parseTemplate(format);
  const lines = rows.map((row) => template.render(row));
  if (template.header === null) return lines.map((line) => `${line}\n`).join('');
  return renderTable(
    template.header(titles).split('\t'),
    lines.map((line) => line.split('\t')),
  );
}

function psTable(rows: readonly ReplicaRow[]): string {
  return renderTable(
    ['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS'],
    rows.map((row) => [row.Name, row.Image, row.Command, row.Service, row.RunningFor, row.Status, row.Ports]),
  );
}
