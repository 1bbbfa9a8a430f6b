/**
 * Splits a command line as Compose does: quotes, backslashes, backquotes and $( ) group, nothing is expanded, and an unquoted
 * shell operator ends the line. Null for a line that is not well-formed.
 */
export function splitShellWords(line: string): string[] | null {
  const words: string[] = [];
  let word = '';
  let hasWord = false;
  let isEscaped = false;
  let inside: '' | '"' | "'" | '`' | '$(' = '';
  scan: for (const char of line) {
    if (isEscaped) {
      word += char;
      isEscaped = false;
      hasWord = true;
      continue;
    }
    if (char === '\\') {
      if (inside === "'") word += char;
      else isEscaped = true;
      continue;
    }
    if (isSpace(char)) {
      if (inside !== '') word += char;
      else if (hasWord) {
        words.push(word);
        word = '';
        hasWord = false;
      }
      continue;
    }
    switch (char) {
      case '"':
      case "'":
        if (inside === '' || inside === char) {
          inside = inside === '' ? char : '';
          hasWord = true;
          continue;
        }
        break;
      case '`':
        if (inside === '' || inside === '`') inside = inside === '' ? '`' : '';
        break;
      case '(':
        if (inside === '"' || inside === "'" || inside === '`') break;
        if (inside !== '' || !word.endsWith('$')) return null;
        inside = '$(';
        word += char;
        continue;
      case ')':
        if (inside === '$(') inside = '';
        else if (inside === '') return null;
        break;
      case ';':
      case '&':
      case '|':
      case '<':
      case '>':
        if (inside !== '') break;
        // The number in front of `2>` belongs to the redirection.
        if (char === '>' && /^[0-9]/.test(word)) hasWord = false;
        break scan;
    }
    word += char;
    hasWord = true;
  }
  if (inside !== '' || isEscaped) return null;
  if (hasWord) words.push(word);
  return words;
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}
