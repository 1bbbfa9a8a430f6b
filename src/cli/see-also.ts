// Where the documentation says more about a problem of a Compose file.

import { referenceAnchor } from '#compose/reference-anchor.ts';
import type { MusterError } from '#lib/errors.ts';

/** The key's section in the reference where the problem is about one, or else its code's in the list of errors. */
export function seeAlso({ code, path }: MusterError): string {
  if (path?.[0] === 'x-muster' || (path?.[0] === 'services' && path[2] === 'x-muster')) return musterGuide;
  const anchor = path === undefined || !aboutKeys.has(code) ? null : referenceAnchor(path);
  return anchor === null ? `docs/errors.md#${code.toLowerCase()}` : `docs/reference/compose.md#${anchor}`;
}

const musterGuide = 'docs/guide/runtimes.md#x-muster-of-a-service';

const aboutKeys = new Set([
  'COMPOSE_INVALID',
  'COMPOSE_REFERENCE',
  'COMPOSE_CYCLE',
  'PORT_INVALID',
  'NAME_COLLISION',
  'FILE_NOT_FOUND',
]);
