// What becomes of a key of a Compose file: the words of docs/reference/compose.md.

export type Support =
  /** The runtime acts on it as Docker Compose does. */
  | 'acted on'
  /** It is resolved while the file is loaded, and nothing of it is left to act on. */
  | 'resolved'
  /** There is nothing to do for it. */
  | 'parsed only'
  /** It has no effect, and a warning names it. */
  | 'not yet'
  /** Going on without it would do something else than the file says: an error names it before anything changes. */
  | 'refused';

/** What a runtime does with a key, where that is not what the runtime of containers does; a text says more. */
export type RuntimeSupport = Readonly<Record<string, Support | readonly [Support, string]>>;
