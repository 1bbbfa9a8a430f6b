import type { Json } from '#lib/canonical-json.ts';
import type { EngineRequest } from './engine.ts';

/** Path and query as they go on the wire; `version` '' for the paths that have none. */
export function requestTarget(version: string, request: Pick<EngineRequest, 'path' | 'query'>): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? (value as readonly Json[]) : [value])
      pairs.push(`${encodeURIComponent(key)}=${encodeURIComponent(textOf(item))}`);
  }
  const prefix = version === '' ? '' : `/v${version}`;
  return `${prefix}${request.path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

const textOf = (value: Json): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));
