// Takes out what is wrong, so that the rest of an application can be compared too: an error hides all that comes after it.

import { MusterErrors, type MusterError } from '#lib/errors.ts';
import type { Application } from './application.ts';
import type { Dice } from './dice.ts';
import { Flow, isFields, Marked, type Content, type Files, type Value } from './values.ts';

type Path = readonly (string | number)[];

/** The application without what `error` names; where it names nothing that is there, without something else. */
export function repaired(application: Application, error: MusterError, dice: Dice): Application {
  const errors = error instanceof MusterErrors ? error.errors : [error];
  let { files } = application;
  for (const { path } of errors) if (path !== undefined) files = everywhere(files, (value) => without(value, path));
  if (
    files === application.files &&
    errors.some(({ code }) => code === 'FILE_NOT_FOUND' || code === 'PROJECT_NAME') &&
    application.globals.length > 0
  )
    return { ...application, globals: [] };
  return { ...application, files: files === application.files ? withoutAnything(files, dice) : files };
}

function everywhere(files: Files, change: (value: Value) => Value): Files {
  let hasChanged = false;
  const changed = Object.entries(files).map(([path, content]): [string, Content] => {
    if ('lines' in content) return [path, content];
    const documents = content.documents.map(change);
    if (documents.every((document, index) => document === content.documents[index])) return [path, content];
    hasChanged = true;
    return [path, { documents }];
  });
  return hasChanged ? Object.fromEntries(changed) : files;
}

/** The same value where there is nothing at the path. */
function without(value: Value, path: Path): Value {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (value instanceof Marked) return rewrapped(value, (inner) => new Marked(value.mark, inner), path);
  if (value instanceof Flow) return rewrapped(value, (inner) => new Flow(inner), path);
  if (Array.isArray(value)) {
    const at = Number(first);
    const item = value[at];
    // Where a path leads into what was one item of a list, the list goes: a short form became a mapping.
    if (item === undefined) return value;
    if (rest.length === 0) return value.toSpliced(at, 1);
    const less = without(item, rest);
    return less === item ? value.toSpliced(at, 1) : value.with(at, less);
  }
  if (!isFields(value) || !Object.hasOwn(value, first)) return value;
  const { [first]: own, ...others } = value;
  if (rest.length === 0) return others;
  const less = without(own as Value, rest);
  return less === own && rest.length > 2 ? value : less === own ? others : { ...value, [first]: less };
}

function rewrapped(value: Marked | Flow, wrap: (inner: Value) => Value, path: Path): Value {
  const less = without(value.value, path);
  return less === value.value ? value : wrap(less);
}

/** A key of a service or a resource, a line of a file of variables, or a whole entry. */
function withoutAnything(files: Files, dice: Dice): Files {
  const path = dice.pick(Object.keys(files));
  const content = files[path];
  if (content === undefined) return files;
  if ('lines' in content) return { ...files, [path]: { lines: content.lines.toSpliced(dice.below(content.lines.length), 1) } };
  const documents = content.documents.map((document) => dropped(document, dice, 1 + dice.below(4)));
  return { ...files, [path]: { documents } };
}

function dropped(value: Value, dice: Dice, depth: number): Value {
  if (value instanceof Marked || value instanceof Flow) return dropped(value.value, dice, depth);
  if (Array.isArray(value)) return value.toSpliced(dice.below(value.length), 1);
  if (!isFields(value) || Object.keys(value).length === 0) return value;
  const key = dice.pick(Object.keys(value));
  const { [key]: own, ...others } = value;
  if (depth <= 1 || own === null || typeof own !== 'object') return others;
  return { ...value, [key]: dropped(own, dice, depth - 1) };
}
