/** What `-f`, `include` and `extends` can name that is not on this machine. */
export type RemoteReference = GitReference | ArtifactReference;

/** A file or folder in a Git repository: `https://host/app.git#main:deploy`. */
export type GitReference = {
  readonly kind: 'git';
  /** As written; may hold a user and a password. */
  readonly url: string;
  /** Branch, tag or commit; '' for what the repository's HEAD names. */
  readonly revision: string;
  /** Below the repository's root; '' for the root itself. */
  readonly path: string;
};

/** An application that was published to a registry: `oci://registry.example/team/app:1`. */
export type ArtifactReference = {
  readonly kind: 'oci';
  /** As written, without `oci://`. */
  readonly name: string;
};

/** Without user and password: what people and logs may see. */
export function shownReference(reference: RemoteReference): string {
  if (reference.kind === 'git') return withoutUserinfo(reference.url);
  // No registry takes them there, and somebody will write them. The @ of a digest has no slash after it.
  return `oci://${reference.name.replace(/^[^/@\s]*@(?=[^@]*\/)/, '')}`;
}

export function withoutUserinfo(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s]*@/g, '$1');
}
