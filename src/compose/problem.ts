// Problems of a Compose model: what is wrong, at which path, where in the file.

import { MusterError, type ErrorCode } from '#lib/errors.ts';
import { placeOf } from './places.ts';
import type { Tree, TreePath } from './tree.ts';

export type ProblemOptions = {
  readonly hint?: string;
  readonly code?: ErrorCode;
  /** What is wrong: the key (unless said otherwise) or its value. */ readonly side?: 'key' | 'value';
};

/** `services.web.ports[0]: <message>`, with the place of the deepest part of the path that is known. */
export function problemAt(root: Tree, path: TreePath, message: string, options: ProblemOptions = {}): MusterError {
  const place = placeOf(root, path, options.side);
  return new MusterError(options.code ?? 'COMPOSE_INVALID', path.length === 0 ? message : `${pathText(path)}: ${message}`, {
    path: [...path],
    ...(options.hint === undefined ? {} : { hint: options.hint }),
    ...(place === undefined ? {} : { place }),
  });
}

export function pathText(path: TreePath): string {
  let text = '';
  for (const key of path) text += typeof key === 'number' ? `[${key}]` : text === '' ? key : `.${key}`;
  return text;
}
