// Leaves out whatever can be left out with the difference still there.

import type { Application } from './application.ts';
import { Flow, isFields, Marked, Raw, Styled, type Content, type Value } from './values.ts';

const maxTries = 600;

export async function shrink(
  application: Application,
  isDifferent: (application: Application) => Promise<boolean>,
): Promise<Application> {
  let current = application;
  let tries = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (const candidate of smaller(current)) {
      if (++tries > maxTries) return current;
      if (!(await isDifferent(candidate))) continue;
      current = candidate;
      changed = true;
      break;
    }
  }
  return current;
}

function* smaller(application: Application): Generator<Application> {
  const { globals, environment, files } = application;
  if (globals.length > 0) yield { ...application, globals: [] };
  for (let at = 0; at < globals.length; at++)
    yield { ...application, globals: globals.toSpliced(at, globals[at] === '--all-resources' ? 1 : 2) };
  for (const name of Object.keys(environment)) {
    const { [name]: _, ...rest } = environment;
    yield { ...application, environment: rest };
  }
  for (const path of Object.keys(files)) {
    const { [path]: _, ...rest } = files;
    yield { ...application, files: rest };
  }
  for (const [path, content] of Object.entries(files))
    for (const less of smallerContent(content)) yield { ...application, files: { ...files, [path]: less } };
}

function* smallerContent(content: Content): Generator<Content> {
  if ('lines' in content) {
    for (let at = 0; at < content.lines.length; at++) yield { lines: content.lines.toSpliced(at, 1) };
    for (const [at, line] of content.lines.entries())
      for (let from = 0; from < line.length; from++)
        yield { lines: content.lines.with(at, line.slice(0, from) + line.slice(from + 1)) };
    return;
  }
  const { documents } = content;
  if (documents.length > 1) for (let at = 0; at < documents.length; at++) yield { documents: documents.toSpliced(at, 1) };
  for (const [at, document] of documents.entries())
    for (const less of smallerValues(document)) yield { documents: documents.with(at, less) };
}

function* smallerValues(value: Value): Generator<Value> {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) yield value.toSpliced(at, 1);
    for (let at = 0; at < value.length; at++) for (const less of smallerValues(value[at] as Value)) yield value.with(at, less);
  } else if (isFields(value)) {
    const entries = Object.entries(value);
    const half = Math.ceil(entries.length / 2);
    if (half > 1) yield* [entries.slice(0, half), entries.slice(half)].map((part) => Object.fromEntries(part));
    for (let at = 0; at < entries.length; at++) yield Object.fromEntries(entries.toSpliced(at, 1));
    for (const key of Object.keys(value)) for (const less of smallerValues(value[key] as Value)) yield { ...value, [key]: less };
  } else if (value instanceof Marked) {
    yield value.value;
    for (const less of smallerValues(value.value)) yield new Marked(value.mark, less);
  } else if (value instanceof Flow) {
    yield value.value;
    for (const less of smallerValues(value.value)) yield new Flow(less);
  } else if (value instanceof Styled) {
    yield value.text;
    for (const less of smallerValues(value.text)) yield new Styled(less as string, value.style);
  } else if (typeof value === 'string' && value.length > 1) {
    yield 'x';
    yield* [value.slice(0, value.length / 2), value.slice(value.length / 2)];
    for (let at = 0; at < value.length && value.length < 40; at++) yield value.slice(0, at) + value.slice(at + 1);
  } else if (value instanceof Raw && value.text.startsWith('*')) yield null;
}
