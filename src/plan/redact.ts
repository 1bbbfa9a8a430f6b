// What a plan may show. Plans are printed, piped, stored in receipts: values that may be secret are left out when the plan is made.

/** Shown instead of a value. */
export const hidden = { set: '(set)', changed: '(changed)' } as const;

const secretName =
  /pass(?:word|wd|phrase)?|secret|token|credential|private|api[-_.]?key|access[-_.]?key|auth|\bkey$|[-_.]key$|\bpin\b/i;

/** Whether the value of something with this name is better not shown. */
export function mayBeSecret(name: string): boolean {
  return secretName.test(name);
}

/** Text with the passwords in URLs and in `--password=…`-like words left out. */
export function redactText(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, '$1:…@')
    .replace(/([\w.-]*(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key)[\w.-]*)(\s*[=:]\s*)(?!\s)[^\s",;&]+/gi, '$1$2…');
}
