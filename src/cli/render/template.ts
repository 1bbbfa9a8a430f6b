// The part of Go templates that `ps --format` is used with: fields, `json`, `upper`, `lower`, `.Label "key"`; `table` adds a header.

import { MusterError } from '#lib/errors.ts';

type Row = Readonly<Record<string, unknown>>;
type Part = string | { readonly field: string; readonly render: (row: Row) => string };

export type Template = {
  /** Null unless the template starts with `table `: the cells' titles. */
  readonly header: ((titles: Readonly<Record<string, string>>) => string) | null;
  readonly render: (row: Row) => string;
};

export function parseTemplate(text: string): Template {
  const isTable = text.startsWith('table ');
  const body = (isTable ? text.slice('table '.length) : text).replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  const parts = split(body);
  return {
    header: isTable
      ? (titles) =>
          parts.map((part) => (typeof part === 'string' ? part : (titles[part.field] ?? part.field.toUpperCase()))).join('')
      : null,
    render: (row) => parts.map((part) => (typeof part === 'string' ? part : part.render(row))).join(''),
  };
}

function split(body: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of body.matchAll(/\{\{-?\s*(.*?)\s*-?\}\}/g)) {
    parts.push(body.slice(end, match.index), action(match[1] ?? ''));
    end = match.index + match[0].length;
  }
  return [...parts, body.slice(end)];
}

const functions: Readonly<Record<string, (value: unknown) => string>> = {
  json: (value) => JSON.stringify(value),
  upper: (value) => show(value).toUpperCase(),
  lower: (value) => show(value).toLowerCase(),
  println: (value) => `${show(value)}\n`,
};

function action(text: string): Part {
  const label = /^\.Label\s+"([^"]*)"$/.exec(text);
  if (label !== null) return { field: label[1] ?? '', render: (row) => labelOf(row, label[1] ?? '') };
  const match = /^(?:(\w+)\s+)?\.(\w*)$/.exec(text);
  const apply = match?.[1] === undefined ? show : functions[match[1]];
  if (match === null || apply === undefined)
    throw new MusterError('BAD_FLAG', `the template {{${text}}} is more than muster understands`, {
      hint: `it knows {{.Field}}, {{json .Field}}, {{json .}}, {{upper .Field}}, {{lower .Field}} and {{.Label "key"}}`,
    });
  const field = match[2] ?? '';
  return {
    field,
    render: (row) => {
      if (field === '') return apply(row);
      if (!(field in row))
        throw new MusterError('BAD_FLAG', `the template names .${field}, which is not there`, {
          hint: `fields: ${Object.keys(row).join(', ')}`,
        });
      return apply(row[field]);
    },
  };
}

function show(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function labelOf(row: Row, name: string): string {
  const labels = typeof row['Labels'] === 'string' ? row['Labels'].split(',') : [];
  return labels.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}
