/** A file or folder in a Git repository, as `include` and `extends` name it: `https://host/app.git#main:deploy`. */
export type GitReference = {
  /** As written; may hold a user and a password. */
  readonly url: string;
  /** Branch, tag or commit; '' for what the repository's HEAD names. */
  readonly revision: string;
  /** Below the repository's root; '' for the root itself. */
  readonly path: string;
};

/** Without user and password: what people and logs may see. */
export function shownUrl({ url }: GitReference): string {
  return withoutUserinfo(url);
}

export function withoutUserinfo(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s]*@/g, '$1');
}
