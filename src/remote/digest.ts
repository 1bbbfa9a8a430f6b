import { createHash } from 'node:crypto';

/** Whether the bytes are what `sha256:…` or `sha512:…` names. */
export function isContentOf(digest: string, bytes: Uint8Array): boolean {
  const [algorithm = '', hex] = digest.split(':', 2);
  return createHash(algorithm).update(bytes).digest('hex') === hex;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
