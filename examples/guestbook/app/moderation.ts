const wordPattern = /\p{L}+/gu;

/** The blocked words in a text, in any case. */
export function blockedIn(text: string, blocked: readonly string[]): string[] {
  return (text.match(wordPattern) ?? []).filter((word) => blocked.includes(word.toLowerCase()));
}

/** Blocked words keep their first letter: "darn" becomes "d***". */
export function soften(text: string, blocked: readonly string[]): string {
  return text.replace(wordPattern, (word) => {
    const [first = '', ...rest] = word;
    return blocked.includes(word.toLowerCase()) ? first + '*'.repeat(rest.length) : word;
  });
}
