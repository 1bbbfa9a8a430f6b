// Kinds of characters, by their code; NaN is the end of the text.

export function isBreak(code: number): boolean {
  return code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

export function isEnd(code: number): boolean {
  return Number.isNaN(code);
}

export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreak(code) || isEnd(code);
}

/** What names of anchors, directives and tags' handles are made of. */
export function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 45;
}

const notText = /[^\t\n\r\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Where the first character stands that a YAML file can't have; -1 if none does. */
export function controlCharacterIn(text: string): number {
  return notText.exec(text)?.index ?? -1;
}
