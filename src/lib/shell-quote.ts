/** One word of a POSIX shell command line that means exactly `text`, whatever characters it has. */
export function shellQuote(text: string): string {
  return /^[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
