// `config --variables`: a table for people, or data in Docker Compose's shape.

import { Entries, type Node } from './layout.ts';
import { toYaml } from './print-yaml.ts';
import type { TemplateVariable } from './template.ts';

export function variablesText(variables: readonly TemplateVariable[], format: string): string {
  if (format === 'json') return `${JSON.stringify(byName(variables, jsonRow), null, 4)}\n\n`;
  // This one document Docker Compose indents by four.
  return format === 'yaml' ? toYaml(yamlOf(variables)).replace(/^ {2}/gm, '    ') : table(variables);
}

function byName<Row>(variables: readonly TemplateVariable[], row: (variable: TemplateVariable) => Row): Record<string, Row> {
  return Object.fromEntries(variables.map((variable) => [variable.name, row(variable)]));
}

function jsonRow(variable: TemplateVariable): Readonly<Record<string, string | boolean>> {
  return {
    Name: variable.name,
    DefaultValue: variable.defaultValue,
    PresenceValue: variable.presenceValue,
    Required: variable.required,
  };
}

function yamlOf(variables: readonly TemplateVariable[]): Node {
  return new Entries(
    variables.map((variable) => [
      variable.name,
      new Entries([
        ['name', variable.name],
        ['defaultvalue', variable.defaultValue],
        ['presencevalue', variable.presenceValue],
        ['required', variable.required],
      ]),
    ]),
    true,
  );
}

function table(variables: readonly TemplateVariable[]): string {
  const rows = [
    ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'],
    ...variables.map((variable) => [variable.name, String(variable.required), variable.defaultValue, variable.presenceValue]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(20, ...rows.map((row) => (row[column] ?? '').length + 3)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('')}\n`).join('');
}
