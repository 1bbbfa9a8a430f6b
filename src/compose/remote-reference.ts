// Which paths mean a file somewhere else: by BuildKit's rules for Git URLs, which Docker Compose follows, and by its own `oci://`.

import type { RemoteReference } from '#model/remote-reference.ts';

/** Some other address: not a path on this machine, and nothing that we can fetch. */
export type OtherAddress = { readonly kind: 'other'; readonly text: string };

/** null: a path. */
export function remoteReference(text: string): RemoteReference | OtherAddress | null {
  if (text.startsWith('oci://')) return { kind: 'oci', name: text.slice('oci://'.length) };
  const [address, fragment] = splitAt(text, '#');
  if (isRepository(address)) {
    const [revision, path] = splitAt(fragment, ':');
    return { kind: 'git', url: address.startsWith('github.com/') ? `https://${address}` : address, revision, path };
  }
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text) ? { kind: 'other', text } : null;
}

function isRepository(address: string): boolean {
  if (/^https?:\/\/[^/]+\/.*\.git$/i.test(address)) return true;
  if (/^(?:ssh|git):\/\/[^/]+\/./i.test(address) || /^github\.com\/./.test(address)) return true;
  // As ssh and scp take it: user@host:path.
  return /^\w[\w-]*@\w[\w.-]*:.+$/.test(address);
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
