/** What the phases may ask of the outside; `read.ts` has the one that looks at the disk, tests have others. */
export type Reader = {
  /** Text of a file; throws a MusterError when there is none or it can't be read. */
  read(path: string): string;
  kind(path: string): 'file' | 'directory' | 'missing';
  /** The path with its symbolic links followed; unchanged when it does not exist. */
  realPath(path: string): string;
};
